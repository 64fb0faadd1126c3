/** Growing, shrinking and smoothing an area, by a disc of so many pixels. What lies beyond the photo never counts.
 *
 * All three are generators: each yield is a good moment to pause, and says which share is done.
 */

import { type Area, AreaWriter, boxOfArea, outside, rowStarts, STRETCH, without } from './area'
import type { Box } from './box'

/** The most pixels one may grow, shrink or smooth by at once. */
export const MOST_REACH = 100

const ROWS_A_TURN = 64
const AT_ONCE = 0x1000000

/** Every pixel of the photo that is at most `reach` pixels away from the area. */
export function* grown(area: Area, reach: number, photo: Box): Generator<number, Area> {
  const box = boxOfArea(area)
  if (!box) return area
  const { first, starts } = rowStarts(area)
  const halves = halfWidths(reach)
  const writer = new AreaWriter()
  const top = Math.max(photo.top, box.top - reach)
  const bottom = Math.min(photo.bottom, box.bottom + reach)
  // Both ends of a stretch fit one number that sorts by the left one.
  let found = new Float64Array(256)
  for (let y = top; y < bottom; y++) {
    let count = 0
    const last = Math.min(y + reach, box.bottom - 1)
    for (let row = Math.max(y - reach, box.top); row <= last; row++) {
      const half = halves[Math.abs(row - y)]!
      for (let i = starts[row - first]!; i < starts[row - first + 1]!; i += STRETCH) {
        const left = Math.max(photo.left, area[i + 1]! - half)
        const right = Math.min(photo.right, area[i + 2]! + half)
        if (count === found.length) {
          const longer = new Float64Array(2 * count)
          longer.set(found)
          found = longer
        }
        found[count++] = left * AT_ONCE + right
      }
    }
    for (const ends of found.subarray(0, count).sort()) {
      const left = Math.floor(ends / AT_ONCE)
      writer.add(y, left, ends - left * AT_ONCE)
    }
    if ((y - top) % ROWS_A_TURN === 0) yield (y - top) / (bottom - top)
  }
  return writer.take()
}

/** What is left when every pixel goes that is at most `reach` pixels away from one outside; the photo's edge is no outside. */
export function* shrunk(area: Area, reach: number, photo: Box): Generator<number, Area> {
  const box = boxOfArea(area)
  if (!box) return area
  const around = {
    left: Math.max(photo.left, box.left - 1),
    top: Math.max(photo.top, box.top - 1),
    right: Math.min(photo.right, box.right + 1),
    bottom: Math.min(photo.bottom, box.bottom + 1),
  }
  return without(area, yield* grown(outside(area, around), reach, photo))
}

/** Every pixel around which, in a disc of this reach, more is inside the area than outside; where equal, as it was. */
export function* smoothed(area: Area, reach: number, photo: Box): Generator<number, Area> {
  const box = boxOfArea(area)
  if (!box) return area
  const { first, starts } = rowStarts(area)
  const halves = halfWidths(reach)
  const writer = new AreaWriter()
  const left = Math.max(photo.left, box.left - reach)
  const right = Math.min(photo.right, box.right + reach)
  const top = Math.max(photo.top, box.top - reach)
  const bottom = Math.min(photo.bottom, box.bottom + reach)
  // How much of a stretch lies in a window grows, stays and falls by ones as the window passes: four changes of slope.
  const slopes = new Int32Array(right - left + 1 + 4 * reach + 4)
  const origin = left - 2 * reach - 1
  const bend = (x: number, change: number) => {
    const place = Math.max(0, x - origin)
    if (place < slopes.length) slopes[place]! += change
  }
  for (let y = top; y < bottom; y++) {
    slopes.fill(0)
    let isEmpty = true
    const last = Math.min(y + reach, box.bottom - 1)
    for (let row = Math.max(y - reach, box.top); row <= last; row++) {
      const half = halves[Math.abs(row - y)]!
      for (let i = starts[row - first]!; i < starts[row - first + 1]!; i += STRETCH) {
        isEmpty = false
        bend(area[i + 1]! - half, 1)
        bend(area[i + 2]! - half, -1)
        bend(area[i + 1]! + half + 1, -1)
        bend(area[i + 2]! + half + 1, 1)
      }
    }
    if (isEmpty) continue
    const full = windowSize(y, halves, photo)
    let own = y >= box.top && y < box.bottom ? starts[y - first]! : 0
    const ownEnd = y >= box.top && y < box.bottom ? starts[y - first + 1]! : 0
    let [count, slope] = [0, 0]
    for (let x = origin; x < right; x++) {
      slope += slopes[x - origin]!
      count += slope
      if (x < left) continue
      const isNearEdge = x - photo.left < reach || photo.right - 1 - x < reach
      const total = isNearEdge ? windowSize(y, halves, photo, x) : full
      while (own < ownEnd && area[own + 2]! <= x) own += STRETCH
      const isIn = own < ownEnd && area[own + 1]! <= x
      if (2 * count > total || (2 * count === total && isIn)) writer.add(y, x, x + 1)
    }
    if ((y - top) % ROWS_A_TURN === 0) yield (y - top) / (bottom - top)
  }
  return writer.take()
}

/** Half the width of a disc's row that is so far from its middle: the disc holds every pixel at most `reach` away. */
function halfWidths(reach: number): Int32Array {
  return Int32Array.from({ length: reach + 1 }, (_, dy) => Math.floor(Math.sqrt(reach * reach - dy * dy)))
}

/** Pixels of the disc around a pixel of row `y` that lie on the photo; without `x`, as if left and right had no edge. */
function windowSize(y: number, halves: Int32Array, photo: Box, x?: number): number {
  let size = 0
  const reach = halves.length - 1
  for (let row = Math.max(photo.top, y - reach); row < Math.min(photo.bottom, y + reach + 1); row++) {
    const half = halves[Math.abs(row - y)]!
    size +=
      x === undefined ? 2 * half + 1 : Math.min(photo.right, x + half + 1) - Math.max(photo.left, x - half)
  }
  return size
}
