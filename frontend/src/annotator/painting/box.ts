/** Rectangles in whole pixels, half-open: `right` and `bottom` are the first pixels outside. */

export type Box = { left: number; top: number; right: number; bottom: number }

export type Point = { x: number; y: number }

export const isEmpty = (box: Box): boolean => box.left >= box.right || box.top >= box.bottom

export const areaOf = (box: Box): number =>
  isEmpty(box) ? 0 : (box.right - box.left) * (box.bottom - box.top)

export function union(a: Box | null, b: Box): Box {
  if (!a) return { ...b }
  return {
    left: Math.min(a.left, b.left),
    top: Math.min(a.top, b.top),
    right: Math.max(a.right, b.right),
    bottom: Math.max(a.bottom, b.bottom),
  }
}

export function intersection(a: Box, b: Box): Box {
  return {
    left: Math.max(a.left, b.left),
    top: Math.max(a.top, b.top),
    right: Math.min(a.right, b.right),
    bottom: Math.min(a.bottom, b.bottom),
  }
}

export const shifted = (box: Box, dx: number, dy: number): Box => ({
  left: box.left + dx,
  top: box.top + dy,
  right: box.right + dx,
  bottom: box.bottom + dy,
})
