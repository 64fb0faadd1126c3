/** A set of pixels as stretches of rows: what a region is to grow, shrink, smooth and fill. Costs its outline, not its size. */

import type { Box } from './box'
import type { Span } from './shapes'

/** y, left, right of each stretch; `right` is the first pixel outside. Top to bottom, then left to right, and no two
 * stretches of a row touch. */
export type Area = Int32Array<ArrayBuffer>

export const STRETCH = 3

/** Collects stretches that come in reading order; those that touch become one. */
export class AreaWriter {
  private stretches = new Int32Array(STRETCH * 256)
  private end = 0

  add = (y: number, left: number, right: number): void => {
    if (left >= right) return
    const last = this.end - STRETCH
    if (last >= 0 && this.stretches[last] === y && left <= this.stretches[last + 2]!) {
      if (right > this.stretches[last + 2]!) this.stretches[last + 2] = right
      return
    }
    if (this.end === this.stretches.length) {
      const longer = new Int32Array(this.stretches.length * 2)
      longer.set(this.stretches)
      this.stretches = longer
    }
    this.stretches[this.end++] = y
    this.stretches[this.end++] = left
    this.stretches[this.end++] = right
  }

  take(): Area {
    return this.stretches.slice(0, this.end)
  }
}

/** Stretches in any order, some of them perhaps over each other, as an area. */
export function areaOf(stretches: Iterable<{ y: number; left: number; right: number }>): Area {
  const sorted = [...stretches].sort((a, b) => a.y - b.y || a.left - b.left)
  const writer = new AreaWriter()
  for (const { y, left, right } of sorted) writer.add(y, left, right)
  return writer.take()
}

/** How many pixels it has. */
export function sizeOfArea(area: Area): number {
  let size = 0
  for (let i = 0; i < area.length; i += STRETCH) size += area[i + 2]! - area[i + 1]!
  return size
}

/** The smallest box around it; null when it is empty. */
export function boxOfArea(area: Area): Box | null {
  if (area.length === 0) return null
  let [left, right] = [Infinity, -Infinity]
  for (let i = 0; i < area.length; i += STRETCH) {
    if (area[i + 1]! < left) left = area[i + 1]!
    if (area[i + 2]! > right) right = area[i + 2]!
  }
  return { left, top: area[0]!, right, bottom: area.at(-STRETCH)! + 1 }
}

export function visit(area: Area, span: Span): void {
  for (let i = 0; i < area.length; i += STRETCH) span(area[i]!, area[i + 1]!, area[i + 2]!)
}

/** Pixels of `a` that are not in `b`. */
export function without(a: Area, b: Area): Area {
  const writer = new AreaWriter()
  let j = 0
  for (let i = 0; i < a.length; i += STRETCH) {
    const [y, end] = [a[i]!, a[i + 2]!]
    let left = a[i + 1]!
    while (j < b.length && (b[j]! < y || (b[j] === y && b[j + 2]! <= left))) j += STRETCH
    // A stretch of `b` may reach into the next one of `a`, so `j` stays on it.
    for (let k = j; k < b.length && b[k] === y && b[k + 1]! < end; k += STRETCH) {
      writer.add(y, left, b[k + 1]!)
      left = Math.max(left, b[k + 2]!)
    }
    writer.add(y, left, end)
  }
  return writer.take()
}

/** Pixels of a box that are not in the area. */
export function outside(area: Area, box: Box): Area {
  const rows = new AreaWriter()
  for (let y = box.top; y < box.bottom; y++) rows.add(y, box.left, box.right)
  return without(rows.take(), area)
}

/** Pixels of either. */
export function union(a: Area, b: Area): Area {
  if (a.length === 0 || b.length === 0) return a.length === 0 ? b : a
  const writer = new AreaWriter()
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    const isNext = j >= b.length || (i < a.length && (a[i]! - b[j]! || a[i + 1]! - b[j + 1]!) <= 0)
    if (isNext) writer.add(a[i]!, a[i + 1]!, a[i + 2]!)
    else writer.add(b[j]!, b[j + 1]!, b[j + 2]!)
    if (isNext) i += STRETCH
    else j += STRETCH
  }
  return writer.take()
}

/** Pixels of both. */
export const common = (a: Area, b: Area): Area => without(a, without(a, b))

/** Where the stretches of each row begin, from the first row to one behind the last. */
export function rowStarts(area: Area): { first: number; starts: Int32Array } {
  if (area.length === 0) return { first: 0, starts: new Int32Array(1) }
  const first = area[0]!
  const starts = new Int32Array(area.at(-STRETCH)! - first + 2).fill(-1)
  for (let i = area.length - STRETCH; i >= 0; i -= STRETCH) starts[area[i]! - first] = i
  starts[starts.length - 1] = area.length
  for (let row = starts.length - 2; row >= 0; row--) if (starts[row]! < 0) starts[row] = starts[row + 1]!
  return { first, starts }
}
