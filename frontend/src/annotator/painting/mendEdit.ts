/** Mended regions put into the mask, as one patch. */

import { type Area, visit } from './area'
import type { Point } from './box'
import type { Mask } from './mask'
import type { Mended } from './mending'
import { difference, type Patch, type Runs, type TileState } from './patch'
import { type Paint, Stroke } from './stroke'
import { keyOf, type TileKey } from './tile'

/** A region's own pixel, so that what it gains joins its object; and what changes about it. */
export type Mend = { anchor: Point; mended: Mended }

/** Paint what each region gains, erase what it loses. paint: with the class of the regions. */
export function mend(mask: Mask, mends: readonly Mend[], paint: Paint): Patch {
  const before = new Map<TileKey, TileState>()
  const look = (area: Area) =>
    visit(area, (y, left, right) => {
      for (let tx = left >> 8; tx <= (right - 1) >> 8; tx++) {
        const key = keyOf(tx, y >> 8)
        if (!before.has(key)) before.set(key, { classes: mask.classesOf(key), objects: mask.objectsOf(key) })
      }
    })
  for (const { mended } of mends) {
    look(mended.added)
    look(mended.removed)
  }
  for (const { anchor, mended } of mends) {
    const stroke = new Stroke(mask, paint)
    stroke.startAt(anchor)
    visit(mended.removed, (y, left, right) => stroke.erase(y, left, right))
    visit(mended.added, (y, left, right) => stroke.span(y, left, right))
    stroke.finish()
  }
  // Regions may take pixels from each other, so what counts is how every tile was and how it is.
  const tiles = new Map<TileKey, Runs>()
  for (const [key, was] of before) {
    const runs = difference(was, { classes: mask.classesOf(key), objects: mask.objectsOf(key) })
    if (runs.length > 0) tiles.set(key, runs)
  }
  return { tiles }
}
