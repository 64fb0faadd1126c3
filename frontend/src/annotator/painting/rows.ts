/** Stretches of rows that wait to be painted: those of a row that meet become one. */

import type { Span } from './shapes'

export class Rows {
  private left = new Int32Array(0)
  /** Past the last pixel; 0 where nothing waits. */
  private right = new Int32Array(0)
  private top = Infinity
  private bottom = 0

  /** span: told each stretch once it can grow no more. */
  constructor(private readonly span: Span) {}

  /** Pixels `left` up to, not including, `right` of row `y`; none is negative. */
  add(y: number, left: number, right: number): void {
    if (left >= right) return
    if (y >= this.right.length) this.makeRoom(y)
    const end = this.right[y]!
    const start = this.left[y]!
    if (end > 0 && left <= end && right >= start) {
      if (left < start) this.left[y] = left
      if (right > end) this.right[y] = right
      return
    }
    if (end > 0) this.span(y, start, end)
    this.left[y] = left
    this.right[y] = right
    if (y < this.top) this.top = y
    if (y >= this.bottom) this.bottom = y + 1
  }

  /** Paint what waits. */
  flush(): void {
    for (let y = this.top; y < this.bottom; y++) {
      const end = this.right[y]!
      if (end === 0) continue
      this.right[y] = 0
      this.span(y, this.left[y]!, end)
    }
    this.top = Infinity
    this.bottom = 0
  }

  private makeRoom(y: number): void {
    const length = Math.max(2 * this.right.length, y + 1, 256)
    const [left, right] = [new Int32Array(length), new Int32Array(length)]
    left.set(this.left)
    right.set(this.right)
    this.left = left
    this.right = right
  }
}
