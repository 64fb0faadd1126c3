/** Which parts of a photo have been looked at closely: a bit for each cell of a coarse grid. */

import type { Box } from './box'

/** From this many device pixels a photo pixel on, looking counts. */
export const CLOSE_ENOUGH = 0.5

const MOST_CELLS_ACROSS = 160
const LEAST_CELL_PX = 64

export class Seen {
  readonly cell: number
  readonly columns: number
  readonly rows: number
  private readonly bits: Uint8Array<ArrayBuffer>

  /** kept: what `toText` gave for the same photo. */
  constructor(
    readonly width: number,
    readonly height: number,
    kept = '',
  ) {
    this.cell = Math.max(LEAST_CELL_PX, Math.ceil(Math.max(width, height) / MOST_CELLS_ACROSS))
    this.columns = Math.ceil(width / this.cell)
    this.rows = Math.ceil(height / this.cell)
    this.bits = new Uint8Array(Math.ceil((this.columns * this.rows) / 8))
    const bytes = fromText(kept)
    if (bytes?.length === this.bits.length) this.bits.set(bytes)
  }

  /** A part of the photo, in its pixels, is in sight: cells whose middle lies in it count. Whether any is new. */
  look({ left, top, right, bottom }: Box): boolean {
    const { cell } = this
    const first = {
      x: Math.max(0, Math.ceil(left / cell - 0.5)),
      y: Math.max(0, Math.ceil(top / cell - 0.5)),
    }
    const last = {
      // The last cells may reach beyond the photo, and their middles with them.
      x: right >= this.width ? this.columns - 1 : Math.floor(right / cell - 0.5),
      y: bottom >= this.height ? this.rows - 1 : Math.floor(bottom / cell - 0.5),
    }
    let isNew = false
    for (let y = first.y; y <= last.y; y++) {
      for (let x = first.x; x <= last.x; x++) {
        if (this.has(x, y)) continue
        const at = y * this.columns + x
        this.bits[at >> 3]! |= 1 << (at & 7)
        isNew = true
      }
    }
    return isNew
  }

  has(x: number, y: number): boolean {
    const at = y * this.columns + x
    return (this.bits[at >> 3]! & (1 << (at & 7))) !== 0
  }

  /** How much of the photo has been looked at, 0..1. */
  get share(): number {
    let seen = 0
    for (let y = 0; y < this.rows; y++) for (let x = 0; x < this.columns; x++) if (this.has(x, y)) seen++
    return seen / (this.columns * this.rows)
  }

  toText(): string {
    return btoa(String.fromCharCode(...this.bits))
  }
}

function fromText(text: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
  } catch {
    return null
  }
}
