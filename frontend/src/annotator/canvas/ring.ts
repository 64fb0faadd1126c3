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

/** Of the bright line: red, green, blue. */
export const colourOf = (isErasing: boolean) => (isErasing ? [255, 180, 168] : [255, 255, 255])

/** Of an eraser: a stroke and a gap in CSS pixels. */
export const BROKEN = [5, 4] as const

/** A line of the cursor: where its middle is from the middle of the brush, and its ends are from there. */
export type RingPart = { at: Point; from: Point; to: Point }

/** Parts of a circle or the sides of a square. All of a large circle is more to blend than a frame has time for. */
export const ringParts = (radius: number, brush: BrushShape): RingPart[] =>
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
    const seen = (point: Point): Point => ({ x: point.x - at.x, y: point.y - at.y })
    return { at, from: seen(from), to: seen(to) }
  })
}

function sides(half: number): RingPart[] {
  const across = { from: { x: -half, y: 0 }, to: { x: half, y: 0 } }
  const down = { from: { x: 0, y: -half }, to: { x: 0, y: half } }
  return [
    { at: { x: 0, y: -half }, ...across },
    { at: { x: 0, y: half }, ...across },
    { at: { x: -half, y: 0 }, ...down },
    { at: { x: half, y: 0 }, ...down },
  ]
}

/** Device pixels of the stage that show a ring; ratio: device pixels per CSS pixel. */
export function ringBoxes({ at, radius, brush }: Ring, ratio: number): Box[] {
  return ringParts(radius, brush).map((part) => {
    const [x, y] = [at.x + part.at.x, at.y + part.at.y]
    const across = Math.max(Math.abs(part.from.x), Math.abs(part.to.x)) + LINE.dark / 2
    const down = Math.max(Math.abs(part.from.y), Math.abs(part.to.y)) + LINE.dark / 2
    const [left, right] = [(x - across) * ratio, (x + across) * ratio]
    return outward({ left, top: (y - down) * ratio, right, bottom: (y + down) * ratio }, 1)
  })
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
