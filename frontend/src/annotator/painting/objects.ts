/** Which painted pixels belong together: the objects of a mask, found tile by tile and sewn along the seams.
 *
 * The rule is the server's (annotator/raster/regions.py). An object is what the object plane says, where it says
 * something: an id is the object of the class it covers most. All other painted pixels are loose, and their 8-connected
 * components are the objects. Tiles are values, so what was found in a tile stays true until another tile takes its
 * place: after a stroke only the tiles it touched are looked at again.
 */

import type { Box, Point } from './box'
import type { Mask } from './mask'
import { keyOf, TILE, type TileKey, TILE_PX, xOf, yOf } from './tile'

/** An id of the object plane; a loose component is -1 - its first pixel in reading order, so it stays what it is while
 * that pixel does. */
export type ObjectKey = number

export type MaskObject = {
  key: ObjectKey
  /** Its id in the object plane; 0 for a loose component. */
  id: number
  /** Class byte. */
  value: number
  /** Pixels. */
  area: number
  box: Box
  /** Its first pixel in reading order. */
  anchor: Point
}

/** Part of a row of a tile: first pixel, last pixel, class, id. */
const RUN = 4

/** A row's worth of one object, anywhere in the photo; `right` is the first pixel outside. */
export type Stretch = { y: number; left: number; right: number }

/** Finds the objects of a mask, and remembers per tile what it found. */
export class Labeller {
  private tiles = new Map<TileKey, TileParts>()

  constructor(private readonly mask: Mask) {}

  /** A tile changed. The tiles of a stroke under way do so in place, so that they cannot be told by what they are. */
  forget(key: TileKey): void {
    this.tiles.delete(key)
  }

  /** All objects as they are now. */
  label(): Labelling {
    const steps = this.steps()
    for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value
  }

  /** The same in portions. The mask must not change between them. */
  *steps(): Generator<void, Labelling> {
    const { mask } = this
    const tiles = new Map<TileKey, TileParts>()
    let sinceRest = 0
    for (const key of inReadingOrder(mask.keys())) {
      const classes = mask.classesOf(key)
      const objects = mask.objectsOf(key)
      let tile = this.tiles.get(key)
      if (tile?.classes !== classes || tile.objects !== objects) {
        tile = new TileParts(classes, objects)
        if (++sinceRest % 8 === 0) yield
      }
      tiles.set(key, tile)
    }
    const owners = ownersOf(tiles.values())
    for (const [key, tile] of tiles) {
      tiles.set(key, tile.parted(owners))
      if (++sinceRest % 64 === 0) yield
    }
    this.tiles = new Map(tiles)
    return new Labelling(mask.width, tiles)
  }
}

function inReadingOrder(keys: Iterable<TileKey>): TileKey[] {
  return [...keys].sort((a, b) => a - b)
}

/** The class of each id: the one it covers most, the lower one when equal. */
function ownersOf(tiles: Iterable<TileParts>): Map<number, number> {
  const counts = new Map<number, number>()
  for (const tile of tiles) {
    for (const [pair, count] of tile.pairs) counts.set(pair, (counts.get(pair) ?? 0) + count)
  }
  const owners = new Map<number, number>()
  const most = new Map<number, number>()
  for (const [pair, count] of counts) {
    const id = pair >> 8
    const value = pair & 255
    const so = most.get(id) ?? 0
    if (count > so || (count === so && value < owners.get(id)!)) {
      owners.set(id, value)
      most.set(id, count)
    }
  }
  return owners
}

const NO_RUNS = new Uint16Array(0)

/** What is painted in one tile, as runs; and which of them hang together inside of it. */
class TileParts {
  readonly runs: Uint16Array
  /** Pixels by id * 256 + class, of those with an id. */
  readonly pairs: ReadonlyMap<number, number>
  /** Part of each run. */
  partOf = NO_RUNS
  count = 0
  values = new Uint8Array(0)
  /** 0 for a loose part. */
  ids = NO_RUNS
  areas = new Uint32Array(0)
  /** left, top, right, bottom per part, in pixels of the tile. */
  boxes = NO_RUNS
  firsts = NO_RUNS
  /** Part of each loose pixel along the four edges, -1 elsewhere. */
  top = NO_EDGE
  bottom = NO_EDGE
  left = NO_EDGE
  right = NO_EDGE
  private disowned: string | null = null

  constructor(
    readonly classes: Uint8Array,
    readonly objects: Uint16Array | null,
    known?: TileParts,
  ) {
    this.runs = known?.runs ?? runsOf(classes, objects)
    this.pairs = known?.pairs ?? pairsOf(this.runs)
  }

  /** The same with its runs parted, given the class of each id. */
  parted(owners: ReadonlyMap<number, number>): TileParts {
    const lost = [...this.pairs.keys()].filter((pair) => owners.get(pair >> 8) !== (pair & 255))
    const disowned = lost.sort((a, b) => a - b).join()
    if (disowned === this.disowned) return this
    // Somebody may hold what was found before: that stays as it is.
    const tile = this.disowned === null ? this : new TileParts(this.classes, this.objects, this)
    tile.disowned = disowned
    tile.part(new Set(lost))
    return tile
  }

  private part(lost: ReadonlySet<number>): void {
    const { runs } = this
    const count = runs.length / RUN
    const parent = new Int32Array(count)
    const isLoose = new Uint8Array(count)
    const ofId = new Map<number, number>()
    // Runs of this row and of the one before, as first and behind the last.
    let [above, aboveEnd, row, rowStart] = [0, 0, -1, 0]
    for (let i = 0; i < count; i++) {
      const [first, last, value, id] = [
        runs[i * RUN]!,
        runs[i * RUN + 1]!,
        runs[i * RUN + 2]!,
        runs[i * RUN + 3]!,
      ]
      parent[i] = i
      const y = first >> 8
      if (y !== row) {
        above = y === row + 1 ? rowStart : i
        aboveEnd = i
        row = y
        rowStart = i
      }
      if (id > 0 && !lost.has((id << 8) | value)) {
        const same = ofId.get(id)
        if (same === undefined) ofId.set(id, i)
        else parent[i] = same
        continue
      }
      isLoose[i] = 1
      const before = (i - 1) * RUN
      if (i > rowStart && isLoose[i - 1] && runs[before + 1] === first - 1 && runs[before + 2] === value) {
        join(parent, i, i - 1)
      }
      const [from, to] = [first & 255, last & 255]
      while (above < aboveEnd && (runs[above * RUN + 1]! & 255) < from - 1) above++
      for (let j = above; j < aboveEnd && (runs[j * RUN]! & 255) <= to + 1; j++) {
        if (isLoose[j] && runs[j * RUN + 2] === value) join(parent, i, j)
      }
    }
    this.number(parent, isLoose)
  }

  private number(parent: Int32Array, isLoose: Uint8Array): void {
    const { runs } = this
    const count = parent.length
    this.partOf = new Uint16Array(count)
    const roots: number[] = []
    const numbers = new Int32Array(count).fill(-1)
    for (let i = 0; i < count; i++) {
      const top = root(parent, i)
      if (numbers[top]! < 0) {
        numbers[top] = roots.length
        roots.push(i)
      }
      this.partOf[i] = numbers[top]!
    }
    const parts = roots.length
    this.count = parts
    this.values = new Uint8Array(parts)
    this.ids = new Uint16Array(parts)
    this.areas = new Uint32Array(parts)
    this.boxes = new Uint16Array(4 * parts)
    this.firsts = new Uint16Array(parts)
    for (const [part, i] of roots.entries()) {
      this.values[part] = runs[i * RUN + 2]!
      this.ids[part] = isLoose[i] ? 0 : runs[i * RUN + 3]!
      this.firsts[part] = runs[i * RUN]!
      this.boxes.set([TILE, TILE, 0, 0], 4 * part)
    }
    const { boxes } = this
    this.top = new Int32Array(TILE).fill(-1)
    this.bottom = new Int32Array(TILE).fill(-1)
    this.left = new Int32Array(TILE).fill(-1)
    this.right = new Int32Array(TILE).fill(-1)
    for (let i = 0; i < count; i++) {
      const part = this.partOf[i]!
      const y = runs[i * RUN]! >> 8
      const from = runs[i * RUN]! & 255
      const to = runs[i * RUN + 1]! & 255
      this.areas[part]! += to - from + 1
      const at = 4 * part
      if (from < boxes[at]!) boxes[at] = from
      if (y < boxes[at + 1]!) boxes[at + 1] = y
      if (to + 1 > boxes[at + 2]!) boxes[at + 2] = to + 1
      if (y + 1 > boxes[at + 3]!) boxes[at + 3] = y + 1
      if (!isLoose[i]) continue
      if (y === 0) this.top.fill(part, from, to + 1)
      if (y === TILE - 1) this.bottom.fill(part, from, to + 1)
      if (from === 0) this.left[y] = part
      if (to === TILE - 1) this.right[y] = part
    }
  }

  /** The part under a pixel of the tile; -1 where nothing is painted. */
  partAt(pixel: number): number {
    const { runs } = this
    let [low, high] = [0, this.partOf.length - 1]
    while (low <= high) {
      const middle = (low + high) >> 1
      if (runs[middle * RUN + 1]! < pixel) low = middle + 1
      else if (runs[middle * RUN]! > pixel) high = middle - 1
      else return this.partOf[middle]!
    }
    return -1
  }
}

function pairsOf(runs: Uint16Array): Map<number, number> {
  const pairs = new Map<number, number>()
  for (let i = 0; i < runs.length; i += RUN) {
    if (runs[i + 3] === 0) continue
    const pair = (runs[i + 3]! << 8) | runs[i + 2]!
    pairs.set(pair, (pairs.get(pair) ?? 0) + runs[i + 1]! - runs[i]! + 1)
  }
  return pairs
}

const NO_EDGE = new Int32Array(TILE).fill(-1)

function root(parent: Int32Array, i: number): number {
  while (parent[i] !== i) {
    parent[i] = parent[parent[i]!]!
    i = parent[i]!
  }
  return i
}

/** Join two groups; the one with the lower number lends its own. */
function join(parent: Int32Array, a: number, b: number): void {
  const [one, other] = [root(parent, a), root(parent, b)]
  if (one < other) parent[other] = one
  else parent[one] = other
}

/** What is painted in a tile, row by row, as runs of one class and one id. */
function runsOf(classes: Uint8Array, objects: Uint16Array | null): Uint16Array {
  let runs = new Uint16Array(RUN * 64)
  let end = 0
  // Four pixels at once where nothing changes, which is nearly everywhere.
  const words = new Uint32Array(classes.buffer, classes.byteOffset, TILE_PX / 4)
  const pairs = objects && new Uint32Array(objects.buffer, objects.byteOffset, TILE_PX / 2)
  for (let row = 0; row < TILE_PX; row += TILE) {
    const stop = row + TILE
    let i = row
    while (i < stop) {
      if ((i & 3) === 0) {
        while (i < stop && words[i >> 2] === 0) i += 4
        if (i >= stop) break
      }
      const value = classes[i]!
      if (value === 0) {
        i++
        continue
      }
      const first = i
      const id = objects ? objects[i]! : 0
      const word = value * 0x01010101
      const pair = id * 0x10001
      i++
      for (;;) {
        if ((i & 3) === 0) {
          while (
            i < stop &&
            words[i >> 2] === word &&
            (!pairs || (pairs[i >> 1] === pair && pairs[(i >> 1) + 1] === pair))
          )
            i += 4
        }
        if (i >= stop || classes[i] !== value || (objects && objects[i] !== id)) break
        i++
      }
      if (end === runs.length) {
        const longer = new Uint16Array(runs.length * 2)
        longer.set(runs)
        runs = longer
      }
      runs[end++] = first
      runs[end++] = i - 1
      runs[end++] = value
      runs[end++] = id
    }
  }
  return runs.slice(0, end)
}

/** The objects of a mask at one moment, and which pixels are theirs. */
export class Labelling {
  /** By topmost, then leftmost pixel of their boxes. */
  readonly objects: readonly MaskObject[]
  private readonly byKey = new Map<ObjectKey, MaskObject>()
  /** The object of each part of each tile. */
  private readonly owners = new Map<TileKey, MaskObject[]>()

  constructor(
    width: number,
    private readonly tiles: ReadonlyMap<TileKey, TileParts>,
  ) {
    const starts = new Map<TileKey, number>()
    let total = 0
    for (const [key, tile] of tiles) {
      starts.set(key, total)
      total += tile.count
    }
    const parent = sewn(tiles, starts, total)
    const ofRoot = new Map<number, MaskObject>()
    const ofId = new Map<number, MaskObject>()
    for (const [key, tile] of tiles) {
      const start = starts.get(key)!
      const owners: MaskObject[] = []
      for (let part = 0; part < tile.count; part++) {
        const id = tile.ids[part]!
        const place = root(parent, start + part)
        const known = id > 0 ? ofId.get(id) : ofRoot.get(place)
        const found = this.grown(known, key, tile, part)
        if (!known) {
          if (id > 0) ofId.set(id, found)
          else ofRoot.set(place, found)
        }
        owners.push(found)
      }
      this.owners.set(key, owners)
    }
    const all = [...ofId.values(), ...ofRoot.values()]
    for (const one of all) {
      one.key = one.id > 0 ? one.id : -1 - (one.anchor.y * width + one.anchor.x)
      this.byKey.set(one.key, one)
    }
    this.objects = all.sort(byPlace)
  }

  get(key: ObjectKey): MaskObject | null {
    return this.byKey.get(key) ?? null
  }

  /** The object of a pixel; null on background. */
  at({ x, y }: Point): MaskObject | null {
    const key = keyOf(x >> 8, y >> 8)
    const part = this.tiles.get(key)?.partAt(((y & 255) << 8) | (x & 255)) ?? -1
    return part < 0 ? null : this.owners.get(key)![part]!
  }

  /** Ids that are on some pixel. */
  ids(): Set<number> {
    const found = new Set<number>()
    for (const tile of this.tiles.values()) for (const pair of tile.pairs.keys()) found.add(pair >> 8)
    return found
  }

  /** The pixels of some objects, tile by tile: first and last pixel of a run, in pixels of the tile. */
  forEachRun(
    wanted: ReadonlySet<ObjectKey>,
    see: (tile: TileKey, one: MaskObject, first: number, last: number) => void,
  ): void {
    for (const [key, { partOf, runs }] of this.tiles) {
      const owners = this.owners.get(key)!
      if (!owners.some((one) => wanted.has(one.key))) continue
      for (let i = 0; i < partOf.length; i++) {
        const one = owners[partOf[i]!]!
        if (wanted.has(one.key)) see(key, one, runs[i * RUN]!, runs[i * RUN + 1]!)
      }
    }
  }

  /** Pixels that carry one of these ids over another class than the id's: they are loose, but would be the object's if
   * that took their class. */
  forEachStray(
    ids: ReadonlySet<number>,
    see: (tile: TileKey, value: number, first: number, last: number) => void,
  ): void {
    for (const [key, { pairs, partOf, runs, ids: idOf }] of this.tiles) {
      if (![...pairs.keys()].some((pair) => ids.has(pair >> 8))) continue
      for (let i = 0; i < partOf.length; i++) {
        const at = i * RUN
        if (ids.has(runs[at + 3]!) && idOf[partOf[i]!] === 0)
          see(key, runs[at + 2]!, runs[at]!, runs[at + 1]!)
      }
    }
  }

  /** An object's pixels by rows of the photo, top to bottom and left to right. Stretches of a row may touch at seams. */
  stretchesOf(key: ObjectKey): Stretch[] {
    const found: Stretch[] = []
    this.forEachRun(new Set([key]), (tile, _, first, last) => {
      const [x, y] = [xOf(tile) * TILE, yOf(tile) * TILE]
      found.push({ y: y + (first >> 8), left: x + (first & 255), right: x + (last & 255) + 1 })
    })
    return found.sort((a, b) => a.y - b.y || a.left - b.left)
  }

  private grown(known: MaskObject | undefined, key: TileKey, tile: TileParts, part: number): MaskObject {
    const [x, y] = [xOf(key) * TILE, yOf(key) * TILE]
    const { boxes } = tile
    const at = 4 * part
    const left = x + boxes[at]!
    const top = y + boxes[at + 1]!
    const right = x + boxes[at + 2]!
    const bottom = y + boxes[at + 3]!
    const first = tile.firsts[part]!
    const anchor = { x: x + (first & 255), y: y + (first >> 8) }
    if (!known) {
      return {
        key: 0,
        id: tile.ids[part]!,
        value: tile.values[part]!,
        area: tile.areas[part]!,
        box: { left, top, right, bottom },
        anchor,
      }
    }
    const { box } = known
    known.area += tile.areas[part]!
    box.left = Math.min(box.left, left)
    box.top = Math.min(box.top, top)
    box.right = Math.max(box.right, right)
    box.bottom = Math.max(box.bottom, bottom)
    const isBefore = anchor.y < known.anchor.y || (anchor.y === known.anchor.y && anchor.x < known.anchor.x)
    if (isBefore) known.anchor = anchor
    return known
  }
}

/** Which loose parts are one component across the seams between tiles. */
function sewn(
  tiles: ReadonlyMap<TileKey, TileParts>,
  starts: ReadonlyMap<TileKey, number>,
  total: number,
): Int32Array {
  const parent = Int32Array.from({ length: total }, (_, i) => i)
  for (const [key, here] of tiles) {
    const start = starts.get(key)!
    const sew = (part: number, there: TileParts, thereStart: number, other: number) => {
      if (part < 0 || other < 0 || here.values[part] !== there.values[other]) return
      join(parent, start + part, thereStart + other)
    }
    const seam = (edge: Int32Array, there: TileParts | undefined, thereStart: number, other: Int32Array) => {
      if (!there) return
      for (let i = 0; i < TILE; i++) {
        const part = edge[i]!
        if (part < 0) continue
        for (let j = Math.max(0, i - 1); j <= Math.min(TILE - 1, i + 1); j++) {
          sew(part, there, thereStart, other[j]!)
        }
      }
    }
    const [x, y] = [xOf(key), yOf(key)]
    const [right, below, belowRight] = [keyOf(x + 1, y), keyOf(x, y + 1), keyOf(x + 1, y + 1)]
    const belowLeft = x > 0 ? keyOf(x - 1, y + 1) : -1
    seam(here.right, tiles.get(right), starts.get(right)!, tiles.get(right)?.left ?? NO_EDGE)
    seam(here.bottom, tiles.get(below), starts.get(below)!, tiles.get(below)?.top ?? NO_EDGE)
    const diagonal = tiles.get(belowRight)
    if (diagonal) sew(here.bottom[TILE - 1]!, diagonal, starts.get(belowRight)!, diagonal.top[0]!)
    const other = tiles.get(belowLeft)
    if (other) sew(here.bottom[0]!, other, starts.get(belowLeft)!, other.top[TILE - 1]!)
  }
  return parent
}

export const byPlace = (a: MaskObject, b: MaskObject): number =>
  a.box.top - b.box.top ||
  a.box.left - b.box.left ||
  a.value - b.value ||
  a.anchor.x - b.anchor.x ||
  a.id - b.id

/** Parted into what hangs together by edges or corners, largest first; each again by rows. */
export function piecesOf(stretches: readonly Stretch[]): Stretch[][] {
  const parent = Int32Array.from(stretches, (_, i) => i)
  let [above, aboveEnd, row, rowStart] = [0, 0, Number.NaN, 0]
  for (const [i, { y, left, right }] of stretches.entries()) {
    if (y !== row) {
      above = y === row + 1 ? rowStart : i
      aboveEnd = i
      row = y
      rowStart = i
    }
    if (i > rowStart && stretches[i - 1]!.right === left) join(parent, i, i - 1)
    while (above < aboveEnd && stretches[above]!.right < left) above++
    for (let j = above; j < aboveEnd && stretches[j]!.left <= right; j++) join(parent, i, j)
  }
  const pieces = new Map<number, Stretch[]>()
  for (const [i, one] of stretches.entries()) {
    const place = root(parent, i)
    const piece = pieces.get(place)
    if (piece) piece.push(one)
    else pieces.set(place, [one])
  }
  const sizes = new Map([...pieces.values()].map((piece) => [piece, areaOfStretches(piece)]))
  // Sorting keeps the order of equals: by their first pixel.
  return [...pieces.values()].sort((a, b) => sizes.get(b)! - sizes.get(a)!)
}

const areaOfStretches = (stretches: readonly Stretch[]): number =>
  stretches.reduce((sum, { left, right }) => sum + right - left, 0)
