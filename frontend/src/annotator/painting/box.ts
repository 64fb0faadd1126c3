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

/** The whole pixels that a box between pixels touches, and so many more on each side. */
export const outward = (box: Box, margin = 0): Box => ({
  left: Math.floor(box.left - margin),
  top: Math.floor(box.top - margin),
  right: Math.ceil(box.right + margin),
  bottom: Math.ceil(box.bottom + margin),
})

/** Add a box to a few boxes that together cover a region.
 *
 * Two become one when that covers at most `slack` pixels more, and whatever it covers when there would be more than `most`.
 */
export function cover(boxes: Box[], box: Box, most = 8, slack = 1000): void {
  if (isEmpty(box)) return
  let added = box
  for (;;) {
    const at = nearest(boxes, added)
    if (at < 0 || (boxes.length < most && wasteOf(boxes[at]!, added) > slack)) break
    added = union(boxes[at]!, added)
    boxes.splice(at, 1)
  }
  boxes.push(added)
}

/** Which box can be joined with another at the least waste; -1 when there is none. */
function nearest(boxes: readonly Box[], other: Box): number {
  let at = -1
  let least = Infinity
  for (let i = 0; i < boxes.length; i++) {
    const waste = wasteOf(boxes[i]!, other)
    if (waste < least) [at, least] = [i, waste]
  }
  return at
}

/** Pixels that the union of two boxes covers beyond them; negative where they overlap. */
function wasteOf(a: Box, b: Box): number {
  const width = Math.max(a.right, b.right) - Math.min(a.left, b.left)
  const height = Math.max(a.bottom, b.bottom) - Math.min(a.top, b.top)
  return width * height - areaOf(a) - areaOf(b)
}

/** The same pixels, each in one box only. */
export function disjoint(boxes: readonly Box[]): Box[] {
  const found: Box[] = []
  for (const box of boxes) {
    let rest = [box]
    for (const taken of found) {
      if (rest.some((one) => !isEmpty(intersection(one, taken)))) {
        rest = rest.flatMap((one) => without(one, taken))
      }
    }
    found.push(...rest)
  }
  return found
}

/** What is left of a box when another is cut out of it: what lies above, below, and on either side. */
function without(box: Box, hole: Box): Box[] {
  const cut = intersection(box, hole)
  if (isEmpty(cut)) return [box]
  const { top, bottom } = cut
  return [
    { ...box, bottom: top },
    { ...box, top: bottom },
    { ...box, top, bottom, right: cut.left },
    { ...box, top, bottom, left: cut.right },
  ].filter((one) => !isEmpty(one))
}

export const shifted = (box: Box, dx: number, dy: number): Box => ({
  left: box.left + dx,
  top: box.top + dy,
  right: box.right + dx,
  bottom: box.bottom + dy,
})

/** Going to a single pixel shows at least so much around it. */
const AROUND_PX = 60

/** A box around another in which one can see where that is. */
export function around({ left, top, right, bottom }: Box): Box {
  const across = Math.max(0, AROUND_PX - (right - left)) / 2
  const down = Math.max(0, AROUND_PX - (bottom - top)) / 2
  return { left: left - across, top: top - down, right: right + across, bottom: bottom + down }
}
