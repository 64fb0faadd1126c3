/** Repeating an edit on pixels that others have changed meanwhile, and noting where both wanted something else.
 *
 * Pixel by pixel, against what was there when the edit was made: what only one side changed is taken, what both changed
 * alike is no question, and what both changed differently stays mine and is noted, so that it can be shown and decided.
 */

import { FIELDS, type Patch, type Runs, RunWriter, type TileState } from './patch'
import { TILE_PX, type TileKey } from './tile'

/** Class and object of a pixel as one number. */
const packed = (value: number, object: number): number => value | (object << 8)
const classIn = (pixel: number): number => pixel & 0xff
const objectIn = (pixel: number): number => pixel >> 8

const NONE = -1

export type Manner = {
  /** An undo or a redo: it brings back pixels of its own, and leaves those that others changed to them. */
  yields: boolean
  /** It may have been saved already: pixels that are as it left them may be the edit itself, met again. */
  isInDoubt: boolean
}

/** Pixels of a tile that an edit and others changed differently. */
export class Disputed {
  private readonly base = new Int32Array(TILE_PX).fill(NONE)
  private readonly found = new Int32Array(TILE_PX).fill(NONE)
  size = 0

  /** What was there before either changed it; null where nothing is disputed. */
  baseOf(pixel: number): number | null {
    return this.found[pixel] === NONE ? null : this.base[pixel]!
  }

  set(pixel: number, base: number, theirs: number): void {
    if (this.found[pixel] === NONE) this.size++
    this.base[pixel] = base
    this.found[pixel] = theirs
  }

  delete(pixel: number): void {
    if (this.found[pixel] === NONE) return
    this.found[pixel] = NONE
    this.size--
  }

  /** The runs that make what they wanted out of a tile that is as I left it. */
  runs(mine: TileState): Runs {
    const writer = new RunWriter()
    for (let pixel = 0; pixel < TILE_PX; pixel++) {
      const theirs = this.found[pixel]!
      if (theirs === NONE) continue
      const object = mine.objects?.[pixel] ?? 0
      writer.add(pixel, 1, mine.classes[pixel]!, classIn(theirs), object, objectIn(theirs))
    }
    return writer.take()
  }
}

/** What others made of a tile under a row of edits, as far as one of the edits had touched it. */
export class Meanwhile {
  private was: Int32Array | null = null
  private now: Int32Array | null = null

  note(pixel: number, was: number, now: number): void {
    this.was ??= new Int32Array(TILE_PX).fill(NONE)
    this.now ??= new Int32Array(TILE_PX)
    this.was[pixel] = was
    this.now[pixel] = now
  }

  /** What a pixel that would get this value gets: bringing back what was there brings back what is there now. */
  instead(pixel: number, value: number): number {
    return this.was && this.was[pixel] === value ? this.now![pixel]! : value
  }
}

/**
 * The runs of an edit on top of a tile as it is now. What was there before becomes what is there now.
 *
 * under:     the tile as the server has it, with the edits before this one on top.
 * meanwhile: shared by the edits of one tile, in their order.
 * disputed:  what is disputed of this edit; null when nothing was so far.
 * returns:   its runs, empty when nothing is left of it, and what is disputed now.
 */
export function rebased(
  runs: Runs,
  under: TileState,
  manner: Manner,
  meanwhile: Meanwhile = new Meanwhile(),
  disputed: Disputed | null = null,
): { runs: Runs; disputed: Disputed | null } {
  const writer = new RunWriter()
  for (let i = 0; i < runs.length; i += FIELDS) {
    const start = runs[i]!
    const end = start + runs[i + 1]! + 1
    const wasBefore = packed(runs[i + 2]!, runs[i + 4]!)
    const wasAfter = packed(runs[i + 3]!, runs[i + 5]!)
    for (let pixel = start; pixel < end; pixel++) {
      const found = packed(under.classes[pixel]!, under.objects?.[pixel] ?? 0)
      const before = meanwhile.instead(pixel, wasBefore)
      const after = meanwhile.instead(pixel, wasAfter)
      let from = found
      if (found === after && manner.isInDoubt && before !== after) {
        from = before
        disputed?.delete(pixel)
      } else if (found === after) {
        // Both wanted the same, or it was brought back to what others made of it: nothing of the edit's own is left.
        if (found !== before) meanwhile.note(pixel, before, found)
        disputed?.delete(pixel)
        continue
      } else if (found !== before) {
        if (manner.yields) continue
        meanwhile.note(pixel, before, found)
        const base = disputed?.baseOf(pixel) ?? before
        if (differs(base, after, found)) (disputed ??= new Disputed()).set(pixel, base, found)
        else disputed?.delete(pixel)
      }
      writer.add(pixel, 1, classIn(from), classIn(after), objectIn(from), objectIn(after))
    }
  }
  return { runs: writer.take(), disputed }
}

/** Whether keeping mine loses something of theirs. An object whose class I painted over is none. */
function differs(base: number, mine: number, theirs: number): boolean {
  if (classIn(theirs) !== classIn(mine)) return classIn(theirs) !== classIn(base)
  return objectIn(theirs) !== objectIn(base) && objectIn(theirs) !== objectIn(mine)
}

/** A dispute on the mask as it is now: pixels that have become theirs are left out, others start from what is there. */
export function disputeNow(dispute: Patch, stateOf: (key: TileKey) => TileState): Patch {
  const tiles = new Map<TileKey, Runs>()
  for (const [key, runs] of dispute.tiles) {
    const { classes, objects } = stateOf(key)
    const writer = new RunWriter()
    eachPixel(runs, (pixel, i) => {
      const mine = classes[pixel]!
      const object = objects?.[pixel] ?? 0
      if (mine === runs[i + 3] && object === runs[i + 5]) return
      writer.add(pixel, 1, mine, runs[i + 3]!, object, runs[i + 5]!)
    })
    const left = writer.take()
    if (left.length > 0) tiles.set(key, left)
  }
  return { tiles }
}

/** A dispute without the pixels of an edit: whoever paints over them has decided. The same patch when they do not meet. */
export function without(dispute: Patch, edit: Patch): Patch {
  const tiles = new Map<TileKey, Runs>()
  let isChanged = false
  for (const [key, runs] of dispute.tiles) {
    const painted = edit.tiles.get(key)
    const left = painted ? runsWithout(runs, painted) : runs
    isChanged ||= left !== runs
    if (left.length > 0) tiles.set(key, left)
  }
  return isChanged ? { tiles } : dispute
}

function runsWithout(runs: Runs, painted: Runs): Runs {
  const isPainted = new Uint8Array(TILE_PX)
  for (let i = 0; i < painted.length; i += FIELDS)
    isPainted.fill(1, painted[i]!, painted[i]! + painted[i + 1]! + 1)
  const writer = new RunWriter()
  let left = 0
  let all = 0
  eachPixel(runs, (pixel, i) => {
    all++
    if (isPainted[pixel]) return
    left++
    writer.add(pixel, 1, runs[i + 2]!, runs[i + 3]!, runs[i + 4]!, runs[i + 5]!)
  })
  return left === all ? runs : writer.take()
}

function eachPixel(runs: Runs, visit: (pixel: number, run: number) => void): void {
  for (let i = 0; i < runs.length; i += FIELDS) {
    const end = runs[i]! + runs[i + 1]! + 1
    for (let pixel = runs[i]!; pixel < end; pixel++) visit(pixel, i)
  }
}
