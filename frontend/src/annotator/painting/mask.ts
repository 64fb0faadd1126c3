/** The mask of one photo as tiles, and which parts of it have yet to be shown. */

import { type Box, cover, intersection, isEmpty } from './box'
import { keyOf, TILE, type TileKey, TILE_PX, uniform, WHOLE_TILE } from './tile'

const EMPTY_CLASSES = uniform('class', 0)
const EMPTY_OBJECTS = uniform('object', 0)

/** Class bytes not to be shown of a tile, and what is shown instead. */
type Veil = { hidden: Uint8Array; shown: Uint8Array }

export class Mask {
  private readonly classes = new Map<TileKey, Uint8Array>()
  private objects: Map<TileKey, Uint16Array> | null
  private unshown = new Map<TileKey, Box[]>()
  private veils = new Map<TileKey, Veil>()
  private readonly watchers = new Set<(key: TileKey) => void>()

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

  /** Class bytes of a tile as they are to be shown: background where a veil lies over them. */
  shownOf(key: TileKey): Uint8Array {
    return this.veils.get(key)?.shown ?? this.classesOf(key)
  }

  /** Show some pixels as background, though they are not. veils: per tile the class byte to hide, 0 elsewhere. */
  hide(veils: ReadonlyMap<TileKey, Uint8Array>): void {
    const before = this.veils
    this.veils = new Map([...veils].map(([key, hidden]) => [key, { hidden, shown: new Uint8Array(TILE_PX) }]))
    for (const key of new Set([...before.keys(), ...veils.keys()])) this.show(key, WHOLE_TILE)
  }

  /** Be told of every change of a tile, also of what is not shown; returns how to stop that. */
  watch(tell: (key: TileKey) => void): () => void {
    this.watchers.add(tell)
    return () => this.watchers.delete(tell)
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
    for (const tell of this.watchers) tell(key)
  }

  /** Say that parts of a tile have to be shown anew. */
  touch(key: TileKey, ...changed: readonly Box[]): void {
    for (const tell of this.watchers) tell(key)
    for (const box of changed) this.show(key, box)
  }

  private show(key: TileKey, changed: Box): void {
    const veil = this.veils.get(key)
    if (veil) draw(veil, this.classesOf(key), changed)
    let boxes = this.unshown.get(key)
    if (!boxes) this.unshown.set(key, (boxes = []))
    cover(boxes, changed)
    this.onChange()
  }

  /** What changed since the last call: of each tile a few boxes, in its pixels. */
  takeChanges(): Map<TileKey, readonly Box[]> {
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

/** What has another class than the one to hide was painted since, and is shown. */
function draw({ hidden, shown }: Veil, classes: Uint8Array, box: Box): void {
  for (let y = box.top; y < box.bottom; y++) {
    for (let i = y * TILE + box.left; i < y * TILE + box.right; i++) {
      shown[i] = hidden[i] === classes[i] ? 0 : classes[i]!
    }
  }
}
