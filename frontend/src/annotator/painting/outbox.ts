/** Edits on their way to the server: queued, sent one after another, merged with what others did meanwhile.
 *
 * What is on screen is always what the server last told, with the waiting edits applied on top in their order.
 */

import type { EditAnswer } from '../../shared/types'
import type { Journal, JournalEntry } from './journal'
import type { Mask } from './mask'
import { type Disputed, disputeNow, Meanwhile, rebased } from './merge'
import { applied, boxOf, fromKept, isNothing, type Patch, type Runs, type TileState, toKept } from './patch'
import { decode, encode, keyOf, type Pixels, type PlaneName, type TileKey, uniform, xOf, yOf } from './tile'
import { editFrame, type TileNews, type TileWrite } from './wire'

export type Saved = Pick<EditAnswer, 'seq' | 'versions'>

/** How the server is reached. Failures are thrown: see `Trouble`. */
export interface MaskServer {
  save(frame: Uint8Array<ArrayBuffer>): Promise<Saved>
  tiles(plane: PlaneName, since: number): Promise<{ seq: number; tiles: TileNews[] }>
}

/** Why an edit was not saved. */
export class Trouble extends Error {
  constructor(
    /**
     * moved: tiles changed meanwhile; refused: it will never be taken; away: worth another try; locked: nobody may
     * paint on the photo now.
     */
    readonly kind: 'moved' | 'refused' | 'away' | 'locked',
    message: string,
    readonly moved: TileNews[] = [],
  ) {
    super(message)
    this.name = 'Trouble'
  }
}

export type SaveState = { kind: 'saved' | 'saving' | 'offline' | 'locked'; waiting: number; problem: string }

/** Where pixels are noted that others and I changed differently. A dispute is the patch that makes mine theirs. */
export interface DisputeBook {
  /** An edit that overwrites others' pixels is about to be sent. */
  expect(uuid: string, dispute: Patch): Promise<void>
  /**
   * The edit is settled. `dispute`: what was disputed of it as it was taken, nothing when it was refused; null when it
   * was taken from another page, which had noted what was disputed.
   */
  settle(uuid: string, dispute: Patch | null, since: number): Promise<void>
  /** An edit of one's own: whoever paints over a disputed pixel has decided. */
  painted(patch: Patch): void
}

type Waiting = {
  uuid: string
  tool: string
  details: Record<string, unknown>
  patch: Patch
  /** Its tiles as they are after it. */
  after: Map<TileKey, TileState>
  kept: Promise<void>
  /** Edits of the photo that had been heard of when it was made. */
  since: number
  disputed: Map<TileKey, Disputed>
  /** What was sent so far, by versions that the tiles would get: whichever the server took tells what is disputed. */
  tries: { versions: Map<string, number>; dispute: Patch }[]
  /** The server may have it although it never said so. */
  isInDoubt: boolean
}

type Known = { version: number; pixels: Pixels }

export type OutboxOptions = {
  image: number
  user: number
  page: string
  /** Tell the person that an edit could not be kept, and why. */
  onRefused?: (sentence: string) => void
  onState?: (state: SaveState) => void
  book?: DisputeBook
  pause?: (ms: number) => Promise<void>
  /** Make a tile's bytes for the wire, beside the page where that can be. */
  encode?: typeof encode
}

const FIRST_RETRY_MS = 1000
const LAST_RETRY_MS = 15_000
/** Edits that take one's own pixels back or bring them again: others' pixels stay as they are. */
const YIELDING: ReadonlySet<string> = new Set(['undo', 'redo'])
/** What browsers let a page send while it closes, less some room for headers. */
const LEAVING_BYTES = 60_000

export class Outbox {
  state: SaveState = { kind: 'saved', waiting: 0, problem: '' }
  private readonly known: Record<PlaneName, Map<TileKey, Known>> = { class: new Map(), object: new Map() }
  private readonly seen: Record<PlaneName, number> = { class: 0, object: 0 }
  private readonly waiting: Waiting[] = []
  private line: Promise<unknown> = Promise.resolve()
  private isSending = false
  /** Whether the server's last answer was that nobody may paint on the photo now. */
  private isLocked = false
  private isPainting = false
  private whenStill: (() => void)[] = []
  private wake: () => void = () => {}
  private isClosed = false
  /** How far the photo is, as far as anybody told. */
  private heard = 0

  constructor(
    private readonly mask: Mask,
    private readonly server: MaskServer,
    private readonly journal: Journal,
    private readonly options: OutboxOptions,
  ) {}

  /** Edits the server has not acknowledged. */
  get unsent(): number {
    return this.waiting.length
  }

  /** Whether the server told of edits that are not here yet. */
  get isBehind(): boolean {
    return this.seen.class < this.heard
  }

  /** Fetch the mask, then repeat the strokes that an earlier page could not send. */
  async open(): Promise<void> {
    await this.inLine(() => Promise.all([this.fetch('class'), this.fetch('object')]))
    const left = await this.journal.left(this.options.image, this.options.user).catch(() => [])
    if (left.length === 0) return
    await this.still()
    for (const entry of left) this.waiting.push(fromJournal(entry))
    this.rebuild(new Set(this.waiting.flatMap((edit) => [...edit.patch.tiles.keys()])))
    void this.sendAll()
  }

  /** A stroke begins or ends: others' pixels wait so that they do not fall into it. */
  setPainting(isPainting: boolean): void {
    this.isPainting = isPainting
    if (!isPainting) this.whenStill.splice(0).forEach((go) => go())
    this.tell()
  }

  /** Edits on their way, in their order. */
  get edits(): readonly Readonly<{ uuid: string; tool: string; patch: Patch }>[] {
    return this.waiting
  }

  /** Queue an edit that is already in the mask. */
  add(
    patch: Patch,
    tool: string,
    details: Record<string, unknown> = {},
    uuid: string = crypto.randomUUID(),
  ): void {
    const after = new Map<TileKey, TileState>()
    for (const key of patch.tiles.keys()) after.set(key, this.stateOf(key))
    const { image, user, page } = this.options
    const since = this.seen.class
    const entry = { uuid, image, user, page, at: Date.now(), tool, details, patch: toKept(patch), since }
    // A browser that keeps no journal is no reason not to save.
    const kept = this.journal.put(entry).catch(() => {})
    this.waiting.push({ ...nothingKnown(), uuid, tool, details, patch, after, kept, since })
    this.options.book?.painted(patch)
    // Deflated ahead, so that a closing page has bytes to send.
    void this.pack(this.waiting.at(-1)!)
    this.tell()
    void this.sendAll()
  }

  /** Send what waits now, also when a retry was scheduled for later. */
  flush(): void {
    this.wake()
    void this.sendAll()
  }

  /** The server says how far the photo is: fetch what is new, unless it turns out to be edits of our own. */
  async hear(seq: number): Promise<void> {
    this.heard = Math.max(this.heard, seq)
    await this.still()
    await this.inLine(async () => {
      if (!this.isBehind) return
      await this.fetch('class')
      await this.fetch('object')
    })
  }

  /** Ask whether others painted. */
  async refresh(): Promise<void> {
    if (this.state.kind === 'offline') return this.wake()
    await this.still()
    await this.inLine(async () => {
      const before = this.seen.class
      await this.fetch('class')
      // Any edit may have been the first that gave an object an id of its own.
      if (this.mask.hasObjects || this.seen.class > before) await this.fetch('object')
    })
  }

  /** The page is closing: send at once what a browser lets through. Versions are those we expect to get. */
  leave(): void {
    let room = LEAVING_BYTES
    const ahead = new Map<string, number>()
    for (const [place, edit] of this.waiting.entries()) {
      const tiles = this.writesOf(edit, (name) => ahead.get(name) ?? 0)
      const isUnderWay = place === 0 && this.isSending
      if (tiles.some(({ data }) => data === null)) return
      if (tiles.length === 0) continue
      const frame = editFrame(this.headOf(edit), tiles as TileWrite[])
      if (!isUnderWay) {
        if (frame.length > room) return
        edit.isInDoubt = true
        void this.server.save(frame).catch(() => {})
      }
      room -= frame.length
      for (const { plane, x, y } of tiles) {
        const name = nameOf(plane, x, y)
        ahead.set(name, (ahead.get(name) ?? 0) + 1)
      }
    }
  }

  /** Give up everything the server has not taken: the mask is as the server has it. */
  async discard(): Promise<void> {
    await this.inLine(async () => {
      await this.still()
      for (const edit of [...this.waiting]) this.giveUp(edit)
      this.isLocked = false
      this.tell('')
    })
    this.wake()
  }

  /** Stop retrying; what is unsent stays in the journal. */
  close(): void {
    this.isClosed = true
    this.wake()
  }

  private async sendAll(): Promise<void> {
    if (this.isSending) return
    this.isSending = true
    this.tell()
    let retry = FIRST_RETRY_MS
    try {
      while (this.waiting.length > 0 && !this.isClosed) {
        try {
          await this.inLine(() => this.sendFirst())
          retry = FIRST_RETRY_MS
          this.isLocked = false
          this.tell('')
        } catch (problem) {
          const trouble = problem instanceof Trouble ? problem : new Trouble('away', String(problem))
          if (trouble.kind === 'refused') {
            this.giveUp(this.waiting[0]!)
            this.options.onRefused?.(trouble.message)
          } else if (trouble.kind === 'moved') {
            await this.inLine(() => this.merge(trouble.moved)).catch(() => {})
          } else {
            this.isLocked = trouble.kind === 'locked'
            this.tell(trouble.message)
            await this.rest(retry)
            retry = Math.min(retry * 2, LAST_RETRY_MS)
          }
        }
      }
    } finally {
      this.isSending = false
      this.tell()
    }
  }

  private async sendFirst(): Promise<void> {
    const edit = this.waiting[0]
    // Given up while this waited for its turn.
    if (!edit) return
    await edit.kept
    await this.pack(edit)
    const tiles = this.writesOf(edit, () => 0).map((tile) => ({ ...tile, data: tile.data! }))
    if (tiles.length > 0) {
      await this.noteTry(edit, tiles)
      const saved = await this.server.save(editFrame(this.headOf(edit), tiles))
      await this.still()
      this.acknowledge(edit, tiles, saved)
      await this.settle(edit, saved)
    } else {
      await this.still()
      this.waiting.shift()
      // The server has it already, as we sent it last.
      await this.settle(edit, { seq: 0, versions: [] })
    }
    await this.journal.remove(edit.uuid).catch(() => {})
  }

  /** What will be disputed is kept before it is sent: a page that ends in between must not forget it. */
  private async noteTry(edit: Waiting, tiles: readonly TileWrite[]): Promise<void> {
    const dispute: Patch = { tiles: new Map() }
    for (const [key, disputed] of edit.disputed) {
      if (disputed.size > 0) dispute.tiles.set(key, disputed.runs(edit.after.get(key)!))
    }
    const versions = new Map(
      tiles.map(({ plane, x, y, if_version }) => [nameOf(plane, x, y), if_version + 1]),
    )
    edit.tries.push({ versions, dispute })
    edit.isInDoubt = true
    if (!isNothing(dispute)) await this.options.book?.expect(edit.uuid, dispute).catch(() => {})
  }

  /** Which of our tries the server took tells what of it is disputed. */
  private async settle(edit: Waiting, saved: Saved): Promise<void> {
    const taken = edit.tries.findLast(({ versions }) =>
      saved.versions.every(({ plane, x, y, version }) => {
        const tried = versions.get(nameOf(plane, x, y)) ?? version
        return tried === version || tried === version - 1
      }),
    )
    const dispute = taken ? disputeNow(taken.dispute, (key) => this.stateOf(key)) : null
    await this.options.book?.settle(edit.uuid, dispute, edit.since).catch(() => {})
  }

  private acknowledge(edit: Waiting, tiles: readonly TileWrite[], saved: Saved): void {
    this.waiting.shift()
    const versions = new Map(saved.versions.map(({ plane, x, y, version }) => [nameOf(plane, x, y), version]))
    const unclear = new Set<TileKey>()
    // The server may have had to change more than was sent, so that the rules of masks are kept.
    let isAmended = versions.size > tiles.length
    for (const { plane, x, y, if_version } of tiles) {
      const key = keyOf(x, y)
      const version = versions.get(nameOf(plane, x, y))
      const state = edit.after.get(key)!
      const pixels = plane === 'class' ? state.classes : state.objects!
      if (version === if_version + 1) {
        this.known[plane].set(key, { version, pixels })
      } else if (version === if_version + 2) {
        // A version left out: it is nearly what was sent, until the server has told what it is.
        this.known[plane].set(key, { version: if_version, pixels })
        isAmended = true
      } else {
        // Saved by an earlier try, on other tiles than we know: the server tells what it made of it.
        unclear.add(key)
      }
    }
    if (unclear.size === 0 && !isAmended) {
      for (const plane of ['class', 'object'] as const) {
        if (saved.seq === this.seen[plane] + 1) this.seen[plane] = saved.seq
      }
      return
    }
    this.rebuild(unclear)
    void this.inLine(async () => {
      await this.fetch('class')
      if (this.mask.hasObjects || isAmended) await this.fetch('object')
    }).catch(() => {})
  }

  private giveUp(edit: Waiting): void {
    this.waiting.splice(this.waiting.indexOf(edit), 1)
    // What changes under the edits after it was never anybody else's.
    this.rebuild(new Set(edit.patch.tiles.keys()), true)
    void this.options.book?.settle(edit.uuid, { tiles: new Map() }, edit.since).catch(() => {})
    void this.journal.remove(edit.uuid).catch(() => {})
  }

  /** Deflate what an edit has to send, one tile after another: all at once would take every core from what is shown. */
  private async pack(edit: Waiting): Promise<void> {
    for (const { pixels } of this.changesOf(edit)) await encoded(pixels, this.options.encode ?? encode)
  }

  /** Tiles of an edit that differ from what the server has. */
  private changesOf(edit: Waiting): { plane: PlaneName; key: TileKey; pixels: Pixels }[] {
    return [...edit.after].flatMap(([key, { classes, objects }]) =>
      (['class', 'object'] as const).flatMap((plane) => {
        const pixels = plane === 'class' ? classes : objects
        const known = this.known[plane].get(key)?.pixels ?? uniform(plane, 0)
        return !pixels || isSame(pixels, known) ? [] : [{ plane, key, pixels }]
      }),
    )
  }

  /** Tiles of an edit to write. Data is null while being deflated. */
  private writesOf(edit: Waiting, ahead: (name: string) => number) {
    return this.changesOf(edit).map(({ plane, key, pixels }) => ({
      plane,
      x: xOf(key),
      y: yOf(key),
      if_version: (this.known[plane].get(key)?.version ?? 0) + ahead(nameOf(plane, xOf(key), yOf(key))),
      data: ready.get(pixels) ?? null,
    }))
  }

  private headOf(edit: Waiting) {
    const { left, top, right, bottom } = boxOf(edit.patch)!
    const disputed = [...edit.disputed.values()].reduce((sum, { size }) => sum + size, 0)
    return {
      uuid: edit.uuid,
      tool: edit.tool,
      box: [left, top, right, bottom] as [number, number, number, number],
      details: disputed > 0 ? { ...edit.details, disputed } : edit.details,
    }
  }

  /** Take over tiles that moved. Objects and classes go together, so with an object plane all news is fetched. */
  private async merge(moved: TileNews[]): Promise<void> {
    // Whoever is told of a conflict has not been saved before.
    this.waiting[0]!.isInDoubt = false
    await this.take(moved)
    if (this.mask.hasObjects) {
      await this.fetch('class')
      await this.fetch('object')
    }
  }

  private async fetch(plane: PlaneName): Promise<void> {
    const { seq, tiles } = await this.server.tiles(plane, this.seen[plane])
    await this.take(tiles)
    this.seen[plane] = Math.max(this.seen[plane], seq)
  }

  /** Put tiles of the server under the waiting edits. */
  private async take(news: TileNews[]): Promise<void> {
    const decoded = await Promise.all(news.map(({ plane, data }) => decode(plane, data)))
    await this.still()
    if (news.some(({ plane }) => plane === 'object')) this.mask.addObjects()
    const changed = new Set<TileKey>()
    for (const [i, { plane, x, y, version }] of news.entries()) {
      const key = keyOf(x, y)
      if (version <= (this.known[plane].get(key)?.version ?? 0)) continue
      this.known[plane].set(key, { version, pixels: decoded[i]! })
      changed.add(key)
    }
    this.rebuild(changed)
  }

  /**
   * Make tiles what the server has, with the waiting edits on top: see `merge`.
   *
   * isOwnDoing: what changed underneath was an edit of our own that is given up, so nobody disputes it.
   */
  private rebuild(keys: Set<TileKey>, isOwnDoing = false): void {
    for (const key of keys) {
      const meanwhile = new Meanwhile()
      let state: TileState = {
        classes: (this.known.class.get(key)?.pixels as Uint8Array | undefined) ?? uniform('class', 0),
        objects: this.mask.hasObjects
          ? ((this.known.object.get(key)?.pixels as Uint16Array | undefined) ?? uniform('object', 0))
          : null,
      }
      for (const edit of this.waiting) {
        const runs = edit.patch.tiles.get(key)
        if (!runs) continue
        const manner = { yields: YIELDING.has(edit.tool), isInDoubt: edit.isInDoubt }
        const before = isOwnDoing ? null : (edit.disputed.get(key) ?? null)
        const { runs: moved, disputed } = rebased(runs, state, manner, meanwhile, before)
        if (disputed && !isOwnDoing) edit.disputed.set(key, disputed)
        state = applied(moved, state)
        place(edit, key, moved, state)
      }
      this.mask.putClasses(key, state.classes)
      if (state.objects) this.mask.putObjects(key, state.objects)
    }
  }

  private stateOf(key: TileKey): TileState {
    return { classes: this.mask.classesOf(key), objects: this.mask.objectsOf(key) }
  }

  /** Everything that asks the server or changes what we know of it happens one after another. */
  private inLine<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.line.then(work)
    this.line = turn.catch(() => {})
    return turn
  }

  private async still(): Promise<void> {
    while (this.isPainting) await new Promise<void>((go) => this.whenStill.push(go))
  }

  private async rest(ms: number): Promise<void> {
    const pause = this.options.pause ?? ((time) => new Promise<void>((go) => setTimeout(go, time)))
    await Promise.race([pause(ms), new Promise<void>((go) => (this.wake = go))])
    this.wake = () => {}
  }

  /** problem: '' when the server answered, a sentence when it did not; the last one when nothing is known anew. */
  private tell(problem: string = this.state.problem): void {
    const waiting = this.waiting.length
    const isDirty = waiting > 0 || this.isPainting
    const trouble = this.isLocked ? 'locked' : 'offline'
    const kind = !isDirty ? 'saved' : problem && waiting > 0 ? trouble : 'saving'
    const state: SaveState = { kind, waiting, problem: kind === 'saved' || kind === 'saving' ? '' : problem }
    const { state: before } = this
    if (before.kind === kind && before.waiting === waiting && before.problem === state.problem) return
    this.state = state
    this.options.onState?.(state)
  }
}

const nameOf = (plane: PlaneName, x: number, y: number): string => `${plane} ${keyOf(x, y)}`

const nothingKnown = () => ({ disputed: new Map<TileKey, Disputed>(), tries: [], isInDoubt: false })

function fromJournal({ uuid, tool, details, patch, since = 0 }: JournalEntry): Waiting {
  const known = { ...nothingKnown(), isInDoubt: true }
  return {
    ...known,
    uuid,
    tool,
    details,
    patch: fromKept(patch),
    after: new Map(),
    kept: Promise.resolve(),
    since,
  }
}

/** An edit that has nothing left on a tile has nothing to do with it any more. */
function place(edit: Waiting, key: TileKey, runs: Runs, after: TileState): void {
  if (runs.length > 0) {
    edit.patch.tiles.set(key, runs)
    edit.after.set(key, after)
  } else {
    edit.patch.tiles.delete(key)
    edit.after.delete(key)
  }
}

const packing = new WeakMap<Pixels, Promise<void>>()
const ready = new WeakMap<Pixels, Uint8Array<ArrayBuffer>>()

/** Deflate a tile once; later `ready` has it. */
function encoded(pixels: Pixels, by: typeof encode): Promise<void> {
  let work = packing.get(pixels)
  if (!work) {
    work = by(pixels).then((data) => void ready.set(pixels, data))
    packing.set(pixels, work)
  }
  return work
}

function isSame(a: Pixels, b: Pixels): boolean {
  if (a === b) return true
  const [left, right] = [a, b].map((one) => new Uint32Array(one.buffer, one.byteOffset, one.byteLength / 4))
  for (let i = 0; i < left!.length; i++) if (left![i] !== right![i]) return false
  return true
}
