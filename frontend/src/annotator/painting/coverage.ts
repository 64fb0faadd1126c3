/** The mask seen from afar: per block of 2x2, 4x4, 8x8 ... pixels the class most of it has, and how much is painted.
 *
 * Shown with that share as opacity, a thin wire neither vanishes, as by majority, nor swells, as when any pixel counts.
 * A level is kept in tiles of 256x256 texels of two bytes, (class, share of the block in 1/255). Levels are made when
 * somebody looks at them, and only where the mask changed.
 */

import { areaOf, type Box, cover, shifted } from './box'
import type { Mask } from './mask'
import { keyOf, TILE, type TileKey, TILE_PX, uniform, WHOLE_TILE, xOf, yOf } from './tile'

/** Of each tile a few boxes. */
type Parts = Map<TileKey, Box[]>
type Level = { tiles: Map<TileKey, Uint8Array>; due: Parts }

export class Coverage {
  private readonly levels: Level[] = []
  /** What changed since the last look; what is due at the first level is what an earlier look put off. */
  private fresh: Parts = new Map()
  private lookedAt = 0

  constructor(private readonly mask: Mask) {}

  /** Pixels of the mask changed; box in pixels of the tile. */
  changed(key: TileKey, box: Box): void {
    if (this.levels.length > 0) add(this.fresh, key, box)
  }

  /** Whether an update put something off. */
  get isBehind(): boolean {
    return (this.levels[0]?.due.size ?? 0) > 0
  }

  /** Texels of a tile of a level (1 and up), or null where nothing was ever painted. */
  tile(level: number, key: TileKey): Uint8Array | null {
    return this.levels[level - 1]?.tiles.get(key) ?? null
  }

  /** Make a level and those below it up to date, and tell which of their texels changed.
   *
   * most: about how many pixels of the mask may be looked at; those of a tile of one value count less. When more changed,
   * one pixel of each block stands for it, and later calls make that good, a part at a time, until nothing `isBehind`.
   */
  update(
    level: number,
    tell: (level: number, key: TileKey, box: Box) => void = () => {},
    most = Infinity,
  ): void {
    for (let number = 1; number <= level; number++) this.levels[number - 1] ??= this.firstLook(number)
    // Looked at pixel by pixel, and never from further away: there is nothing to keep up to date.
    if (!this.levels[0]) return
    const { due } = this.levels[0]
    const { fresh } = this
    this.fresh = new Map()
    // While pixels change nothing else is made good: whatever else were shown anew, the browser would put all of the screen
    // between the two together again. And exact blocks beside a sketch would take pixels of it for unpainted.
    const isHurried = most < Infinity && due.size > 0
    const isTooMuch = fresh.size > 0 && (isHurried || this.costOf(fresh) > most)
    if (isTooMuch) this.sketch(level, fresh, tell)
    // Levels in between were left out: another level has to be sketched from the start.
    if (due.size > 0 && level !== this.lookedAt && this.costOf(due) > most) this.sketch(level, due, tell)
    this.lookedAt = level
    const put: Parts = isTooMuch ? new Map() : fresh
    if (isTooMuch) addAll(due, fresh)
    let room = isTooMuch ? 0 : AT_REST * most
    for (const [key, boxes] of due) {
      if (room <= 0) break
      room -= this.costOfTile(key, boxes)
      for (const box of boxes) add(put, key, box)
      due.delete(key)
    }
    this.carryUp(level, put, tell)
  }

  private costOf(parts: Parts): number {
    let sum = 0
    for (const [key, boxes] of parts) sum += this.costOfTile(key, boxes)
    return sum
  }

  private costOfTile(key: TileKey, boxes: readonly Box[]): number {
    const pixels = boxes.reduce((sum, box) => sum + areaOf(box), 0)
    return isOfOneValue(this.mask.shownOf(key)) ? pixels / EASE : pixels
  }

  private carryUp(
    level: number,
    changed: Parts,
    tell: (level: number, key: TileKey, box: Box) => void,
  ): void {
    let below = changed
    for (let number = 1; number <= level; number++) {
      const made = this.levels[number - 1]!
      if (number > 1) {
        addAll(below, made.due)
        made.due.clear()
      }
      below = this.propagate(number, made, below, tell, number < level)
    }
    const next = this.levels[level]
    if (next) addAll(next.due, below)
  }

  /** Write a level at once, taking the pixel in the middle of each block for all of it. */
  private sketch(level: number, changed: Parts, tell: (level: number, key: TileKey, box: Box) => void): void {
    const { tiles } = this.levels[level - 1]!
    const side = TILE >> level
    const middle = (1 << level) >> 1
    for (const [below, box] of each(changed)) {
      const classes = this.mask.shownOf(below)
      const key = keyOf(xOf(below) >> level, yOf(below) >> level)
      const texels = toWrite(tiles, key)
      const dx = (xOf(below) & ((1 << level) - 1)) * side
      const dy = (yOf(below) & ((1 << level) - 1)) * side
      const part = {
        left: dx + (box.left >> level),
        top: dy + (box.top >> level),
        right: dx + ((box.right - 1) >> level) + 1,
        bottom: dy + ((box.bottom - 1) >> level) + 1,
      }
      for (let y = part.top; y < part.bottom; y++) {
        const row = (((y - dy) << level) + middle) * TILE + middle
        for (let x = part.left; x < part.right; x++) {
          const value = classes[row + ((x - dx) << level)]!
          texels[2 * (y * TILE + x)] = value
          texels[2 * (y * TILE + x) + 1] = value ? 255 : 0
        }
      }
      tell(level, key, part)
    }
  }

  private firstLook(number: number): Level {
    const below =
      number === 1
        ? [...this.mask.keys()].filter((key) => this.mask.shownOf(key) !== EMPTY)
        : this.levels[number - 2]!.tiles.keys()
    return { tiles: new Map(), due: new Map([...below].map((key) => [key, [WHOLE_TILE]])) }
  }

  /** The block that all of a tile has, where the four below it are each of one, and of the same; null otherwise. */
  private blockOver(number: number, key: TileKey): number | null {
    let block: number | null = null
    for (let i = 0; i < 4; i++) {
      const below = keyOf(2 * xOf(key) + (i & 1), 2 * yOf(key) + (i >> 1))
      const one = number === 1 ? this.blockOfTile(below) : this.blockOfTexels(number - 1, below)
      if (one === null || (block !== null && one !== block)) return null
      block = one
    }
    return block
  }

  private blockOfTile(key: TileKey): number | null {
    const classes = this.mask.shownOf(key)
    return isOfOneValue(classes) ? fullOf(classes[0]!) : null
  }

  private blockOfTexels(number: number, key: TileKey): number | null {
    const texels = this.tile(number, key)
    return texels ? blockOfAll(texels) : 0
  }

  private propagate(
    number: number,
    level: Level,
    due: Parts,
    tell: (level: number, key: TileKey, box: Box) => void,
    mayShare: boolean,
  ): Parts {
    const changes: Parts = new Map()
    for (const [below, box] of each(due)) {
      const key = keyOf(xOf(below) >> 1, yOf(below) >> 1)
      const block = mayShare ? this.blockOver(number, key) : null
      const dx = (xOf(below) & 1) * (TILE / 2)
      const dy = (yOf(below) & 1) * (TILE / 2)
      const part = {
        left: box.left >> 1,
        top: box.top >> 1,
        right: (box.right + 1) >> 1,
        bottom: (box.bottom + 1) >> 1,
      }
      let changed = shifted(part, dx, dy)
      let isOther: boolean
      if (block !== null) {
        isOther = share(level.tiles, key, block)
        if (isOther) changed = WHOLE_TILE
      } else {
        const texels = toWrite(level.tiles, key)
        isOther =
          number === 1
            ? fromClasses(this.mask.shownOf(below), texels, part, dx, dy)
            : fromTexels(this.levels[number - 2]!.tiles.get(below)!, texels, part, dx, dy)
      }
      // Carried up whether it is other or not: what stands above may be a sketch.
      add(changes, key, changed)
      // Told one by one: together they may span far more than what changed.
      if (isOther) tell(number, key, changed)
    }
    return changes
  }
}

/** Tiles of one block share their texels, as those of the mask do: of a large mask seen from afar, that is most of what there is. */
const uniformTexels = new Map<number, Uint8Array>()

/** Texels that were shared since: the next tile at the edge of a large stroke takes them. */
const spares: Uint8Array[] = []
const MOST_SPARES = 16

/** The block a tile has everywhere, if it shares its texels. */
function blockOfAll(texels: Uint8Array): number | null {
  const block = blockOf(texels[0]!, texels[1]!)
  return texels === uniformTexels.get(block) ? block : null
}

function texelsOf(block: number): Uint8Array {
  let all = uniformTexels.get(block)
  if (!all) {
    all = new Uint8Array(2 * TILE_PX)
    new Uint16Array(all.buffer).fill(block)
    uniformTexels.set(block, all)
  }
  return all
}

/** Let a tile have one block everywhere; returns whether it had not. */
function share(tiles: Map<TileKey, Uint8Array>, key: TileKey, block: number): boolean {
  const all = texelsOf(block)
  const before = tiles.get(key)
  if (before === all) return false
  if (before && blockOfAll(before) === null && spares.length < MOST_SPARES) spares.push(before)
  tiles.set(key, all)
  return true
}

/** The texels of a tile as its own. */
function toWrite(tiles: Map<TileKey, Uint8Array>, key: TileKey): Uint8Array {
  const before = tiles.get(key)
  if (before && blockOfAll(before) === null) return before
  const texels = spares.pop() ?? new Uint8Array(2 * TILE_PX)
  texels.set(before ?? texelsOf(0))
  tiles.set(key, texels)
  return texels
}

/** How much more may be done when nothing changed since the last look. */
const AT_REST = 2

function add(parts: Parts, key: TileKey, box: Box): void {
  let boxes = parts.get(key)
  if (!boxes) parts.set(key, (boxes = []))
  cover(boxes, box)
}

function addAll(parts: Parts, others: Parts): void {
  for (const [key, box] of each(others)) add(parts, key, box)
}

function* each(parts: Parts): Generator<[TileKey, Box]> {
  for (const [key, boxes] of parts) for (const box of boxes) yield [key, box]
}

/** How many pixels of a tile of one value are looked at in the time of one. */
const EASE = 8
const EMPTY = uniform('class', 0)

/** Whether a tile is the one that all tiles of its value share. */
const isOfOneValue = (classes: Uint8Array): boolean => classes === uniform('class', classes[0]!)

/** A block of a level: a class and its share in 1/255. */
const blockOf = (value: number, share: number): number => value | (share << 8)
const fullOf = (value: number): number => (value ? blockOf(value, 255) : 0)

/** Write the blocks of a part of the mask; returns whether any is another than before. */
function fromClasses(classes: Uint8Array, texels: Uint8Array, part: Box, dx: number, dy: number): boolean {
  // Most of a mask is of one class far and wide: there two blocks, of eight pixels, are seen to be alike at once.
  const words = new Uint32Array(classes.buffer, classes.byteOffset, TILE_PX / 4)
  const blocks = new Uint16Array(texels.buffer, texels.byteOffset, TILE_PX)
  if (isOfOneValue(classes)) return fill(blocks, shifted(part, dx, dy), fullOf(classes[0]!))
  let isOther = false
  for (let y = part.top; y < part.bottom; y++) {
    for (let x = part.left; x < part.right; x++) {
      const i = y * 2 * TILE + x * 2
      const to = (y + dy) * TILE + x + dx
      const word = words[i >> 2]!
      if ((x & 1) === 0 && x + 1 < part.right && word === words[(i + TILE) >> 2]) {
        const value = word & 0xff
        if (word === (value * 0x01010101) >>> 0) {
          const block = fullOf(value)
          isOther ||= blocks[to] !== block || blocks[to + 1] !== block
          blocks[to] = blocks[to + 1] = block
          x++
          continue
        }
      }
      const a = classes[i]!
      const b = classes[i + 1]!
      const c = classes[i + TILE]!
      const d = classes[i + TILE + 1]!
      const painted = (a ? 1 : 0) + (b ? 1 : 0) + (c ? 1 : 0) + (d ? 1 : 0)
      const most = weightiest(a, 1, b, 1, c, 1, d, 1)
      const block = blockOf(most, Math.round((painted * 255) / 4))
      isOther ||= blocks[to] !== block
      blocks[to] = block
    }
  }
  return isOther
}

function fromTexels(below: Uint8Array, texels: Uint8Array, part: Box, dx: number, dy: number): boolean {
  const pairs = new Uint32Array(below.buffer, below.byteOffset, TILE_PX / 2)
  const blocks = new Uint16Array(texels.buffer, texels.byteOffset, TILE_PX)
  let isOther = false
  for (let y = part.top; y < part.bottom; y++) {
    for (let x = part.left; x < part.right; x++) {
      const i = 2 * (y * 2 * TILE + x * 2)
      const j = i + 2 * TILE
      const to = (y + dy) * TILE + x + dx
      const pair = pairs[i >> 2]!
      let block = pair & 0xffff
      if (pair !== pairs[j >> 2] || pair >>> 16 !== block) {
        const p = below[i + 1]!
        const q = below[i + 3]!
        const r = below[j + 1]!
        const s = below[j + 3]!
        const most = weightiest(below[i]!, p, below[i + 2]!, q, below[j]!, r, below[j + 2]!, s)
        block = blockOf(most, (p + q + r + s + 2) >> 2)
      }
      isOther ||= blocks[to] !== block
      blocks[to] = block
    }
  }
  return isOther
}

/** Give all blocks of a part one value; returns whether any had another. */
function fill(blocks: Uint16Array, { left, top, right, bottom }: Box, block: number): boolean {
  let isOther = false
  for (let y = top; y < bottom; y++) {
    const row = y * TILE
    for (let x = left; x < right && !isOther; x++) isOther = blocks[row + x] !== block
    blocks.fill(block, row + left, row + right)
  }
  return isOther
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
