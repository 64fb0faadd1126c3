/** One edit while it happens: pixels change at once, and the end tells exactly which. */

import type { Box, Point } from './box'
import type { Mask } from './mask'
import { objectsAfter, type Patch, type Runs, strokeRuns, type TileState } from './patch'
import { capsule, snapped } from './shapes'
import { keyOf, TILE, type TileKey } from './tile'

/** What a stroke does: paints `value` (0 erases) and leaves pixels of locked classes alone. */
export type Paint = { value: number; locked: ReadonlySet<number> }

type Touched = { before: Uint8Array; pixels: Uint8Array; box: Box; fresh: Box }

export class Stroke {
  private readonly touched = new Map<TileKey, Touched>()
  private readonly isKept = new Uint8Array(256)
  private readonly mayFill: boolean
  private joined = 0

  constructor(
    private readonly mask: Mask,
    private readonly paint: Paint,
  ) {
    for (const value of paint.locked) this.isKept[value] = 1
    const needsLook = paint.locked.size > 0 || (mask.hasObjects && paint.value > 0)
    this.mayFill = !needsLook
  }

  /** Class byte it paints; 0 erases. */
  get value(): number {
    return this.paint.value
  }

  /** The stroke begins on this pixel: when it is of the painted class, what is painted joins its object. */
  startAt(point: Point): void {
    const x = Math.floor(point.x)
    const y = Math.floor(point.y)
    if (x < 0 || y < 0 || x >= this.mask.width || y >= this.mask.height) return
    if (this.paint.value > 0 && this.mask.classAt(x, y) === this.paint.value) {
      this.joined = this.mask.objectAt(x, y)
    }
  }

  /** Paint pixels `left` up to, not including, `right` of row `y`, all on the photo. */
  span(y: number, left: number, right: number): void {
    const row = (y & 255) << 8
    const ty = y >> 8
    for (let tx = left >> 8; tx <= (right - 1) >> 8; tx++) {
      const from = Math.max(left - tx * TILE, 0)
      const to = Math.min(right - tx * TILE, TILE)
      const tile = this.touch(keyOf(tx, ty))
      if (this.mayFill) tile.pixels.fill(this.paint.value, row + from, row + to)
      else this.fillWithCare(tile, keyOf(tx, ty), row + from, row + to)
      grow(tile.box, y & 255, from, to)
      grow(tile.fresh, y & 255, from, to)
    }
  }

  /** Tell the mask what to show anew. Call once a frame. */
  show(): void {
    for (const [key, tile] of this.touched) {
      if (tile.fresh.left >= tile.fresh.right) continue
      this.mask.touch(key, tile.fresh)
      tile.fresh = nowhere()
    }
  }

  /** End the stroke; returns what it changed.
   *
   * Pixels whose class changed belong to the object that was met, or to none; all others keep theirs.
   */
  finish(): Patch {
    this.show()
    const tiles = new Map<TileKey, Runs>()
    for (const [key, tile] of this.touched) {
      const before: TileState = { classes: tile.before, objects: this.mask.objectsOf(key) }
      const runs = strokeRuns(before, tile.pixels, this.joined, tile.box)
      if (runs.length === 0) {
        this.mask.putClasses(key, tile.before, tile.box)
        continue
      }
      if (before.objects) this.mask.putObjects(key, objectsAfter(runs, before.objects))
      tiles.set(key, runs)
    }
    return { tiles }
  }

  /** Take everything back, as if it had not begun. */
  cancel(): void {
    for (const [key, tile] of this.touched) this.mask.putClasses(key, tile.before, tile.box)
    this.touched.clear()
  }

  private touch(key: TileKey): Touched {
    let tile = this.touched.get(key)
    if (!tile) {
      const before = this.mask.classesOf(key)
      tile = { before, pixels: before.slice(), box: nowhere(), fresh: nowhere() }
      this.touched.set(key, tile)
      this.mask.putClasses(key, tile.pixels, nowhere())
    }
    return tile
  }

  private fillWithCare(tile: Touched, key: TileKey, from: number, to: number): void {
    const { value } = this.paint
    const objects = this.joined === 0 && value > 0 ? this.mask.objectsOf(key) : null
    for (let i = from; i < to; i++) {
      const was = tile.before[i]!
      if (was === value) {
        if (objects && this.joined === 0) this.joined = objects[i]!
      } else if (!this.isKept[was]) {
        tile.pixels[i] = value
      }
    }
  }
}

const nowhere = (): Box => ({ left: TILE, top: TILE, right: 0, bottom: 0 })

function grow(box: Box, y: number, from: number, to: number): void {
  if (from < box.left) box.left = from
  if (to > box.right) box.right = to
  if (y < box.top) box.top = y
  if (y + 1 > box.bottom) box.bottom = y + 1
}

/** A round brush drawn through points: capsules between them, each painting only what the one before left out. */
export class BrushStroke {
  readonly stroke: Stroke
  private at: Point | null = null
  private readonly rows: { left: Int32Array; right: Int32Array }

  /** size: diameter in pixels of the photo. */
  constructor(
    private readonly mask: Mask,
    paint: Paint,
    readonly size: number,
  ) {
    this.stroke = new Stroke(mask, paint)
    this.rows = { left: new Int32Array(mask.height), right: new Int32Array(mask.height) }
  }

  /** Draw on to a point, in pixels of the photo. The first point makes a dot. */
  to(point: Point): void {
    const place = snapped(point, this.size)
    if (this.at && this.at.x === place.x && this.at.y === place.y) return
    if (!this.at) this.stroke.startAt(point)
    const from = this.at ?? place
    const { left: lefts, right: rights } = this.rows
    // A capsule begins with the disc the last one ended with, so in every row it covers at least that disc's span:
    // only what sticks out on either side is new.
    capsule(from, place, this.size / 2, this.mask.box, (y, left, right) => {
      const seenLeft = lefts[y]!
      const seenRight = rights[y]!
      if (seenLeft < seenRight && left <= seenLeft && right >= seenRight) {
        if (left < seenLeft) this.stroke.span(y, left, seenLeft)
        if (seenRight < right) this.stroke.span(y, seenRight, right)
      } else {
        this.stroke.span(y, left, right)
      }
    })
    this.remember(place)
  }

  private remember(place: Point): void {
    const { left: lefts, right: rights } = this.rows
    if (this.at) this.forgetRows(this.at)
    capsule(place, place, this.size / 2, this.mask.box, (y, left, right) => {
      lefts[y] = left
      rights[y] = right
    })
    this.at = place
  }

  private forgetRows(around: Point): void {
    const top = Math.max(0, Math.floor(around.y - this.size / 2) - 1)
    const bottom = Math.min(this.mask.height, Math.ceil(around.y + this.size / 2) + 1)
    this.rows.left.fill(0, top, bottom)
    this.rows.right.fill(0, top, bottom)
  }
}
