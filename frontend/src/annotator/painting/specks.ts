/** Specks: what is painted in bits too small to be meant. */

import { type Area, areaOf } from './area'
import type { Box } from './box'
import { type Labelling, piecesOf } from './objects'

export const LEAST_SPECK_PX = 2
export const MOST_SPECK_PX = 10_000

/** Every piece of an object of this class that hangs together and has fewer than `below` pixels.
 *
 * within: only pieces that have a pixel in this box, as a whole; null for all.
 */
export function specksOf(labelling: Labelling, value: number, below: number, within: Box | null): Area[] {
  return labelling.objects
    .filter((one) => one.value === value && (!within || meets(one.box, within)))
    .filter(({ id, area }) => id > 0 || area < below)
    .flatMap(({ key }) => piecesOf(labelling.stretchesOf(key)))
    .filter((piece) => piece.reduce((sum, { left, right }) => sum + right - left, 0) < below)
    .filter(
      (piece) =>
        !within ||
        piece.some(
          ({ y, left, right }) =>
            y >= within.top && y < within.bottom && left < within.right && right > within.left,
        ),
    )
    .map(areaOf)
}

const meets = (a: Box, b: Box): boolean =>
  a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top
