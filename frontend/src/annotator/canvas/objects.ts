/** The objects of the photo at the easel: which there are, which are selected, hidden or locked, and what is done to them. */

import { t } from '../../shared/texts'
import { count } from '../../shared/format'
import type { Box } from '../painting/box'
import { union } from '../painting/box'
import type { Action } from '../painting/keys'
import {
  erase,
  free,
  idsToMerge,
  idsToSplit,
  merge,
  moveTo,
  number,
  piecesToSplit,
  split,
} from '../painting/objectEdits'
import { carried, listed, type Sort } from '../painting/objectList'
import { Labeller, type Labelling, type MaskObject, type ObjectKey } from '../painting/objects'
import { isNothing, type Patch } from '../painting/patch'
import { TILE_PX, type TileKey } from '../painting/tile'
import type { Desk } from './desk'
import { Numbers } from './objectNumbers'
import { Outlines } from './outlines'
import { Store } from './store'

export type ObjectsNow = {
  /** Null until somebody wants to know. */
  labelling: Labelling | null
  selected: ReadonlySet<ObjectKey>
  /** The one of the selected that the keys start from. */
  current: ObjectKey | null
  hidden: ReadonlySet<ObjectKey>
  locked: ReadonlySet<ObjectKey>
  sort: Sort
  /** Class byte; null lists all. */
  only: number | null
}

const NONE: ReadonlySet<ObjectKey> = new Set()
/** The mask is looked at again when it has been still for so long. */
const REST_MS = 150
const PORTION_MS = 6

export class Objects {
  readonly now = new Store<ObjectsNow>({
    labelling: null,
    selected: NONE,
    current: null,
    hidden: NONE,
    locked: NONE,
    sort: 'place',
    only: null,
  })

  private readonly labeller: Labeller
  private readonly numbers: Numbers
  private readonly outlines: Outlines
  private readonly stopWatching: () => void
  private isStale = true
  /** Whether the mask changed since the timer was set. */
  private isStirred = false
  private wanted = 0
  private timer = 0
  private veils = new Map<TileKey, Uint8Array>()
  private spared = new Map<TileKey, Uint8Array>()
  private list: { of: ObjectsNow | null; classes: readonly number[]; found: readonly MaskObject[] } = {
    of: null,
    classes: [],
    found: [],
  }

  constructor(private readonly desk: Desk) {
    this.labeller = new Labeller(desk.mask)
    this.numbers = new Numbers(desk.easel.photo.image)
    this.outlines = new Outlines(desk.layers, this.now)
    this.stopWatching = desk.mask.watch((key) => {
      this.labeller.forget(key)
      this.isStale = true
      this.isStirred = true
      if (!this.timer) this.lookSoon()
    })
  }

  dispose(): void {
    this.stopWatching()
    this.rest()
    this.outlines.remove()
  }

  /** Keep the list up to date from now on; returns how to stop that. */
  follow(): () => void {
    this.wanted++
    this.lookSoon(0)
    return () => void this.wanted--
  }

  /** The objects as they are at this moment. */
  fresh(): Labelling {
    const { labelling } = this.now.get()
    if (labelling && !this.isStale) return labelling
    const found = this.labeller.label()
    this.take(found)
    return found
  }

  /** What the list shows, in its order: objects of living classes, or of the one that is filtered for. */
  listed(): readonly MaskObject[] {
    const now = this.now.get()
    const classes = this.living().filter((value) => now.only === null || now.only === value)
    const { of } = this.list
    const isSame =
      of?.labelling === now.labelling && of?.sort === now.sort && classes.join() === this.list.classes.join()
    if (!isSame) {
      const found = now.labelling ? listed(now.labelling.objects, now.sort, classes) : []
      this.list = { of: now, classes, found }
    }
    return this.list.found
  }

  private living(): number[] {
    return this.desk.classes.filter(({ deleted_at }) => !deleted_at).map(({ index }) => index)
  }

  // Looking

  private get isWanted(): boolean {
    const { selected, hidden, locked } = this.now.get()
    return this.wanted > 0 || selected.size > 0 || hidden.size > 0 || locked.size > 0
  }

  private lookSoon(after = REST_MS): void {
    if (!this.isStale || !this.isWanted) return
    this.wait(after, () => this.look(this.labeller.steps()))
  }

  /** A portion between two frames, until all is found. */
  private look(steps: Generator<void, Labelling>): void {
    const until = performance.now() + PORTION_MS
    do {
      const step = steps.next()
      if (step.done) return this.take(step.value)
    } while (performance.now() < until)
    this.wait(0, () => this.look(steps))
  }

  /** Go on later, or begin anew where the mask changed meanwhile. A large brush changes hundreds of tiles a frame: no timer each. */
  private wait(ms: number, goOn: () => void): void {
    this.rest()
    this.isStirred = false
    this.timer = window.setTimeout(() => {
      this.timer = 0
      if (this.isStirred) this.lookSoon()
      else goOn()
    }, ms)
  }

  private rest(): void {
    clearTimeout(this.timer)
    this.timer = 0
  }

  private take(labelling: Labelling): void {
    this.rest()
    this.isStale = false
    const { labelling: before, selected, hidden, locked, current } = this.now.get()
    if (!before) return this.now.set({ labelling })
    const following = carried(selected, before, labelling)
    this.now.set({
      labelling,
      selected: following,
      current: current === null ? null : ([...carried(new Set([current]), before, labelling)][0] ?? null),
      hidden: carried(hidden, before, labelling),
      locked: carried(locked, before, labelling),
    })
    this.veil()
    this.spare()
  }

  // Choosing

  /** toggle: add it to what is selected, or take it out. */
  select(key: ObjectKey | null, toggle = false): void {
    const { selected } = this.now.get()
    if (key === null) return this.now.set({ selected: NONE, current: null })
    if (!toggle) return this.now.set({ selected: new Set([key]), current: key })
    const others = new Set(selected)
    if (!others.delete(key)) others.add(key)
    this.now.set({ selected: others, current: key })
  }

  selectAll(keys: Iterable<ObjectKey>): void {
    const selected = new Set(keys)
    const { current } = this.now.get()
    const [first] = selected
    this.now.set({ selected, current: current !== null && selected.has(current) ? current : (first ?? null) })
  }

  /** From the current one to this one, as they are listed. */
  selectTo(key: ObjectKey): void {
    const list = this.listed()
    const from = list.findIndex((one) => one.key === this.now.get().current)
    const to = list.findIndex((one) => one.key === key)
    if (from < 0 || to < 0) return this.select(key)
    const part = list.slice(Math.min(from, to), Math.max(from, to) + 1)
    this.now.set({ selected: new Set(part.map((one) => one.key)) })
  }

  selectedObjects(): MaskObject[] {
    const { labelling, selected } = this.now.get()
    return [...selected].flatMap((key) => labelling?.get(key) ?? [])
  }

  /** Go on to the next object of the list, and bring it into sight. */
  walk(step: 1 | -1): void {
    this.fresh()
    const list = this.listed()
    if (list.length === 0) return this.desk.say(t('objects:none_here'), false)
    const at = list.findIndex(({ key }) => key === this.now.get().current)
    const next = at < 0 ? (step > 0 ? 0 : list.length - 1) : (at + step + list.length) % list.length
    this.select(list[next]!.key)
    this.show(list[next]!)
  }

  /** Bring objects into sight, close enough to see them well. */
  zoomTo(objects: readonly MaskObject[] = this.selectedObjects()): void {
    const box = boxAround(objects)
    if (!box) return
    // A speck that fills the screen shows nothing of where it is.
    const least = 96
    const wide = Math.max(0, least - (box.right - box.left)) / 2
    const high = Math.max(0, least - (box.bottom - box.top)) / 2
    const around = {
      left: box.left - wide,
      top: box.top - high,
      right: box.right + wide,
      bottom: box.bottom + high,
    }
    this.desk.easel.goTo(around, 0.6)
  }

  /** Move the photo only when the object is out of sight, or too small to be seen. */
  private show(one: MaskObject): void {
    const { box } = one
    const { view } = this.desk.easel
    const left = view.left + box.left * view.scale
    const top = view.top + box.top * view.scale
    const [across, down] = [(box.right - box.left) * view.scale, (box.bottom - box.top) * view.scale]
    const isInSight = left >= 0 && top >= 0 && left + across <= view.width && top + down <= view.height
    const isLarge = Math.max(across, down) > 24 * devicePixelRatio
    if (!isInSight || !isLarge) this.zoomTo([one])
  }

  toggle(what: 'hidden' | 'locked', keys: Iterable<ObjectKey>): void {
    const marked = this.now.get()[what]
    const all = [...keys]
    if (all.length === 0) return this.desk.say(t('objects:select_first'), false)
    const isOn = all.every((key) => marked.has(key))
    const changed = all.filter((key) => marked.has(key) === isOn)
    this.mark(what, changed, !isOn)
    this.desk.looked((direction) => this.mark(what, changed, (direction === 'undo') === isOn))
  }

  private mark(what: 'hidden' | 'locked', keys: readonly ObjectKey[], isOn: boolean): void {
    const marked = new Set(this.now.get()[what])
    for (const key of keys) {
      if (isOn) marked.add(key)
      else marked.delete(key)
    }
    this.now.set({ [what]: marked })
    if (what === 'hidden') this.veil()
    else this.spare()
  }

  /** Pixels of a tile that strokes leave alone; null where there are none. */
  readonly sparedIn = (key: TileKey): Uint8Array | null => this.spared.get(key) ?? null

  get hasLocked(): boolean {
    return this.spared.size > 0
  }

  private veil(): void {
    const veils = this.tilesOf(this.now.get().hidden, (one) => one.value)
    let isSame = veils.size === this.veils.size
    for (const [key, veil] of veils) {
      const before = this.veils.get(key)
      if (before && isEqual(before, veil)) veils.set(key, before)
      else isSame = false
    }
    this.veils = veils
    if (!isSame) this.desk.mask.hide(veils)
  }

  private spare(): void {
    this.spared = this.tilesOf(this.now.get().locked, () => 1)
  }

  private tilesOf(
    keys: ReadonlySet<ObjectKey>,
    valueOf: (one: MaskObject) => number,
  ): Map<TileKey, Uint8Array> {
    const tiles = new Map<TileKey, Uint8Array>()
    if (keys.size === 0) return tiles
    this.now.get().labelling?.forEachRun(keys, (key, one, first, last) => {
      let tile = tiles.get(key)
      if (!tile) tiles.set(key, (tile = new Uint8Array(TILE_PX)))
      tile.fill(valueOf(one), first, last + 1)
    })
    return tiles
  }

  // Changing

  /** What the keys do with objects, whatever the tool; false leaves the key to others. */
  act(action: Action): boolean {
    const { selected } = this.now.get()
    switch (action) {
      case 'nextObject':
        this.walk(1)
        return true
      case 'previousObject':
        this.walk(-1)
        return true
      case 'allObjects':
        this.fresh()
        this.selectAll(this.listed().map(({ key }) => key))
        return true
      case 'deleteObjects':
        this.erase()
        return true
      case 'moveObjects':
        this.moveTo(this.desk.choice.get().value)
        return true
      case 'mergeObjects':
        void this.merge()
        return true
      case 'splitObjects':
        void this.split()
        return true
      case 'makeObjects':
        void this.makeFromRegions()
        return true
      case 'numberObjects':
        void this.numberAsListed()
        return true
      case 'hideObjects':
        this.toggle('hidden', selected)
        return true
      case 'lockObjects':
        this.toggle('locked', selected)
        return true
      case 'cancel':
        // Whatever else Escape gives up, the selection goes too.
        if (selected.size > 0) this.select(null)
        return false
    }
    return false
  }

  moveTo(value: number): void {
    const labelling = this.fresh()
    const objects = this.changeable(labelling)
    const moving = objects?.filter((one) => one.value !== value)
    if (!moving?.length) return
    this.keep(moveTo(this.desk.mask, labelling, moving, value), 'object-class', {
      class: value,
      objects: moving.length,
    })
  }

  erase(): void {
    const labelling = this.fresh()
    const objects = this.changeable(labelling)
    if (!objects) return
    this.keep(erase(this.desk.mask, labelling, objects), 'object-delete', { objects: objects.length })
  }

  async merge(): Promise<void> {
    const labelling = this.fresh()
    const objects = this.changeable(labelling)
    if (!objects) return
    if (objects.length < 2) return this.desk.say(t('objects:merge_needs_two'), false)
    // The one that was clicked first lends its class.
    await this.withNumbers(idsToMerge(objects), ([fresh]) =>
      this.keep(merge(this.desk.mask, labelling, objects, fresh), 'object-merge', {
        objects: objects.length,
      }),
    )
  }

  async split(): Promise<void> {
    const labelling = this.fresh()
    const objects = this.changeable(labelling)
    if (!objects) return
    const splits = piecesToSplit(labelling, objects)
    if (splits.length === 0) return this.desk.say(t('objects:in_one_piece', { count: objects.length }), false)
    await this.withNumbers(idsToSplit(splits), (fresh) => {
      this.keep(split(this.desk.mask, labelling, splits, fresh), 'object-split', { objects: splits.length })
      this.fresh()
      this.selectAll([...splits.map(({ object }) => object.key), ...fresh])
    })
  }

  /** Give every region that the list shows a number of its own. */
  async makeFromRegions(): Promise<void> {
    const labelling = this.fresh()
    const loose = this.listed().filter(({ id }) => id === 0)
    if (loose.length === 0) return this.desk.say(t('objects:no_regions'), false)
    const objects = this.unlocked(labelling, loose)
    await this.renumber(labelling, objects, 'object-make')
  }

  /** Number all that the list shows in its order: the order of an export. */
  async numberAsListed(): Promise<void> {
    const labelling = this.fresh()
    const listed = this.listed()
    if (listed.length === 0) return this.desk.say(t('objects:none_listed'), false)
    await this.renumber(labelling, this.unlocked(labelling, listed), 'object-number')
  }

  private async renumber(labelling: Labelling, objects: readonly MaskObject[], tool: string): Promise<void> {
    if (objects.length === 0) return
    await this.withNumbers(objects.length, (fresh) => {
      this.keep(number(this.desk.mask, labelling, objects, fresh), tool, { objects: objects.length })
      const key = tool === 'object-make' ? 'objects:made' : 'objects:numbered'
      this.desk.say(t(key, { count: objects.length }), false)
    })
  }

  /** Do something that needs numbers for new objects. Nobody paints meanwhile. */
  private async withNumbers(needed: number, work: (fresh: number[]) => void): Promise<void> {
    if (!this.desk.mayPaint) return
    if (needed === 0) return work([])
    await this.desk.busy(async (run) => {
      let fresh: number[]
      try {
        fresh = await this.numbers.take(needed, run.signal)
      } catch (error) {
        if (run.isCancelled) return
        const sentence = error instanceof Error ? error.message : String(error)
        return this.desk.say(t('objects:no_numbers', { sentence }))
      }
      if (!run.isCancelled) work(fresh)
    })
  }

  /** What of the selected may be changed; null, and said why, when nothing may. */
  private changeable(labelling: Labelling): MaskObject[] | null {
    const { desk } = this
    const { selected } = this.now.get()
    if (!desk.mayPaint) return null
    if (selected.size === 0) {
      desk.say(t('objects:select_first'), false)
      return null
    }
    const chosen = [...selected].flatMap((key) => labelling.get(key) ?? [])
    const objects = this.unlocked(labelling, chosen)
    return objects.length > 0 ? objects : null
  }

  private unlocked(labelling: Labelling, objects: readonly MaskObject[]): MaskObject[] {
    const locked = { classes: this.desk.choice.get().locked, objects: this.now.get().locked }
    const found = free(
      labelling,
      objects.map(({ key }) => key),
      locked,
    )
    const kept = objects.length - found.length
    if (kept > 0) this.desk.say(t('objects:locked_left', { count: kept }), found.length === 0)
    return found
  }

  private keep(patch: Patch, tool: string, details: Record<string, unknown>): void {
    if (isNothing(patch)) return
    this.desk.keep(patch, tool, details)
    this.fresh()
  }
}

export function boxAround(objects: readonly MaskObject[]): Box | null {
  let box: Box | null = null
  for (const one of objects) box = union(box, one.box)
  return box
}

/** "Isolator 12"; a region has no number. */
export const nameOf = (className: string, { id }: MaskObject): string =>
  id > 0 ? `${className} ${count(id)}` : className

const isEqual = (a: Uint8Array, b: Uint8Array): boolean => {
  const [one, other] = [new Uint32Array(a.buffer), new Uint32Array(b.buffer)]
  return one.every((word, i) => word === other[i])
}
