/** Walking a photo window by window, as one mows a lawn: to the right in the first row, back in the next. */

import type { Box, Point } from './box'

export type Size = { width: number; height: number }

/** Part of a window that the next one shows again, so that nothing is cut in two by an edge. */
const SHARED = 0.1

export type Walk = { columns: number; rows: number; count: number }

/** window: what is seen at once, in photo pixels. */
export function walkOf(photo: Size, window: Size): Walk {
  const columns = stops(photo.width, window.width)
  const rows = stops(photo.height, window.height)
  return { columns, rows, count: columns * rows }
}

/** The middle of a window of the walk, counted from 0. */
export function middleOfWindow(photo: Size, window: Size, number: number): Point {
  const { columns, rows } = walkOf(photo, window)
  const row = Math.floor(number / columns)
  const along = number % columns
  const column = row % 2 === 0 ? along : columns - 1 - along
  return {
    x: middle(photo.width, window.width, columns, column),
    y: middle(photo.height, window.height, rows, row),
  }
}

/** The window of the walk whose middle is nearest to a place. */
export function nearestWindow(photo: Size, window: Size, place: Point): number {
  const { count } = walkOf(photo, window)
  let best = 0
  let least = Infinity
  for (let number = 0; number < count; number++) {
    const { x, y } = middleOfWindow(photo, window, number)
    const distance = Math.hypot(x - place.x, y - place.y)
    if (distance < least) [best, least] = [number, distance]
  }
  return best
}

/** Whether a view is one of the walk's windows, give or take a twentieth. */
export function isAtWindow(photo: Size, window: Size, number: number, place: Point): boolean {
  const { x, y } = middleOfWindow(photo, window, number)
  return Math.abs(x - place.x) < window.width / 20 && Math.abs(y - place.y) < window.height / 20
}

function stops(length: number, window: number): number {
  if (window >= length) return 1
  return Math.ceil((length - window) / (window * (1 - SHARED))) + 1
}

function middle(length: number, window: number, count: number, index: number): number {
  if (count === 1) return length / 2
  return window / 2 + ((length - window) * index) / (count - 1)
}

/** A window's box, for showing where it lies. */
export function windowAt({ x, y }: Point, { width, height }: Size): Box {
  return { left: x - width / 2, top: y - height / 2, right: x + width / 2, bottom: y + height / 2 }
}
