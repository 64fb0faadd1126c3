/** The list of a photo's objects as a person reads it: which ones, in which order, and what there is to say of one. */

import type { Point } from './box'
import { byPlace, type Labelling, type MaskObject, type ObjectKey, type Stretch } from './objects'

export const SORTS = ['place', 'class', 'area', 'newest', 'number'] as const

/** place: from top to bottom; class: as the classes are listed; area: largest first; newest: last number first;
 * number: as an export writes them. */
export type Sort = (typeof SORTS)[number]

/** Loose objects have no number: an export writes them behind the others, by their place. */
const rankOf = ({ id }: MaskObject): number => (id > 0 ? id : 0x10000)

/** classes: the class bytes to list, in the order of the classes; objects of others are left out. */
export function listed(
  objects: readonly MaskObject[],
  sort: Sort,
  classes: readonly number[],
): readonly MaskObject[] {
  const places = new Map(classes.map((value, i) => [value, i]))
  const orders: Record<Sort, (a: MaskObject, b: MaskObject) => number> = {
    place: () => 0,
    class: (a, b) => places.get(a.value)! - places.get(b.value)!,
    area: (a, b) => b.area - a.area,
    newest: (a, b) => b.id - a.id,
    number: (a, b) => rankOf(a) - rankOf(b),
  }
  const order = orders[sort]
  return objects.filter(({ value }) => places.has(value)).sort((a, b) => order(a, b) || byPlace(a, b))
}

/** What the same objects are after a change: an object that is gone is the one that now holds its first pixel. */
export function carried(
  keys: ReadonlySet<ObjectKey>,
  before: Labelling,
  after: Labelling,
): ReadonlySet<ObjectKey> {
  if (keys.size === 0) return keys
  const found = [...keys].flatMap((key) => {
    if (after.get(key)) return [key]
    const was = before.get(key)
    const is = was && after.at(was.anchor)
    return is ? [is.key] : []
  })
  const isSame = found.length === keys.size && found.every((key) => keys.has(key))
  return isSame ? keys : new Set(found)
}

export type Extent = {
  /** Photo pixels along the object's own axis, and across it. */
  length: number
  width: number
  /** Of that axis against the horizontal, 0..180 degrees, turning with the clock as seen. */
  angle: number
  middle: Point
}

/** How long and wide an object is along its own axis, whichever way it lies. */
export function extentOf(stretches: readonly Stretch[]): Extent {
  let [n, sx, sy] = [0, 0, 0]
  for (const { y, left, right } of stretches) {
    const count = right - left
    n += count
    sx += (count * (left + right)) / 2
    sy += count * (y + 0.5)
  }
  const middle = { x: sx / n, y: sy / n }
  let [xx, xy, yy] = [0, 0, 0]
  for (const { y, left, right } of stretches) {
    const count = right - left
    const dx = (left + right) / 2 - middle.x
    const dy = y + 0.5 - middle.y
    // A row of pixels has a spread of its own around its middle.
    xx += count * (dx * dx + (count * count) / 12)
    xy += count * dx * dy
    yy += count * (dy * dy + 1 / 12)
  }
  const turn = 0.5 * Math.atan2(2 * xy, xx - yy)
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)]
  let [lowest, highest, nearest, farthest] = [Infinity, -Infinity, Infinity, -Infinity]
  for (const { y, left, right } of stretches) {
    for (const x of [left, right]) {
      for (const edge of [y, y + 1]) {
        const along = (x - middle.x) * cos + (edge - middle.y) * sin
        const across = (edge - middle.y) * cos - (x - middle.x) * sin
        lowest = Math.min(lowest, along)
        highest = Math.max(highest, along)
        nearest = Math.min(nearest, across)
        farthest = Math.max(farthest, across)
      }
    }
  }
  const degrees = (turn * 180) / Math.PI
  return {
    length: highest - lowest,
    width: farthest - nearest,
    angle: degrees < 0 ? degrees + 180 : degrees,
    middle,
  }
}
