/** One edit while it happens: pixels change at once, and the end tells exactly which. */

import type { Box, Point } from './box'
import type { Mask } from './mask'
import { objectsAfter, type Patch, type Runs, strokeRuns, type TileState, wholeRun } from './patch'
import { Bands } from './bands'
import { beside, type BrushShape, footprint, glide, snapped, type Span, squaresWithin, sweep } from './shapes'
import { Rows } from './rows'
import { keyOf, TILE, TILE_PX, type TileKey, uniform, uniformValue } from './tile'

/** What a stroke does: paints `value` (0 erases), and which pixels it leaves alone.
 *
 * locked: classes whose pixels stay as they are, whatever is painted.
 * only:   the one class byte that may be painted over, 0 for the background; 'start' for what lies under the stroke's
 *         beginning; null or absent for any. An eraser that may only change the background erases everything: it
 *         protects what is painted from paint, and would be no eraser otherwise.
 * spare:  1 for single pixels of a tile that stay as they are, those of locked objects; null where there are none.
 */
export type Paint = {
  value: number
  locked: ReadonlySet<number>
  only?: number | 'start' | null
  spare?: (key: TileKey) => Uint8Array | null
}

/** runs: what changed, once the stroke has gone elsewhere; null while it may still change.
 *
 * isShared: the pixels are the tile that all of one value share, and must not be written.
 * isWhole:  the spans at hand paint it from border to border.
 */
type Touched = {
  key: TileKey
  before: Uint8Array
  pixels: Uint8Array
  isShared: boolean
  isWhole: boolean
  box: Box
  fresh: Bands
  runs: Runs | null
}

/** So long may a frame find runs ahead, so that the end of a large stroke has few left to find. */
const AHEAD_MS = 1

/** Buffers of tiles that were painted whole while the stroke ran: a large brush would take new ones faster than they are found. */
const spares: Uint8Array[] = []
const MOST_SPARES = 96

/** Have at hand what a stroke of a large brush begins with: memory that was never used is slow at its first use. */
export function prepareFor(size: number, shape: BrushShape = 'round'): void {
  footprint(shape, size)
  const across = Math.ceil(size / TILE) + 1
  while (spares.length < Math.min(across * across, MOST_SPARES)) spares.push(new Uint8Array(TILE_PX).fill(1))
}

const NO_RUNS: Runs = new Uint16Array()

export class Stroke {
  /** In the order they were met. */
  private touched: Touched[] = []
  /** The same by row and column: every row of every span looks for its tiles. */
  private grid: (Touched | undefined)[][] = []
  /** Tiles painted since the last frame, and those whose runs are not known, the ones that rest the longest first. */
  private stirred: Touched[] = []
  private readonly due = new Set<Touched>()
  /** Per class byte: whether its pixels stay as they are when painted over, and when erased. Null: none does. */
  private kept: Uint8Array | null
  private spared: Uint8Array | null
  private joined = 0
  /** Tiles painted from border to border since the last frame. */
  private wholes: Touched[] = []
  /** What is to be painted with the next frame; null when the order of painting decides which object is joined. */
  private readonly ahead: Rows | null

  constructor(
    private readonly mask: Mask,
    private readonly paint: Paint,
  ) {
    const inOrder = mask.hasObjects && paint.value > 0
    this.ahead = inOrder ? null : new Rows((y, left, right) => this.fill(y, left, right, paint.value))
    const only = paint.only === 'start' ? null : (paint.only ?? null)
    this.spared = keptBy(paint.locked, only === 0 ? null : only)
    this.kept = paint.value === 0 ? this.spared : keptBy(paint.locked, only)
  }

  /** Class byte it paints; 0 erases. */
  get value(): number {
    return this.paint.value
  }

  /** The stroke begins on this pixel, or the nearest one on the photo.
   *
   * When it is of the painted class, what is painted joins its object.
   */
  startAt(point: Point): void {
    const { mask, paint } = this
    const x = Math.min(Math.max(Math.floor(point.x), 0), mask.width - 1)
    const y = Math.min(Math.max(Math.floor(point.y), 0), mask.height - 1)
    const found = mask.classAt(x, y)
    if (paint.value > 0 && found === paint.value) this.joined = mask.objectAt(x, y)
    if (paint.only === 'start') this.kept = this.spared = keptBy(paint.locked, found)
  }

  /** Why a pixel of the photo stays as it is, if it does: by its class, by its object, or by what may be painted over. */
  whyKept({ x, y }: Point): 'locked' | 'object' | 'over' | null {
    const [column, row] = [Math.floor(x), Math.floor(y)]
    const value = this.mask.classAt(column, row)
    if (value === this.paint.value) return null
    if (this.paint.locked.has(value)) return 'locked'
    const single = this.paint.spare?.(keyOf(column >> 8, row >> 8))
    if (single?.[((row & 255) << 8) | (column & 255)]) return 'object'
    return (this.value === 0 ? this.spared : this.kept)?.[value] ? 'over' : null
  }

  /** Paint pixels `left` up to, not including, `right` of row `y`, all on the photo. */
  span(y: number, left: number, right: number): void {
    if (this.ahead) this.ahead.add(y, left, right)
    else this.fill(y, left, right, this.paint.value)
  }

  /** Know that the spans told since the last frame, and those before, cover a tile: it needs no pixels of its own. */
  covers(tx: number, ty: number): void {
    const { value, spare } = this.paint
    if (!this.ahead || this.kept || spare?.(keyOf(tx, ty))) return
    const tile = this.grid[ty]?.[tx] ?? this.begin(tx, ty, value)
    if (tile.isWhole) return
    if (!tile.isShared || tile.pixels[0] !== value) this.shareAs(tile, value)
    tile.isWhole = true
    this.wholes.push(tile)
  }

  /** Erase them, whatever the stroke paints elsewhere. */
  erase(y: number, left: number, right: number): void {
    this.settle()
    this.fill(y, left, right, 0)
  }

  private fill(y: number, left: number, right: number, value: number): void {
    const kept = value === 0 ? this.spared : this.kept
    const mayFill = !kept && !(value > 0 && this.mask.hasObjects)
    const row = (y & 255) << 8
    const ty = y >> 8
    const tiles = (this.grid[ty] ??= [])
    const { spare } = this.paint
    for (let tx = left >> 8; tx <= (right - 1) >> 8; tx++) {
      const from = Math.max(left - tx * TILE, 0)
      const to = Math.min(right - tx * TILE, TILE)
      const tile = tiles[tx] ?? this.begin(tx, ty)
      if (!tile.isWhole) {
        if (tile.isShared && !this.unshare(tile, value)) continue
        const single = spare?.(tile.key) ?? null
        if (mayFill && !single) tile.pixels.fill(value, row + from, row + to)
        else this.fillWithCare(tile, row + from, row + to, value, kept, single)
      }
      if (tile.fresh.isEmpty) this.stirred.push(tile)
      grow(tile.box, y & 255, from, to)
      tile.fresh.grow(y & 255, from, to)
    }
  }

  /** Tell the mask what to show anew. Call once a frame. */
  show(): void {
    this.settle()
    const { due } = this
    for (const tile of this.stirred) {
      this.mask.touch(tile.key, ...tile.fresh.take())
      tile.runs = null
      due.delete(tile)
      due.add(tile)
    }
    const resting = due.size - this.stirred.length
    this.stirred = []
    // Which object is joined, and so the runs, may turn out at the end.
    if (!this.mask.hasObjects) this.findAhead(resting)
  }

  /** Find the runs of some tiles that are not painted just now. */
  private findAhead(count: number): void {
    const until = performance.now() + AHEAD_MS
    for (const tile of this.due) {
      if (count-- <= 0) return
      tile.runs = this.runsOf(tile)
      this.due.delete(tile)
      if (performance.now() >= until) return
    }
  }

  /** End the stroke; returns what it changed.
   *
   * Pixels whose class changed belong to the object that was met, or to none; all others keep theirs.
   */
  finish(): Patch {
    this.show()
    const tiles = new Map<TileKey, Runs>()
    for (const tile of this.touched) {
      const { key } = tile
      const runs = tile.runs ?? this.runsOf(tile)
      if (runs.length === 0) {
        this.mask.putClasses(key, tile.before, tile.box)
        continue
      }
      const objects = this.mask.objectsOf(key)
      if (objects) this.mask.putObjects(key, objectsAfter(runs, objects))
      tiles.set(key, runs)
    }
    return { tiles }
  }

  /** Take everything back, as if it had not begun. */
  cancel(): void {
    for (const { key, before, box } of this.touched) this.mask.putClasses(key, before, box)
    this.touched = []
    this.grid = []
    this.wholes = []
    this.stirred = []
    this.due.clear()
  }

  private settle(): void {
    this.ahead?.flush()
    for (const tile of this.wholes) tile.isWhole = false
    this.wholes = []
  }

  /** One of all tiles of one value: a sky painted whole costs no memory, and a byte on the wire. */
  private share(tile: Touched): void {
    const value = tile.isShared ? null : uniformValue(tile.pixels)
    if (value !== null) this.shareAs(tile, value)
  }

  private shareAs(tile: Touched, value: number): void {
    if (!tile.isShared && spares.length < MOST_SPARES) spares.push(tile.pixels)
    tile.pixels = uniform('class', value)
    tile.isShared = true
    this.mask.putClasses(tile.key, tile.pixels, nowhere())
  }

  /** Whether painting this value would change the tile; if so its pixels are its own again. */
  private unshare(tile: Touched, value: number): boolean {
    if (tile.pixels[0] === value) return false
    tile.pixels = copyOf(tile.pixels)
    tile.isShared = false
    this.mask.putClasses(tile.key, tile.pixels, nowhere())
    return true
  }

  /** What changed in a tile, which is shared from here on where it can be. */
  private runsOf(tile: Touched): Runs {
    this.share(tile)
    if (tile.pixels === tile.before) return NO_RUNS
    const was = tile.before[0]!
    const wasShared = tile.before === uniform('class', was)
    if (tile.isShared && wasShared && !this.mask.hasObjects && was !== tile.pixels[0]) {
      return wholeRun(was, tile.pixels[0]!)
    }
    const before: TileState = { classes: tile.before, objects: this.mask.objectsOf(tile.key) }
    return strokeRuns(before, tile.pixels, this.joined, tile.box)
  }

  /** Take a tile up; value: what all of it is painted with, null where only a part is painted. */
  private begin(tx: number, ty: number, value: number | null = null): Touched {
    const key = keyOf(tx, ty)
    const before = this.mask.classesOf(key)
    const isShared = value !== null
    const pixels = isShared ? uniform('class', value) : copyOf(before)
    const tile = {
      key,
      before,
      pixels,
      isShared,
      isWhole: false,
      box: nowhere(),
      fresh: new Bands(),
      runs: null,
    }
    this.touched.push(tile)
    ;(this.grid[ty] ??= [])[tx] = tile
    this.mask.putClasses(key, pixels, nowhere())
    return tile
  }

  private fillWithCare(
    tile: Touched,
    from: number,
    to: number,
    value: number,
    kept: Uint8Array | null,
    single: Uint8Array | null,
  ): void {
    const objects = this.joined === 0 && value > 0 ? this.mask.objectsOf(tile.key) : null
    for (let i = from; i < to; i++) {
      const was = tile.before[i]!
      if (was === value) {
        if (objects && this.joined === 0) this.joined = objects[i]!
      } else if (!kept?.[was] && !single?.[i]) {
        tile.pixels[i] = value
      }
    }
  }
}

/** Which class bytes stay as they are; null when none has to. */
function keptBy(locked: ReadonlySet<number>, only: number | null): Uint8Array | null {
  if (locked.size === 0 && only === null) return null
  const kept = new Uint8Array(256).fill(only === null ? 0 : 1)
  if (only !== null) kept[only] = 0
  for (const value of locked) kept[value] = 1
  return kept
}

function copyOf(pixels: Uint8Array): Uint8Array {
  const copy = spares.pop() ?? new Uint8Array(pixels.length)
  copy.set(pixels)
  return copy
}

const nowhere = (): Box => ({ left: TILE, top: TILE, right: 0, bottom: 0 })

function grow(box: Box, y: number, from: number, to: number): void {
  if (from < box.left) box.left = from
  if (to > box.right) box.right = to
  if (y < box.top) box.top = y
  if (y + 1 > box.bottom) box.bottom = y + 1
}

/** A brush drawn through points: sweeps between them, each painting only what the one before left out. */
export class BrushStroke {
  readonly stroke: Stroke
  private at: Point | null = null
  private reach = 0

  /** size: diameter or side in pixels of the photo. */
  constructor(
    private readonly mask: Mask,
    paint: Paint,
    readonly size: number,
    readonly shape: BrushShape = 'round',
  ) {
    this.stroke = new Stroke(mask, paint)
  }

  /** Draw on to a point, in pixels of the photo; the first makes a dot. size: there, where a pen's pressure changes it. */
  to(point: Point, size = this.size): void {
    const place = snapped(point, size)
    if (this.at && this.at.x === place.x && this.at.y === place.y && this.reach === size) return
    if (!this.at) this.stroke.startAt(point)
    const [from, sizeFrom] = this.at ? [this.at, this.reach] : [place, size]
    const { box } = this.mask
    const paint: Span = (y, left, right) => this.stroke.span(y, left, right)
    // A sweep begins with the footprint the last one ended with, so in every row it covers at least that one's span.
    const span = this.at ? beside(from, footprint(this.shape, sizeFrom), paint) : paint
    if (this.shape === 'round' && sizeFrom === size) {
      glide(from, place, size, footprint(this.shape, size), box, span)
    } else {
      sweep(this.shape, from, sizeFrom, place, size, box, span)
    }
    const radius = Math.min(sizeFrom, size) / 2
    squaresWithin(from, place, radius, TILE, box, (x, y) => this.stroke.covers(x, y))
    this.at = place
    this.reach = size
  }
}
