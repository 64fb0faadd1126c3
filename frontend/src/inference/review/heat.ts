/** Tiles of a probability: which of them are in sight, at which level, and where. */

import type { Probability } from '../../shared/types'

/** A part of the screen that one tile covers, in device pixels. */
export type HeatPlace = {
  level: number
  x: number
  y: number
  left: number
  top: number
  width: number
  height: number
}

type View = { left: number; top: number; scale: number; width: number; height: number }

/** The coarsest level whose texels are not larger than device pixels, 0 being the finest there is. */
export function heatLevel(probability: Probability, photoWidth: number, scale: number): number {
  const texel = (scale * photoWidth) / probability.width
  const level = Math.floor(Math.log2(1 / texel))
  return Math.min(probability.levels - 1, Math.max(0, level))
}

/** Tiles of a level that lie on the screen. */
export function heatPlaces(
  probability: Probability,
  photo: { width: number; height: number },
  view: View,
  level: number,
): HeatPlace[] {
  const { tile } = probability
  // A level is half of the one before, rounded up: its texels are that much larger.
  const across = sizeAt(probability.width, level)
  const down = sizeAt(probability.height, level)
  const stepX = (photo.width * view.scale) / across
  const stepY = (photo.height * view.scale) / down
  const places: HeatPlace[] = []
  for (
    let y = first(view.top, stepY * tile);
    y * tile < down && view.top + y * tile * stepY < view.height;
    y++
  ) {
    for (
      let x = first(view.left, stepX * tile);
      x * tile < across && view.left + x * tile * stepX < view.width;
      x++
    ) {
      const columns = Math.min(tile, across - x * tile)
      const rows = Math.min(tile, down - y * tile)
      places.push({
        level,
        x,
        y,
        left: view.left + x * tile * stepX,
        top: view.top + y * tile * stepY,
        width: columns * stepX,
        height: rows * stepY,
      })
    }
  }
  return places
}

const first = (start: number, size: number) => Math.max(0, Math.floor(-start / size))
const sizeAt = (size: number, level: number) => Math.max(1, Math.ceil(size / 2 ** level))
