/** Which part of a tile was painted, by bands of rows: a brush that moves leaves a crescent, and its box would be the whole disc. */

import type { Box } from './box'
import { TILE } from './tile'

const ROWS = 32
const COUNT = TILE / ROWS

export class Bands {
  private readonly left = new Int16Array(COUNT).fill(TILE)
  private readonly right = new Int16Array(COUNT)
  private top = TILE
  private bottom = 0

  get isEmpty(): boolean {
    return this.top >= this.bottom
  }

  /** Pixels `from` up to, not including, `to` of a row of the tile. */
  grow(y: number, from: number, to: number): void {
    const band = (y / ROWS) | 0
    if (from < this.left[band]!) this.left[band] = from
    if (to > this.right[band]!) this.right[band] = to
    if (y < this.top) this.top = y
    if (y >= this.bottom) this.bottom = y + 1
  }

  /** One box a band that has something, from the top down; afterwards it is empty. */
  take(): Box[] {
    const boxes: Box[] = []
    for (let band = (this.top / ROWS) | 0; band * ROWS < this.bottom; band++) {
      const [left, right] = [this.left[band]!, this.right[band]!]
      if (left >= right) continue
      const top = Math.max(this.top, band * ROWS)
      boxes.push({ left, top, right, bottom: Math.min(this.bottom, (band + 1) * ROWS) })
    }
    this.left.fill(TILE)
    this.right.fill(0)
    this.top = TILE
    this.bottom = 0
    return boxes
  }
}
