/** The connected area of one class around a pixel. */

import type { Span } from './shapes'
import type { Mask } from './mask'
import { keyOf, type TileKey, TILE_PX } from './tile'

/** How much one click may fill: more is a slip, or a job for painting the background class by class. */
export const MOST_FILLED_PX = 64_000_000

export class TooLarge extends RangeError {
  constructor() {
    super(
      `The area under the bucket is larger than ${MOST_FILLED_PX / 1e6} megapixels. Close its outline first, then fill again.`,
    )
    this.name = 'TooLarge'
  }
}

type Row = { y: number; left: number; right: number }

/** Visit the pixels of the class at (x, y) that hang together with it by their edges.
 *
 * Work is done in portions: each yield is a good moment to let the page breathe, and says how many pixels were found.
 * Throws TooLarge when there are more than `most`; spans visited until then are void.
 */
export function* area(
  mask: Mask,
  x: number,
  y: number,
  span: Span,
  most = MOST_FILLED_PX,
): Generator<number, number> {
  const wanted = mask.classAt(x, y)
  const visited = new Map<TileKey, Uint8Array>()
  const seenOf = (key: TileKey): Uint8Array => {
    let seen = visited.get(key)
    if (!seen) visited.set(key, (seen = new Uint8Array(TILE_PX)))
    return seen
  }
  const isOpen = (px: number, py: number): boolean => {
    const key = keyOf(px >> 8, py >> 8)
    const i = ((py & 255) << 8) | (px & 255)
    return mask.classesOf(key)[i] === wanted && seenOf(key)[i] === 0
  }

  const todo: Row[] = []
  const take = (px: number, py: number): Row => {
    let left = px
    let right = px + 1
    while (left > 0 && isOpen(left - 1, py)) left--
    while (right < mask.width && isOpen(right, py)) right++
    for (let tx = left >> 8; tx <= (right - 1) >> 8; tx++) {
      const row = (py & 255) << 8
      const seen = seenOf(keyOf(tx, py >> 8))
      seen.fill(1, row + Math.max(left - tx * 256, 0), row + Math.min(right - tx * 256, 256))
    }
    return { y: py, left, right }
  }

  todo.push(take(x, y))
  let found = 0
  let since = 0
  for (let row = todo.pop(); row; row = todo.pop()) {
    const width = row.right - row.left
    found += width
    if (found > most) throw new TooLarge()
    span(row.y, row.left, row.right)
    for (const near of [row.y - 1, row.y + 1]) {
      if (near < 0 || near >= mask.height) continue
      for (let px = row.left; px < row.right; px++) {
        if (!isOpen(px, near)) continue
        const next = take(px, near)
        todo.push(next)
        px = next.right
      }
    }
    since += width
    if (since > 200_000) {
      since = 0
      yield found
    }
  }
  return found
}
