/** The mask of one photo as tiles, and which parts of it have yet to be shown. */

import { type Box, intersection, isEmpty, union } from './box'
import { keyOf, TILE, type TileKey, uniform, WHOLE_TILE } from './tile'

const EMPTY_CLASSES = uniform('class', 0)
const EMPTY_OBJECTS = uniform('object', 0)

export class Mask {
  private readonly classes = new Map<TileKey, Uint8Array>()
  private objects: Map<TileKey, Uint16Array> | null
  private unshown = new Map<TileKey, Box>()

  /** Called when something changed that has yet to be shown. */
  onChange: () => void = () => {}

  constructor(
    readonly width: number,
    readonly height: number,
    hasObjects = false,
  ) {
    this.objects = hasObjects ? new Map() : null
  }

  get hasObjects(): boolean {
    return this.objects !== null
  }

  /** Give the mask an object plane, empty at first. */
  addObjects(): void {
    this.objects ??= new Map()
  }

  get box(): Box {
    return { left: 0, top: 0, right: this.width, bottom: this.height }
  }

  /** Tiles that were ever painted. */
  keys(): IterableIterator<TileKey> {
    return this.classes.keys()
  }

  isPainted(key: TileKey): boolean {
    return this.classes.has(key)
  }

  classesOf(key: TileKey): Uint8Array {
    return this.classes.get(key) ?? EMPTY_CLASSES
  }

  /** Object ids of a tile; null when the mask has no object plane. */
  objectsOf(key: TileKey): Uint16Array | null {
    return this.objects ? (this.objects.get(key) ?? EMPTY_OBJECTS) : null
  }

  classAt(x: number, y: number): number {
    return this.classesOf(keyOf(x >> 8, y >> 8))[((y & 255) << 8) | (x & 255)]!
  }

  objectAt(x: number, y: number): number {
    return this.objectsOf(keyOf(x >> 8, y >> 8))?.[((y & 255) << 8) | (x & 255)] ?? 0
  }

  /** Put a tile in place. `changed` is the part that differs, in pixels of the tile. */
  putClasses(key: TileKey, pixels: Uint8Array, changed: Box = WHOLE_TILE): void {
    this.classes.set(key, pixels)
    this.touch(key, changed)
  }

  putObjects(key: TileKey, pixels: Uint16Array): void {
    this.addObjects()
    this.objects!.set(key, pixels)
  }

  /** Say that a part of a tile has to be shown anew. */
  touch(key: TileKey, changed: Box): void {
    this.unshown.set(key, union(this.unshown.get(key) ?? null, changed))
    this.onChange()
  }

  /** What changed since the last call, per tile, in pixels of the tile. */
  takeChanges(): Map<TileKey, Box> {
    const changes = this.unshown
    this.unshown = new Map()
    return changes
  }

  /** The part of a tile that lies on the photo, in pixels of the tile. */
  photoPartOf(x: number, y: number): Box {
    const box = intersection(WHOLE_TILE, {
      left: 0,
      top: 0,
      right: this.width - x * TILE,
      bottom: this.height - y * TILE,
    })
    return isEmpty(box) ? { left: 0, top: 0, right: 0, bottom: 0 } : box
  }
}
