/** Which pixels a shape covers, as horizontal spans. The same rules, pixel for pixel, as the reference in Python.
 *
 * A pixel (x, y) is the square from x to x+1 and y to y+1; its centre (x+½, y+½) decides.
 */

import type { Box, Point } from './box'

/** Pixels `left` up to, not including, `right` of row `y`. */
export type Span = (y: number, left: number, right: number) => void

/** Where a brush of a size sits for a pointer position: on a pixel's centre for odd sizes, on a corner for even ones.
 *
 * So a brush covers the same pixels wherever it goes, one of size 1 exactly one pixel, and the cursor can show them.
 */
export function snapped(point: Point, size: number): Point {
  const isOdd = size % 2 === 1
  return isOdd
    ? { x: Math.floor(point.x) + 0.5, y: Math.floor(point.y) + 0.5 }
    : { x: Math.round(point.x), y: Math.round(point.y) }
}

/** How far a place is from the straight line from `a` to `b`, squared. */
function squaredFrom(a: Point, b: Point): (x: number, y: number) => number {
  const dx = b.x - a.x
  const dy = b.y - a.y
  const squared = dx * dx + dy * dy
  return (x, y) => {
    let t = squared > 0 ? ((x - a.x) * dx + (y - a.y) * dy) / squared : 0
    t = t < 0 ? 0 : t > 1 ? 1 : t
    const ex = a.x + t * dx - x
    const ey = a.y + t * dy - y
    return ex * ex + ey * ey
  }
}

/** The two long sides of what a disc covers on its way; the short ones lie within the discs. */
class LongSides {
  /** Between which places they cross the row looked at last: `low` lies above `high` where they cross none. */
  low = Infinity
  high = -Infinity
  private readonly x: number
  private readonly y: number
  private readonly nx: number
  private readonly ny: number
  /** How far to the right a row further down meets them. */
  private readonly run: number
  private readonly lowest: number
  private readonly highest: number

  constructor(a: Point, b: Point, reach: number) {
    const dx = b.x - a.x
    const dy = b.y - a.y
    const length = Math.sqrt(dx * dx + dy * dy)
    this.x = a.x
    this.y = a.y
    this.nx = length > 0 ? (-dy / length) * reach : 0
    this.ny = length > 0 ? (dx / length) * reach : 0
    this.run = dy === 0 ? 0 : dx / dy
    this.lowest = Math.min(a.y, b.y)
    this.highest = Math.max(a.y, b.y)
  }

  /** Look where they cross the middle of a row; on a level way they cross none. */
  cross(centre: number): void {
    const { x, y, nx, ny, run, lowest, highest } = this
    this.low = Infinity
    this.high = -Infinity
    if (centre > lowest + ny && centre <= highest + ny) {
      this.low = this.high = x + nx + (centre - y - ny) * run
    }
    if (centre > lowest - ny && centre <= highest - ny) {
      const other = x - nx + (centre - y + ny) * run
      this.low = Math.min(this.low, other)
      this.high = Math.max(this.high, other)
    }
  }
}

/** How much further than the brush its spans are looked for; the exact test trims them, so that rounding loses no pixel. */
const HAIR = 1e-6

/** Beyond any photo, and still a small whole number. */
const FAR = 2 ** 29

/** Visit every pixel whose centre lies within `radius` of the straight line from `a` to `b`. */
export function capsule(a: Point, b: Point, radius: number, clip: Box, span: Span): void {
  const reach = radius + HAIR
  const sides = new LongSides(a, b, reach)
  const apart = squaredFrom(a, b)
  const isWithin = (x: number, y: number): boolean => apart(x, y) <= radius * radius

  const first = Math.max(clip.top, Math.ceil(Math.min(a.y, b.y) - reach - 0.5))
  const last = Math.min(clip.bottom - 1, Math.floor(Math.max(a.y, b.y) + reach - 0.5))
  for (let y = first; y <= last; y++) {
    const centre = y + 0.5
    sides.cross(centre)
    let { low, high } = sides
    const underA = reach * reach - (centre - a.y) * (centre - a.y)
    if (underA >= 0) {
      const root = Math.sqrt(underA)
      low = Math.min(low, a.x - root)
      high = Math.max(high, a.x + root)
    }
    const underB = reach * reach - (centre - b.y) * (centre - b.y)
    if (underB >= 0) {
      const root = Math.sqrt(underB)
      low = Math.min(low, b.x - root)
      high = Math.max(high, b.x + root)
    }
    trimmed(y, low, high, isWithin, clip, span)
  }
}

/** Visit every pixel whose centre a disc covers that goes straight from `a` to `b` and grows from radius `ra` to `rb`. */
export function taper(a: Point, ra: number, b: Point, rb: number, clip: Box, span: Span): void {
  const dx = b.x - a.x
  const dy = b.y - a.y
  const length = Math.sqrt(dx * dx + dy * dy)
  if (ra === rb) return capsule(a, b, ra, clip, span)
  if (length <= Math.abs(rb - ra)) {
    const [larger, radius] = ra > rb ? [a, ra] : [b, rb]
    return capsule(larger, larger, radius, clip, span)
  }
  const slope = (rb - ra) / length
  const steep = Math.sqrt(1 - slope * slope)
  const lean = slope / steep

  // Of all discs on the way, the one that reaches furthest over (x, y).
  const isWithin = (x: number, y: number): boolean => {
    const along = ((x - a.x) * dx + (y - a.y) * dy) / length
    const beside = Math.abs((x - a.x) * dy - (y - a.y) * dx) / length
    let t = (along + beside * lean) / length
    t = t < 0 ? 0 : t > 1 ? 1 : t
    const ex = a.x + t * dx - x
    const ey = a.y + t * dy - y
    const radius = ra + t * (rb - ra)
    return ex * ex + ey * ey <= radius * radius
  }

  const reaches = [ra + HAIR, rb + HAIR] as const
  const [ux, uy] = [dx / length, dy / length]
  const tangents = [1, -1].map((side) => ({
    x: -slope * ux - side * steep * uy,
    y: -slope * uy + side * steep * ux,
  }))
  const [left, right] = tangents as [Point, Point]
  const touch = (end: Point, reach: number, normal: Point): Point => ({
    x: end.x + reach * normal.x,
    y: end.y + reach * normal.y,
  })
  const corners = [
    touch(a, reaches[0], left),
    touch(b, reaches[1], left),
    touch(b, reaches[1], right),
    touch(a, reaches[0], right),
  ]
  const top = Math.min(a.y - reaches[0], b.y - reaches[1])
  const bottom = Math.max(a.y + reaches[0], b.y + reaches[1])
  const first = Math.max(clip.top, Math.ceil(top - 0.5))
  const last = Math.min(clip.bottom - 1, Math.floor(bottom - 0.5))
  for (let y = first; y <= last; y++) {
    const centre = y + 0.5
    let low = Infinity
    let high = -Infinity
    for (const [i, end] of [a, b].entries()) {
      const half = reaches[i]! * reaches[i]! - (centre - end.y) * (centre - end.y)
      if (half < 0) continue
      const root = Math.sqrt(half)
      low = Math.min(low, end.x - root)
      high = Math.max(high, end.x + root)
    }
    for (let i = 0; i < 4; i++) {
      const [from, to] = [corners[i]!, corners[(i + 1) % 4]!]
      if (from.y <= centre === to.y <= centre) continue
      const x = from.x + ((centre - from.y) / (to.y - from.y)) * (to.x - from.x)
      low = Math.min(low, x)
      high = Math.max(high, x)
    }
    trimmed(y, low, high, isWithin, clip, span)
  }
}

/** Visit every pixel whose centre a square covers that goes straight from `a` to `b`, its half side from `ra` to `rb`. */
export function squareSweep(a: Point, ra: number, b: Point, rb: number, clip: Box, span: Span): void {
  const dx = b.x - a.x
  const dy = b.y - a.y
  const growth = rb - ra

  // On the way t from 0 to 1 each side of the square keeps the centre inside while A + t * B >= 0.
  const isWithin = (x: number, y: number): boolean => {
    let since = 0
    let until = 1
    for (const [A, B] of [
      [ra + (x - a.x), growth - dx],
      [ra - (x - a.x), growth + dx],
      [ra + (y - a.y), growth - dy],
      [ra - (y - a.y), growth + dy],
    ] as const) {
      if (B > 0) since = Math.max(since, -A / B)
      else if (B < 0) until = Math.min(until, -A / B)
      else if (A < 0) return false
    }
    return since <= until
  }

  const first = Math.max(clip.top, Math.ceil(Math.min(a.y - ra, b.y - rb) - 0.5))
  const last = Math.min(clip.bottom - 1, Math.floor(Math.max(a.y + ra, b.y + rb) - 0.5))
  for (let y = first; y <= last; y++) {
    const centre = y + 0.5
    let since = 0
    let until = 1
    for (const [A, B] of [
      [ra + (centre - a.y), growth - dy],
      [ra - (centre - a.y), growth + dy],
    ] as const) {
      if (B > 0) since = Math.max(since, -A / B)
      else if (B < 0) until = Math.min(until, -A / B)
    }
    const [one, other] = [a.x + since * dx, a.x + until * dx]
    const [half, otherHalf] = [ra + since * growth, ra + until * growth]
    const low = Math.min(one - half, other - otherHalf) - HAIR
    const high = Math.max(one + half, other + otherHalf) + HAIR
    trimmed(y, low, high, isWithin, clip, span)
  }
}

/** A span found with a hair too much, without what the exact test refuses at its ends. */
function trimmed(
  y: number,
  low: number,
  high: number,
  isWithin: (x: number, y: number) => boolean,
  clip: Box,
  span: Span,
): void {
  let left = Math.ceil(low - 0.5)
  let right = Math.floor(high - 0.5)
  while (left <= right && !isWithin(left + 0.5, y + 0.5)) left++
  while (left <= right && !isWithin(right + 0.5, y + 0.5)) right--
  left = Math.max(left, clip.left)
  right = Math.min(right + 1, clip.right)
  if (left < right) span(y, left, right)
}

export type BrushShape = 'round' | 'square'

/** Visit what a brush covers on its straight way from `a` to `b`, its size growing from `from` to `to`. */
export function sweep(
  shape: BrushShape,
  a: Point,
  from: number,
  b: Point,
  to: number,
  clip: Box,
  span: Span,
): void {
  if (shape === 'square') squareSweep(a, from / 2, b, to / 2, clip, span)
  else taper(a, from / 2, b, to / 2, clip, span)
}

/** Visit every square of a grid, `side` pixels wide, of which a round brush covers each pixel on its straight way from
 * `a` to `b`, and that lies in `clip` whole. A square brush covers what a round one of its size does.
 */
export function squaresWithin(
  a: Point,
  b: Point,
  radius: number,
  side: number,
  clip: Box,
  visit: (column: number, row: number) => void,
): void {
  if (2 * radius < side) return
  // A hair less than the brush, so that no rounding finds more than the brush covers.
  const reach = radius - 1e-3
  const apart = squaredFrom(a, b)
  const isWithin = (x: number, y: number): boolean => apart(x, y) <= reach * reach
  const first = (lowest: number, edge: number): number => Math.ceil(Math.max(lowest - radius, edge) / side)
  const end = (highest: number, edge: number): number => Math.floor(Math.min(highest + radius, edge) / side)
  const [left, right] = [first(Math.min(a.x, b.x), clip.left), end(Math.max(a.x, b.x), clip.right)]
  const [top, bottom] = [first(Math.min(a.y, b.y), clip.top), end(Math.max(a.y, b.y), clip.bottom)]
  for (let row = top; row < bottom; row++) {
    const [upper, lower] = [row * side + 0.5, (row + 1) * side - 0.5]
    for (let column = left; column < right; column++) {
      const [near, far] = [column * side + 0.5, (column + 1) * side - 0.5]
      // What a round brush covers bulges everywhere: with its corners it has all of a square.
      if (isWithin(near, upper) && isWithin(far, lower) && isWithin(far, upper) && isWithin(near, lower)) {
        visit(column, row)
      }
    }
  }
}

/** What a round brush covers on its straight way from `a` to `b`, as its capsule; both places are snapped.
 *
 * resting: what it covers at rest, from which its ends are known: of most rows nothing has to be worked out.
 */
export function glide(a: Point, b: Point, size: number, resting: Footprint, clip: Box, span: Span): void {
  const { left: lefts, right: rights, top, home } = resting
  const count = lefts.length
  // Whole numbers by name: what follows runs for thousands of rows a frame, and is made for them.
  const ax = (a.x - home.x) | 0
  const bx = (b.x - home.x) | 0
  const aTop = (a.y - home.y + top) | 0
  const bTop = (b.y - home.y + top) | 0
  const sides = new LongSides(a, b, size / 2 + HAIR)
  const apart = squaredFrom(a, b)
  const squared = (size / 2) ** 2
  const first = Math.max(clip.top, Math.min(aTop, bTop))
  const end = Math.min(clip.bottom, Math.max(aTop, bTop) + count)
  for (let y = first; y < end; y++) {
    const centre = y + 0.5
    let left = FAR
    let right = -FAR
    const i = y - aTop
    if (i >= 0 && i < count) {
      left = lefts[i]! + ax
      right = rights[i]! + ax
    }
    const j = y - bTop
    if (j >= 0 && j < count) {
      left = Math.min(left, lefts[j]! + bx)
      right = Math.max(right, rights[j]! + bx)
    }
    sides.cross(centre)
    if (sides.low <= sides.high) {
      let from = Math.ceil(sides.low - 0.5) | 0
      let to = (Math.floor(sides.high - 0.5) + 1) | 0
      // In a row of neither footprint there is only what lies between the sides.
      const nearest = left < right ? left : to
      while (from < nearest && apart(from + 0.5, centre) > squared) from++
      const farthest = left < right ? right : from
      while (to > farthest && apart(to - 0.5, centre) > squared) to--
      left = Math.min(left, from)
      right = Math.max(right, to)
    }
    left = Math.max(left, clip.left)
    right = Math.min(right, clip.right)
    if (left < right) span(y, left, right)
  }
}

/** Of spans that cover a footprint and more, only what sticks out on either side of it; at: where the brush rests. */
export function beside(at: Point, resting: Footprint, span: Span): Span {
  const { left: lefts, right: rights } = resting
  const dx = (at.x - resting.home.x) | 0
  const dy = (at.y - resting.home.y + resting.top) | 0
  return (y, left, right) => {
    const row = y - dy
    const isSeen = row >= 0 && row < lefts.length
    const seenLeft = isSeen ? lefts[row]! + dx : right
    const seenRight = isSeen ? rights[row]! + dx : right
    if (seenLeft >= right || seenRight <= left) return span(y, left, right)
    if (left < seenLeft) span(y, left, seenLeft)
    if (seenRight < right) span(y, seenRight, right)
  }
}

/** The size of a brush under a pen that presses with 0..1. */
export function sizeUnder(pressure: number, size: number, least: number): number {
  return Math.max(1, Math.floor(least + (size - least) * pressure + 0.5))
}

/** The pixels a resting brush covers, row by row from the top down, while it sits at `home`: that is where a pointer at 0, 0
 * has it. */
export type Footprint = { home: Point; top: number; left: Int32Array; right: Int32Array }

const EVERYWHERE: Box = { left: -1e6, top: -1e6, right: 1e6, bottom: 1e6 }

const footprints = new Map<string, Footprint>()
const MOST_FOOTPRINTS = 64

/** A snapped brush covers the same pixels wherever it is, and stroke after stroke. */
export function footprint(shape: BrushShape, size: number): Footprint {
  const name = `${shape} ${size}`
  let found = footprints.get(name)
  if (!found) {
    if (footprints.size >= MOST_FOOTPRINTS) footprints.clear()
    footprints.set(name, (found = newFootprint(shape, size)))
  }
  return found
}

function newFootprint(shape: BrushShape, size: number): Footprint {
  const home = snapped({ x: 0, y: 0 }, size)
  const rows: [number, number, number][] = []
  sweep(shape, home, size, home, size, EVERYWHERE, (y, left, right) => rows.push([y, left, right]))
  return {
    home,
    top: rows[0]?.[0] ?? 0,
    left: Int32Array.from(rows, ([, left]) => left),
    right: Int32Array.from(rows, ([, , right]) => right),
  }
}

/** What counts as inside an outline that crosses itself: every second part of it, or whatever it goes around. */
export type Inside = 'even-odd' | 'winding'

/** Visit every pixel whose centre lies inside a closed outline. */
export function polygon(points: readonly Point[], clip: Box, span: Span, inside: Inside = 'even-odd'): void {
  if (points.length < 3) return
  let top = Infinity
  let bottom = -Infinity
  for (const { y } of points) {
    if (y < top) top = y
    if (y > bottom) bottom = y
  }
  const first = Math.max(clip.top, Math.ceil(top - 0.5))
  const last = Math.min(clip.bottom - 1, Math.floor(bottom - 0.5))
  const crossings: { x: number; turn: number }[] = []
  for (let y = first; y <= last; y++) {
    const centre = y + 0.5
    crossings.length = 0
    for (let i = 0, j = points.length - 1; i < points.length; j = i++) {
      const a = points[j]!
      const b = points[i]!
      if (a.y <= centre === b.y <= centre) continue
      const x = a.x + ((centre - a.y) / (b.y - a.y)) * (b.x - a.x)
      crossings.push({ x, turn: a.y <= centre ? 1 : -1 })
    }
    crossings.sort((a, b) => a.x - b.x)
    for (let i = 0, turns = 0; i + 1 < crossings.length; i++) {
      turns += inside === 'winding' ? crossings[i]!.turn : i % 2 === 0 ? 1 : -1
      if (turns === 0) continue
      const left = Math.max(clip.left, Math.ceil(crossings[i]!.x - 0.5))
      const right = Math.min(clip.right, Math.ceil(crossings[i + 1]!.x - 0.5))
      if (left < right) span(y, left, right)
    }
  }
}

/** The pixels between the two a drag went from and to, both included.
 *
 * isSquare: as wide as high, by the longer side.   isCentred: the drag began in the middle.
 */
export function boxBetween(from: Point, to: Point, isSquare = false, isCentred = false): Box {
  const [x, y] = [Math.floor(from.x), Math.floor(from.y)]
  let across = Math.floor(to.x) - x
  let down = Math.floor(to.y) - y
  if (isSquare) {
    const side = Math.max(Math.abs(across), Math.abs(down))
    across = across < 0 ? -side : side
    down = down < 0 ? -side : side
  }
  const [backAcross, backDown] = isCentred ? [-across, -down] : [0, 0]
  return {
    left: x + Math.min(backAcross, across),
    top: y + Math.min(backDown, down),
    right: x + Math.max(backAcross, across) + 1,
    bottom: y + Math.max(backDown, down) + 1,
  }
}

/** Visit every pixel of a box. */
export function rectangle(box: Box, clip: Box, span: Span): void {
  const left = Math.max(box.left, clip.left)
  const right = Math.min(box.right, clip.right)
  if (left >= right) return
  const bottom = Math.min(box.bottom, clip.bottom)
  for (let y = Math.max(box.top, clip.top); y < bottom; y++) span(y, left, right)
}

/** Visit every pixel whose centre lies in the ellipse that touches the four sides of a box. */
export function ellipse(box: Box, clip: Box, span: Span): void {
  const width = box.right - box.left
  const height = box.bottom - box.top
  if (width <= 0 || height <= 0) return
  // In half pixels from the middle, so that everything below is whole numbers.
  const isWithin = (x: number, y: number): boolean => {
    const across = 2 * x - box.left - box.right
    const down = 2 * y - box.top - box.bottom
    return (
      across * across * (height * height) + down * down * (width * width) <= width * width * (height * height)
    )
  }
  const middle = (box.left + box.right) / 2
  const last = Math.min(box.bottom, clip.bottom)
  for (let y = Math.max(box.top, clip.top); y < last; y++) {
    const down = (2 * y + 1 - box.top - box.bottom) / height
    const half = (width / 2) * Math.sqrt(Math.max(0, 1 - down * down)) + 1e-3
    trimmed(y, middle - half, middle + half, isWithin, clip, span)
  }
}

/** The outline of the pixels a brush covers, as an SVG path in pixels around the brush's own middle. */
export function footprintPath(size: number, shape: BrushShape = 'round'): string {
  if (shape === 'square') return `M${-size / 2} ${-size / 2}h${size}v${size}h${-size}Z`
  const middle = size % 2 === 1 ? 0.5 : 0
  const extent = Math.ceil(size / 2) + 1
  const rows: [number, number, number][] = []
  const clip = { left: -extent, top: -extent, right: extent + 1, bottom: extent + 1 }
  capsule({ x: middle, y: middle }, { x: middle, y: middle }, size / 2, clip, (y, left, right) =>
    rows.push([y - middle, left - middle, right - middle]),
  )
  const [top] = rows
  if (!top) return ''
  const down = rows.map(([y, , right]) => `L${right} ${y}V${y + 1}`).join('')
  const up = [...rows].reverse().map(([y, left]) => `L${left} ${y + 1}V${y}`)
  return `M${top[1]} ${top[0]}${down}${up.join('')}Z`
}
