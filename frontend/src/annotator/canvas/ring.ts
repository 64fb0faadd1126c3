/** The cursor of a large brush: parts of its outline, each small enough to be drawn anew in every frame. */

import { type Box, outward, type Point } from '../painting/box'
import type { BrushShape } from '../painting/shapes'

/** at: its middle; radius: half the width of a square brush. Both in CSS pixels. */
export type Ring = { at: Point; radius: number; brush: BrushShape; isErasing: boolean }

/** From this radius on, in CSS pixels, a cursor is a ring. */
export const LARGE = 120

/** Of a round brush. */
export const DASHES = 12
/** In CSS pixels. */
export const LONGEST_DASH = 48

/** In CSS pixels: a bright line on a dark one. */
export const LINE = { bright: 1.4, dark: 3.2, opacity: 0.65 }

/** Of an eraser: a stroke and a gap in CSS pixels. */
export const BROKEN = [5, 4] as const

/** A line of the cursor: where its middle is from the middle of the brush, and its path from there. */
export type RingPart = { at: Point; path: string; reach: Point }

/** Parts of a circle or the sides of a square. All of a large circle is more to blend than a frame has time for. */
export const ringParts = ({ radius, brush }: Pick<Ring, 'radius' | 'brush'>): RingPart[] =>
  brush === 'square' ? sides(radius) : dashes(radius)

/** Half the angle of a dash. */
export const halfDash = (radius: number): number => Math.min(LONGEST_DASH / radius, Math.PI / DASHES) / 2

function dashes(radius: number): RingPart[] {
  const half = halfDash(radius)
  const on = (angle: number): Point => ({ x: radius * Math.cos(angle), y: radius * Math.sin(angle) })
  return Array.from({ length: DASHES }, (_, i) => {
    const middle = (i / DASHES) * 2 * Math.PI
    const at = on(middle)
    const from = on(middle - half)
    const to = on(middle + half)
    const arc = `A${radius} ${radius} 0 0 1 ${to.x - at.x} ${to.y - at.y}`
    const reach = {
      x: Math.max(Math.abs(from.x - at.x), Math.abs(to.x - at.x)),
      y: Math.max(Math.abs(from.y - at.y), Math.abs(to.y - at.y)),
    }
    return { at, path: `M${from.x - at.x} ${from.y - at.y}${arc}`, reach }
  })
}

function sides(half: number): RingPart[] {
  const across = { path: `M${-half} 0h${2 * half}`, reach: { x: half, y: 0 } }
  const down = { path: `M0 ${-half}v${2 * half}`, reach: { x: 0, y: half } }
  return [
    { at: { x: 0, y: -half }, ...across },
    { at: { x: 0, y: half }, ...across },
    { at: { x: -half, y: 0 }, ...down },
    { at: { x: half, y: 0 }, ...down },
  ]
}

/** Device pixels of the stage that show a ring; ratio: device pixels per CSS pixel. */
export function ringBoxes(ring: Ring, ratio: number): Box[] {
  const { x, y } = ring.at
  const line = LINE.dark / 2
  return ringParts(ring).map(({ at, reach }) =>
    outward(
      {
        left: (x + at.x - reach.x - line) * ratio,
        top: (y + at.y - reach.y - line) * ratio,
        right: (x + at.x + reach.x + line) * ratio,
        bottom: (y + at.y + reach.y + line) * ratio,
      },
      1,
    ),
  )
}

export const isSameRing = (a: Ring | null, b: Ring | null): boolean =>
  a === b ||
  (a !== null &&
    b !== null &&
    a.at.x === b.at.x &&
    a.at.y === b.at.y &&
    a.radius === b.radius &&
    a.brush === b.brush &&
    a.isErasing === b.isErasing)
