/** Repeating an edit on pixels that others have changed meanwhile, and noting where both wanted something else.
 *
 * Pixel by pixel, against what was there when the edit was made: what only one side changed is taken, what both changed
 * alike is no question, and what both changed differently stays mine and is noted, so that it can be shown and decided.
 * What a stroke painted stays in it whatever it meets; only undo and redo leave pixels to others.
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

/** Pixels of a tile that an edit and others changed differently, and what was there before either did. */
export class Disputed {
  private readonly base = new Int32Array(TILE_PX).fill(NONE)
  private readonly found = new Int32Array(TILE_PX).fill(NONE)
  size = 0

  /** What was there before others changed it for the first time; null where they never did. */
  baseOf(pixel: number): number | null {
    return this.base[pixel] === NONE ? null : this.base[pixel]!
  }

  set(pixel: number, base: number, theirs: number): void {
    if (this.found[pixel] === NONE) this.size++
    this.base[pixel] = base
    this.found[pixel] = theirs
  }

  /** Others have changed a pixel, and nothing of theirs is lost by it. */
  agree(pixel: number, base: number): void {
    this.base[pixel] = base
    this.delete(pixel)
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

/** What is known besides the edit and the tile. */
export type Circumstances = {
  /** What is disputed of the edit so far. */
  disputed?: Disputed | null
  /** Of an undo or redo: the runs, on this tile and moved already, of the edit it takes back; null when that is saved. */
  undone?: Runs | null
  /** The tile is not as it was because an edit of one's own is gone; what that one disputed is all that others did. */
  givenUp?: Disputed | null
}

/**
 * The runs of an edit on top of a tile as it is now. A stroke leaves its pixels as it painted them, whatever is there; an
 * undo brings back what is there now under the edit it takes back.
 *
 * under:   the tile as the server has it, with the edits before this one on top.
 * returns: its runs, empty when nothing is left of it, and what is disputed now.
 */
export function rebased(
  runs: Runs,
  under: TileState,
  manner: Manner,
  { disputed = null, undone = null, givenUp = null }: Circumstances = {},
): { runs: Runs; disputed: Disputed | null } {
  const writer = new RunWriter()
  const taken = undone && pixelsBetween(undone)
  for (let i = 0; i < runs.length; i += FIELDS) {
    const start = runs[i]!
    const end = start + runs[i + 1]! + 1
    const before = packed(runs[i + 2]!, runs[i + 4]!)
    const after = packed(runs[i + 3]!, runs[i + 5]!)
    for (let pixel = start; pixel < end; pixel++) {
      const found = packed(under.classes[pixel]!, under.objects?.[pixel] ?? 0)
      let [from, to] = [found, after]
      if (taken) {
        if (found !== taken.after[pixel]) continue
        to = taken.before[pixel]!
      } else if (found === after && manner.isInDoubt) {
        // What others had made of it until then is not what was there before: they may make it that again.
        from = disputed?.baseOf(pixel) ?? before
        disputed?.delete(pixel)
      } else if (manner.yields) {
        if (found !== before || found === after) continue
      } else if (found !== before) {
        // Whoever painted over what looked like theirs has seen it: only what is not as it looked is in question.
        const first = givenUp ? givenUp.baseOf(pixel) : before
        const base = disputed?.baseOf(pixel) ?? first
        if (base !== null) {
          disputed ??= new Disputed()
          if (differs(base, after, found)) disputed.set(pixel, base, found)
          else disputed.agree(pixel, base)
        }
      }
      writer.add(pixel, 1, classIn(from), classIn(to), objectIn(from), objectIn(to))
    }
  }
  return { runs: writer.take(), disputed }
}

/** What an edit made of each pixel of a tile, and out of what; NONE where it has none. */
function pixelsBetween(runs: Runs): { before: Int32Array; after: Int32Array } {
  const before = new Int32Array(TILE_PX).fill(NONE)
  const after = new Int32Array(TILE_PX).fill(NONE)
  for (let i = 0; i < runs.length; i += FIELDS) {
    const end = runs[i]! + runs[i + 1]! + 1
    before.fill(packed(runs[i + 2]!, runs[i + 4]!), runs[i]!, end)
    after.fill(packed(runs[i + 3]!, runs[i + 5]!), runs[i]!, end)
  }
  return { before, after }
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
