/** Distances in the photo. */

import type { Point } from './box'

export type Measure = {
  /** In photo pixels. */
  length: number
  dx: number
  dy: number
  /** Degrees from the horizontal, counter-clockwise, -90 to 90: a line has no direction. */
  angle: number
}

export function measure(from: Point, to: Point): Measure {
  const dx = to.x - from.x
  const dy = to.y - from.y
  const angle = dx === 0 && dy === 0 ? 0 : (Math.atan2(from.y - to.y, dx) * 180) / Math.PI
  const straight = angle > 90 ? angle - 180 : angle <= -90 ? angle + 180 : angle
  return { length: Math.hypot(dx, dy), dx: Math.abs(dx), dy: Math.abs(dy), angle: straight }
}

/** The end of a line turned to the nearest multiple of 15 degrees. */
export function straightened(from: Point, to: Point): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y)
  const step = Math.PI / 12
  const angle = Math.round(Math.atan2(to.y - from.y, to.x - from.x) / step) * step
  return { x: from.x + length * Math.cos(angle), y: from.y + length * Math.sin(angle) }
}
