/** Changing whole objects: each function puts the new pixels into the mask and returns what that changed, as a stroke does.
 *
 * Background has no object: where the class becomes 0 the id does too. What may not be touched (locked objects and
 * classes) is left out by the caller; see `free`.
 */

import type { Mask } from './mask'
import { type Labelling, type MaskObject, type ObjectKey, piecesOf, type Stretch } from './objects'
import { difference, type Patch, type Runs, type TileState } from './patch'
import { keyOf, TILE, type TileKey } from './tile'

/** What may be changed of some objects: those that are there, and neither locked themselves nor by their class. */
export function free(
  labelling: Labelling,
  keys: Iterable<ObjectKey>,
  locked: { classes: ReadonlySet<number>; objects: ReadonlySet<ObjectKey> },
): MaskObject[] {
  return [...keys].flatMap((key) => {
    const one = labelling.get(key)
    return one && !locked.classes.has(one.value) && !locked.objects.has(key) ? [one] : []
  })
}

/** Give objects another class. One with an id keeps it; a loose one may grow together with what it touches there. */
export function moveTo(
  mask: Mask,
  labelling: Labelling,
  objects: readonly MaskObject[],
  value: number,
): Patch {
  return rewritten(mask, labelling, new Map(objects.map(({ key, id }) => [key, { value, id }])))
}

export function erase(mask: Mask, labelling: Labelling, objects: readonly MaskObject[]): Patch {
  return rewritten(mask, labelling, new Map(objects.map(({ key }) => [key, { value: 0, id: 0 }])))
}

/** Ids that a merge of these needs: none where one of them lends its own. */
export const idsToMerge = (objects: readonly MaskObject[]): number =>
  objects.some(({ id }) => id > 0) ? 0 : 1

/** Make several one: of the first one's class, with the first id among them, else with `fresh`. */
export function merge(
  mask: Mask,
  labelling: Labelling,
  objects: readonly MaskObject[],
  fresh: number | undefined,
): Patch {
  const [first] = objects
  if (!first || objects.length < 2) return { tiles: new Map() }
  const id = objects.find((one) => one.id > 0)?.id ?? fresh
  if (!id) throw new RangeError('Merging loose objects needs a number that no object has.')
  return rewritten(mask, labelling, new Map(objects.map(({ key }) => [key, { value: first.value, id }])))
}

/** Give each object an id of its own, in the order they come in. */
export function number(
  mask: Mask,
  labelling: Labelling,
  objects: readonly MaskObject[],
  fresh: readonly number[],
): Patch {
  if (fresh.length < objects.length) {
    throw new RangeError(`${objects.length} objects need as many numbers, but ${fresh.length} were given.`)
  }
  return rewritten(
    mask,
    labelling,
    new Map(objects.map(({ key, value }, i) => [key, { value, id: fresh[i]! }])),
  )
}

/** The pieces of objects that do not hang together, largest first; those in one piece are left out. */
export function piecesToSplit(labelling: Labelling, objects: readonly MaskObject[]): Split[] {
  return objects
    .filter(({ id }) => id > 0)
    .map((object) => ({ object, pieces: piecesOf(labelling.stretchesOf(object.key)) }))
    .filter(({ pieces }) => pieces.length > 1)
}

export type Split = { object: MaskObject; pieces: Stretch[][] }

export const idsToSplit = (splits: readonly Split[]): number =>
  splits.reduce((sum, { pieces }) => sum + pieces.length - 1, 0)

/** Make each piece an object: the largest keeps its id, the others take `fresh` ones. */
export function split(
  mask: Mask,
  labelling: Labelling,
  splits: readonly Split[],
  fresh: readonly number[],
): Patch {
  if (fresh.length < idsToSplit(splits)) {
    throw new RangeError(`${idsToSplit(splits)} pieces need as many numbers, but ${fresh.length} were given.`)
  }
  const rewriting = new Rewriting(mask)
  loosen(rewriting, labelling, new Set(splits.map(({ object }) => object.id)))
  let next = 0
  for (const { object, pieces } of splits) {
    for (const piece of pieces.slice(1)) {
      const id = fresh[next++]!
      for (const stretch of piece) rewriting.stretch(stretch, object.value, id)
    }
  }
  return rewriting.finish()
}

/** Pixels that carry such an id over another class are loose, and stay so when the id gets their class or is left to them. */
function loosen(rewriting: Rewriting, labelling: Labelling, ids: ReadonlySet<number>): void {
  if (ids.size === 0) return
  labelling.forEachStray(ids, (tile, value, first, last) => rewriting.run(tile, first, last, value, 0))
}

/** Write class and id of some objects anew. */
function rewritten(
  mask: Mask,
  labelling: Labelling,
  wanted: ReadonlyMap<ObjectKey, { value: number; id: number }>,
): Patch {
  const rewriting = new Rewriting(mask)
  const moved = new Set<number>()
  for (const [key, { value, id }] of wanted) {
    const one = labelling.get(key)
    if (!one || (one.value === value && one.id === id)) continue
    if (one.id > 0) moved.add(one.id)
    if (id > 0) moved.add(id)
  }
  loosen(rewriting, labelling, moved)
  labelling.forEachRun(new Set(wanted.keys()), (tile, { key }, first, last) => {
    const { value, id } = wanted.get(key)!
    rewriting.run(tile, first, last, value, id)
  })
  return rewriting.finish()
}

type Tile = { before: TileState; after: TileState; repaints: boolean }

/** Collects new pixels in copies of the tiles they lie in. */
class Rewriting {
  private readonly tiles = new Map<TileKey, Tile>()

  constructor(private readonly mask: Mask) {}

  /** From the first to the last pixel of a tile, both included, which are of one class so far. */
  run(key: TileKey, first: number, last: number, value: number, id: number): void {
    if (id > 0 && !this.mask.hasObjects) this.giveObjects()
    const tile = this.tileOf(key)
    tile.repaints ||= tile.before.classes[first] !== value
    tile.after.classes.fill(value, first, last + 1)
    tile.after.objects?.fill(id, first, last + 1)
  }

  stretch({ y, left, right }: Stretch, value: number, id: number): void {
    const row = (y & 255) << 8
    for (let tx = left >> 8; tx <= (right - 1) >> 8; tx++) {
      const from = Math.max(left - tx * TILE, 0)
      const to = Math.min(right - tx * TILE, TILE)
      this.run(keyOf(tx, y >> 8), row + from, row + to - 1, value, id)
    }
  }

  /** Put the tiles that changed into the mask. */
  finish(): Patch {
    const tiles = new Map<TileKey, Runs>()
    for (const [key, { before, after, repaints }] of this.tiles) {
      const runs = difference(before, after)
      if (runs.length === 0) continue
      if (repaints) this.mask.putClasses(key, after.classes)
      if (after.objects) this.mask.putObjects(key, after.objects)
      tiles.set(key, runs)
    }
    return { tiles }
  }

  private tileOf(key: TileKey): Tile {
    let tile = this.tiles.get(key)
    if (!tile) {
      const before = { classes: this.mask.classesOf(key), objects: this.mask.objectsOf(key) }
      const after = { classes: before.classes.slice(), objects: before.objects?.slice() ?? null }
      tile = { before, after, repaints: false }
      this.tiles.set(key, tile)
    }
    return tile
  }

  private giveObjects(): void {
    this.mask.addObjects()
    for (const [key, tile] of this.tiles) {
      tile.before.objects = this.mask.objectsOf(key)
      tile.after.objects = tile.before.objects!.slice()
    }
  }
}
