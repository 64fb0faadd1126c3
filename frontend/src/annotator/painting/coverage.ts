/** The mask seen from afar: per block of 2x2, 4x4, 8x8 ... pixels the class most of it has, and how much is painted.
 *
 * Shown with that share as opacity, a thin wire neither vanishes, as by majority, nor swells, as when any pixel counts.
 * A level is kept in tiles of 256x256 texels of two bytes, (class, share of the block in 1/255). Levels are made when
 * somebody looks at them, and only where the mask changed.
 */

import type { Box } from './box'
import { union } from './box'
import type { Mask } from './mask'
import { keyOf, TILE, type TileKey, TILE_PX, WHOLE_TILE, xOf, yOf } from './tile'

type Level = { tiles: Map<TileKey, Uint8Array>; due: Map<TileKey, Box> }

export class Coverage {
  private readonly levels: Level[] = []

  constructor(private readonly mask: Mask) {}

  /** Pixels of the mask changed; box in pixels of the tile. */
  changed(key: TileKey, box: Box): void {
    const [first] = this.levels
    if (first) first.due.set(key, union(first.due.get(key) ?? null, box))
  }

  /** Texels of a tile of a level (1 and up), or null where nothing was ever painted. */
  tile(level: number, key: TileKey): Uint8Array | null {
    return this.levels[level - 1]?.tiles.get(key) ?? null
  }

  /** Make a level and those below it up to date, and tell which of their texels changed. */
  update(level: number, tell: (level: number, key: TileKey, box: Box) => void = () => {}): void {
    for (let number = 1; number <= level; number++) {
      const made = (this.levels[number - 1] ??= this.firstLook(number))
      const changes = this.propagate(number, made)
      const next = this.levels[number]
      for (const [key, box] of changes) {
        tell(number, key, box)
        next?.due.set(key, union(next.due.get(key) ?? null, box))
      }
    }
  }

  private firstLook(number: number): Level {
    const below = number === 1 ? this.mask.keys() : this.levels[number - 2]!.tiles.keys()
    return { tiles: new Map(), due: new Map([...below].map((key) => [key, WHOLE_TILE])) }
  }

  private propagate(number: number, level: Level): Map<TileKey, Box> {
    const changes = new Map<TileKey, Box>()
    for (const [below, box] of level.due) {
      if (box.left >= box.right) continue
      const key = keyOf(xOf(below) >> 1, yOf(below) >> 1)
      let texels = level.tiles.get(key)
      if (!texels) level.tiles.set(key, (texels = new Uint8Array(2 * TILE_PX)))
      const dx = (xOf(below) & 1) * (TILE / 2)
      const dy = (yOf(below) & 1) * (TILE / 2)
      const part = {
        left: box.left >> 1,
        top: box.top >> 1,
        right: (box.right + 1) >> 1,
        bottom: (box.bottom + 1) >> 1,
      }
      if (number === 1) fromClasses(this.mask.shownOf(below), texels, part, dx, dy)
      else fromTexels(this.levels[number - 2]!.tiles.get(below)!, texels, part, dx, dy)
      const changed = {
        left: part.left + dx,
        top: part.top + dy,
        right: part.right + dx,
        bottom: part.bottom + dy,
      }
      changes.set(key, union(changes.get(key) ?? null, changed))
    }
    level.due = new Map()
    return changes
  }
}

function fromClasses(classes: Uint8Array, texels: Uint8Array, part: Box, dx: number, dy: number): void {
  for (let y = part.top; y < part.bottom; y++) {
    for (let x = part.left; x < part.right; x++) {
      const i = y * 2 * TILE + x * 2
      const a = classes[i]!
      const b = classes[i + 1]!
      const c = classes[i + TILE]!
      const d = classes[i + TILE + 1]!
      const at = 2 * ((y + dy) * TILE + x + dx)
      if (a === b && a === c && a === d) {
        texels[at] = a
        texels[at + 1] = a ? 255 : 0
        continue
      }
      const painted = (a ? 1 : 0) + (b ? 1 : 0) + (c ? 1 : 0) + (d ? 1 : 0)
      texels[at] = weightiest(a, 1, b, 1, c, 1, d, 1)
      texels[at + 1] = Math.round((painted * 255) / 4)
    }
  }
}

function fromTexels(below: Uint8Array, texels: Uint8Array, part: Box, dx: number, dy: number): void {
  for (let y = part.top; y < part.bottom; y++) {
    for (let x = part.left; x < part.right; x++) {
      const i = 2 * (y * 2 * TILE + x * 2)
      const j = i + 2 * TILE
      const p = below[i + 1]!
      const q = below[i + 3]!
      const r = below[j + 1]!
      const s = below[j + 3]!
      const at = 2 * ((y + dy) * TILE + x + dx)
      texels[at] = weightiest(below[i]!, p, below[i + 2]!, q, below[j]!, r, below[j + 2]!, s)
      texels[at + 1] = (p + q + r + s + 2) >> 2
    }
  }
}

/** The painted class with the largest share of four; 0 when none is painted. */
function weightiest(
  a: number,
  p: number,
  b: number,
  q: number,
  c: number,
  r: number,
  d: number,
  s: number,
): number {
  const forA = a ? p + (b === a ? q : 0) + (c === a ? r : 0) + (d === a ? s : 0) : 0
  const forB = b ? q + (c === b ? r : 0) + (d === b ? s : 0) : 0
  const forC = c ? r + (d === c ? s : 0) : 0
  const forD = d ? s : 0
  const most = Math.max(forA, forB, forC, forD)
  if (most === 0) return 0
  return most === forA ? a : most === forB ? b : most === forC ? c : d
}
