/** What an edit changed, pixel for pixel: enough to repeat it on other pixels, to undo it, and to keep it.
 *
 * Per tile a list of runs, six numbers each: first pixel, length - 1, class before and after, object before and after.
 * A stroke is some hundred runs, where two copies of its tiles would be megabytes.
 */

import { type Box, shifted, union } from './box'
import type { Mask } from './mask'
import {
  boxOfTile,
  keyOf,
  TILE,
  type TileKey,
  TILE_PX,
  uniform,
  uniformValue,
  WHOLE_TILE,
  wordsOf,
  xOf,
  yOf,
} from './tile'

export type Runs = Uint16Array<ArrayBuffer>

/** Numbers per run. */
export const FIELDS = 6

export type Patch = { readonly tiles: Map<TileKey, Runs> }

/** A tile's planes as they are before or after; `objects` is null where the mask has none. */
export type TileState = { classes: Uint8Array; objects: Uint16Array | null }

export const isNothing = (patch: Patch): boolean => patch.tiles.size === 0

/** Bytes a patch keeps in memory. */
export function sizeOf(patch: Patch): number {
  let bytes = 0
  for (const runs of patch.tiles.values()) bytes += runs.byteLength
  return bytes
}

/** Left by the last writer: a large stroke takes hundreds, each for a moment. */
let spare: Runs | null = null

/** Collects changed pixels, in order, into runs. */
export class RunWriter {
  private runs: Runs = spare ?? new Uint16Array(FIELDS * 64)
  private end = 0
  private next = -1

  constructor() {
    spare = null
  }

  add(
    pixel: number,
    length: number,
    before: number,
    after: number,
    objectBefore: number,
    objectAfter: number,
  ): void {
    let { runs } = this
    const last = this.end - FIELDS
    const continues =
      pixel === this.next &&
      runs[last + 2] === before &&
      runs[last + 3] === after &&
      runs[last + 4] === objectBefore &&
      runs[last + 5] === objectAfter
    this.next = pixel + length
    if (continues) {
      runs[last + 1]! += length
      return
    }
    if (this.end === runs.length) {
      runs = new Uint16Array(runs.length * 2)
      runs.set(this.runs)
      this.runs = runs
    }
    runs[this.end++] = pixel
    runs[this.end++] = length - 1
    runs[this.end++] = before
    runs[this.end++] = after
    runs[this.end++] = objectBefore
    runs[this.end++] = objectAfter
  }

  /** The runs. Nothing can be added afterwards. */
  take(): Runs {
    spare = this.runs
    return spare.slice(0, this.end)
  }
}

/** The runs between two states of a tile, looking only inside `box` (pixels of the tile). */
export function difference(before: TileState, after: TileState, box: Box = WHOLE_TILE): Runs {
  const writer = new RunWriter()
  // Four pixels at once where nothing changed, which is nearly everywhere.
  const [wasClass, isClass] = [wordsOf(before.classes), wordsOf(after.classes)]
  const [wasObject, isObject] = [
    before.objects && wordsOf(before.objects),
    after.objects && wordsOf(after.objects),
  ]
  for (let y = box.top; y < box.bottom; y++) {
    const end = y * TILE + box.right
    for (let i = y * TILE + box.left; i < end; i++) {
      if ((i & 3) === 0) {
        while (
          i + 4 <= end &&
          wasClass[i >> 2] === isClass[i >> 2] &&
          wasObject?.[i >> 1] === isObject?.[i >> 1] &&
          wasObject?.[(i >> 1) + 1] === isObject?.[(i >> 1) + 1]
        ) {
          i += 4
        }
        if (i >= end) break
      }
      const from = before.classes[i]!
      const to = after.classes[i]!
      const objectFrom = before.objects?.[i] ?? 0
      const objectTo = after.objects?.[i] ?? 0
      if (from !== to || objectFrom !== objectTo) writer.add(i, 1, from, to, objectFrom, objectTo)
    }
  }
  return writer.take()
}

/** The runs of a stroke: where the class changed, the object becomes `joined`, or none where it was erased. */
export function strokeRuns(before: TileState, classes: Uint8Array, joined: number, box: Box): Runs {
  const writer = new RunWriter()
  const { classes: old, objects } = before
  const was = wordsOf(old)
  const is = wordsOf(classes)
  for (let y = box.top; y < box.bottom; y++) {
    const end = y * TILE + box.right
    for (let i = y * TILE + box.left; i < end; i++) {
      if ((i & 3) === 0) {
        while (i + 4 <= end && was[i >> 2] === is[i >> 2]) i += 4
        if (i >= end) break
      }
      const from = old[i]!
      const to = classes[i]!
      if (from === to) continue
      const object = objects?.[i] ?? 0
      const start = i
      if (!objects) {
        // Four at once where nothing but this change goes on, which is most of a large brush.
        const [wholeFrom, wholeTo] = [(from * 0x01010101) >>> 0, (to * 0x01010101) >>> 0]
        while (i + 1 < end && old[i + 1] === from && classes[i + 1] === to) {
          i++
          if ((i & 3) !== 3) continue
          while (i + 5 <= end && was[(i + 1) >> 2] === wholeFrom && is[(i + 1) >> 2] === wholeTo) i += 4
        }
      }
      while (
        i + 1 < end &&
        old[i + 1] === from &&
        classes[i + 1] === to &&
        (objects?.[i + 1] ?? 0) === object
      )
        i++
      writer.add(start, i + 1 - start, from, to, object, objects && to > 0 ? joined : 0)
    }
  }
  return writer.take()
}

/** The objects of a tile after an edit; the same tile when the edit changes none. */
export function objectsAfter(runs: Runs, objects: Uint16Array): Uint16Array {
  let changed: Uint16Array | null = null
  for (let i = 0; i < runs.length; i += FIELDS) {
    if (runs[i + 4] === runs[i + 5]) continue
    changed ??= objects.slice()
    changed.fill(runs[i + 5]!, runs[i]!, runs[i]! + runs[i + 1]! + 1)
  }
  return changed ?? objects
}

/** Write a patch's pixels as the edit left them into copies of the planes given. */
export function applied(runs: Runs, state: TileState): TileState {
  const classes = state.classes.slice()
  const objects = state.objects?.slice() ?? null
  for (let i = 0; i < runs.length; i += FIELDS) {
    const start = runs[i]!
    const end = start + runs[i + 1]! + 1
    classes.fill(runs[i + 3]!, start, end)
    objects?.fill(runs[i + 5]!, start, end)
  }
  return { classes, objects }
}

/** Give the pixels of an edit back what they were, where they still are as the edit left them.
 *
 * Puts the tiles into the mask and returns what that changed: undoing this undo is the redo.
 */
export function revert(mask: Mask, patch: Patch): Patch {
  const tiles = new Map<TileKey, Runs>()
  for (const [key, runs] of patch.tiles) {
    const before: TileState = { classes: mask.classesOf(key), objects: mask.objectsOf(key) }
    const whole = wholeBack(runs, before)
    if (whole) {
      mask.putClasses(key, uniform('class', whole[3]!), WHOLE_TILE)
      tiles.set(key, whole)
      continue
    }
    const classes = before.classes.slice()
    const objects = before.objects?.slice() ?? null
    for (let i = 0; i < runs.length; i += FIELDS) {
      const start = runs[i]!
      const end = start + runs[i + 1]! + 1
      for (let pixel = start; pixel < end; pixel++) {
        if (classes[pixel] !== runs[i + 3] || (objects && objects[pixel] !== runs[i + 5])) continue
        classes[pixel] = runs[i + 2]!
        if (objects) objects[pixel] = runs[i + 4]!
      }
    }
    const box = boxOfRuns(runs)
    const changed = difference(before, { classes, objects }, box)
    if (changed.length === 0) continue
    // Shared again where it can be: a large stroke that is taken back leaves no tiles of its own.
    const value = uniformValue(classes)
    mask.putClasses(key, value === null ? classes : uniform('class', value), box)
    if (objects) mask.putObjects(key, objects)
    tiles.set(key, changed)
  }
  return { tiles }
}

/** The run that takes back one of a whole tile, where that tile is still of one value; null in all other cases. */
function wholeBack(runs: Runs, { classes, objects }: TileState): Runs | null {
  const [first, last, from, to] = runs
  const isWhole = runs.length === FIELDS && first === 0 && last === TILE_PX - 1
  return isWhole && !objects && classes === uniform('class', to!) ? wholeRun(to!, from!) : null
}

const wholeRuns = new Map<number, Runs>()

/** The runs of a tile that had one value everywhere and has another now: all such tiles share them. */
export function wholeRun(from: number, to: number): Runs {
  const pair = (from << 8) | to
  let runs = wholeRuns.get(pair)
  if (!runs) wholeRuns.set(pair, (runs = Uint16Array.of(0, TILE_PX - 1, from, to, 0, 0)))
  return runs
}

/** The same pixels the other way round. */
export function inverse(patch: Patch): Patch {
  const tiles = new Map<TileKey, Runs>()
  for (const [key, runs] of patch.tiles) {
    const turned = runs.slice()
    for (let i = 0; i < runs.length; i += FIELDS) {
      turned[i + 2] = runs[i + 3]!
      turned[i + 3] = runs[i + 2]!
      turned[i + 4] = runs[i + 5]!
      turned[i + 5] = runs[i + 4]!
    }
    tiles.set(key, turned)
  }
  return { tiles }
}

/** Pixels a patch changes. */
export function pixelsOf(patch: Patch): number {
  let pixels = 0
  for (const runs of patch.tiles.values()) {
    for (let i = 0; i < runs.length; i += FIELDS) pixels += runs[i + 1]! + 1
  }
  return pixels
}

/** The smallest box around a patch, in pixels of the photo; null when it changes nothing. */
export function boxOf(patch: Patch): Box | null {
  let box: Box | null = null
  for (const [key, runs] of patch.tiles) {
    const tile = boxOfTile(key)
    box = union(box, shifted(boxOfRuns(runs), tile.left, tile.top))
  }
  return box
}

function boxOfRuns(runs: Runs): Box {
  const box = { left: TILE, top: TILE, right: 0, bottom: 0 }
  for (let i = 0; i < runs.length; i += FIELDS) {
    const first = runs[i]!
    const last = first + runs[i + 1]!
    const isOneRow = first >> 8 === last >> 8
    box.top = Math.min(box.top, first >> 8)
    box.bottom = Math.max(box.bottom, (last >> 8) + 1)
    box.left = Math.min(box.left, isOneRow ? first & 255 : 0)
    box.right = Math.max(box.right, isOneRow ? (last & 255) + 1 : TILE)
  }
  return box
}

/** A patch as plain values, for keeping: of each tile its column, its row and how many numbers its runs are; then all runs.
 *
 * A browser copies what it keeps one array at a time: two are copied in no time, those of 3,000 tiles take a frame.
 * Browsers may still hold patches in the form kept before, a list of tiles.
 */
export type KeptPatch =
  { tiles: Uint32Array<ArrayBuffer>; runs: Runs } | readonly { x: number; y: number; runs: Runs }[]

export function toKept(patch: Patch): KeptPatch {
  const tiles = new Uint32Array(3 * patch.tiles.size)
  const all = new Uint16Array(sizeOf(patch) / Uint16Array.BYTES_PER_ELEMENT)
  let [at, end] = [0, 0]
  for (const [key, runs] of patch.tiles) {
    tiles[at++] = xOf(key)
    tiles[at++] = yOf(key)
    tiles[at++] = runs.length
    all.set(runs, end)
    end += runs.length
  }
  return { tiles, runs: all }
}

export function fromKept(kept: KeptPatch): Patch {
  if (!('tiles' in kept)) return { tiles: new Map(kept.map(({ x, y, runs }) => [keyOf(x, y), runs])) }
  const tiles = new Map<TileKey, Runs>()
  let end = 0
  for (let at = 0; at < kept.tiles.length; at += 3) {
    const [x, y, length] = kept.tiles.subarray(at, at + 3)
    tiles.set(keyOf(x!, y!), kept.runs.slice(end, end + length!))
    end += length!
  }
  return { tiles }
}
