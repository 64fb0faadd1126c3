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

/** Visit every pixel whose centre lies within `radius` of the straight line from `a` to `b`. */
export function capsule(a: Point, b: Point, radius: number, clip: Box, span: Span): void {
  const dx = b.x - a.x
  const dy = b.y - a.y
  const squared = dx * dx + dy * dy
  const length = Math.sqrt(squared)
  // The spans are found with a hair too much and trimmed by the exact test, so that rounding cannot lose a pixel.
  const reach = radius + 1e-6
  const nx = length > 0 ? (-dy / length) * reach : 0
  const ny = length > 0 ? (dx / length) * reach : 0
  const corners = [a.x + nx, a.y + ny, b.x + nx, b.y + ny, b.x - nx, b.y - ny, a.x - nx, a.y - ny]

  const isWithin = (x: number, y: number): boolean => {
    let t = squared > 0 ? ((x - a.x) * dx + (y - a.y) * dy) / squared : 0
    t = t < 0 ? 0 : t > 1 ? 1 : t
    const ex = a.x + t * dx - x
    const ey = a.y + t * dy - y
    return ex * ex + ey * ey <= radius * radius
  }

  const first = Math.max(clip.top, Math.ceil(Math.min(a.y, b.y) - reach - 0.5))
  const last = Math.min(clip.bottom - 1, Math.floor(Math.max(a.y, b.y) + reach - 0.5))
  for (let y = first; y <= last; y++) {
    const centre = y + 0.5
    let low = Infinity
    let high = -Infinity
    for (const end of [a, b]) {
      const half = reach * reach - (centre - end.y) * (centre - end.y)
      if (half < 0) continue
      const root = Math.sqrt(half)
      low = Math.min(low, end.x - root)
      high = Math.max(high, end.x + root)
    }
    if (length > 0) {
      for (let i = 0; i < 8; i += 2) {
        const x0 = corners[i]!
        const y0 = corners[i + 1]!
        const x1 = corners[(i + 2) % 8]!
        const y1 = corners[(i + 3) % 8]!
        if (y0 <= centre === y1 <= centre) continue
        const x = x0 + ((centre - y0) / (y1 - y0)) * (x1 - x0)
        low = Math.min(low, x)
        high = Math.max(high, x)
      }
    }
    let left = Math.ceil(low - 0.5)
    let right = Math.floor(high - 0.5)
    while (left <= right && !isWithin(left + 0.5, centre)) left++
    while (left <= right && !isWithin(right + 0.5, centre)) right--
    left = Math.max(left, clip.left)
    right = Math.min(right + 1, clip.right)
    if (left < right) span(y, left, right)
  }
}

/** Visit every pixel whose centre lies inside a closed outline; where it crosses itself, by the even-odd rule. */
export function polygon(points: readonly Point[], clip: Box, span: Span): void {
  if (points.length < 3) return
  const ys = points.map((point) => point.y)
  const first = Math.max(clip.top, Math.ceil(Math.min(...ys) - 0.5))
  const last = Math.min(clip.bottom - 1, Math.floor(Math.max(...ys) - 0.5))
  const crossings: number[] = []
  for (let y = first; y <= last; y++) {
    const centre = y + 0.5
    crossings.length = 0
    for (let i = 0, j = points.length - 1; i < points.length; j = i++) {
      const a = points[j]!
      const b = points[i]!
      if (a.y <= centre === b.y <= centre) continue
      crossings.push(a.x + ((centre - a.y) / (b.y - a.y)) * (b.x - a.x))
    }
    crossings.sort((a, b) => a - b)
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const left = Math.max(clip.left, Math.ceil(crossings[i]! - 0.5))
      const right = Math.min(clip.right, Math.ceil(crossings[i + 1]! - 0.5))
      if (left < right) span(y, left, right)
    }
  }
}

/** The outline of the pixels a brush covers, as an SVG path in pixels around the brush's own middle. */
export function footprintPath(size: number): string {
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
