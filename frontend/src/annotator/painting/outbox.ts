/** Edits on their way to the server: queued, sent one after another, merged with what others did meanwhile.
 *
 * What is on screen is always what the server last told, with the waiting edits applied on top in their order.
 */

import type { EditAnswer } from '../../shared/types'
import { uuid as newUuid } from '../../shared/uuid'
import { type Journal, type JournalEntry, nextMoment } from './journal'
import type { Mask } from './mask'
import { Disputed, disputeNow, rebased } from './merge'
import { applied, boxOf, fromKept, isNothing, type Patch, type Runs, type TileState, toKept } from './patch'
import {
  decode,
  encode,
  keyOf,
  type Pixels,
  type PlaneName,
  type TileKey,
  uniform,
  wordsOf,
  xOf,
  yOf,
} from './tile'
import { editFrame, type TileNews, type TileUnder, type TileWrite } from './wire'

export type Saved = Pick<EditAnswer, 'seq' | 'versions' | 'is_repeated'>

/** How the server is reached. Failures are thrown: see `Trouble`. */
export interface MaskServer {
  save(frame: Uint8Array<ArrayBuffer>): Promise<Saved>
  tiles(plane: PlaneName, since: number): Promise<{ seq: number; tiles: TileNews[] }>
}

/** Why an edit was not saved. */
export class Trouble extends Error {
  constructor(
    /**
     * moved: tiles changed meanwhile; refused: it will not be taken as it is; away: worth another try; locked: nobody may
     * paint on the photo now.
     */
    readonly kind: 'moved' | 'refused' | 'away' | 'locked',
    /** A sentence for the person; '' when there is none. */
    message: string,
    readonly moved: TileNews[] = [],
  ) {
    super(message)
    this.name = 'Trouble'
  }
}

export type SaveState = {
  kind: 'saved' | 'saving' | 'offline' | 'locked'
  waiting: number
  /** Why it is offline or locked; '' when nobody has said it in words. */
  problem: string
  /** Whether strokes would outlive this page: the browser kept the last one. */
  isKept: boolean
}

/** An edit that the server would not take, and why: it waits for the person to decide. */
export type Parked = JournalEntry & { refused: string }

/** Where pixels are noted that others and I changed differently. A dispute is the patch that makes mine theirs. */
export interface DisputeBook {
  /** An edit that overwrites others' pixels is about to be sent. */
  expect(uuid: string, dispute: Patch, versions: Versions): Promise<void>
  /** What an earlier page had noted of the try that was taken; null when that try disputed nothing. */
  noted(uuid: string, isTaken: (versions: Versions) => boolean): Promise<Patch | null>
  /** The edit is settled. dispute: what was disputed of it as it was taken, nothing when it was refused. */
  settle(uuid: string, dispute: Patch, since: number): Promise<void>
  /** An edit of one's own: whoever paints over a disputed pixel has decided. */
  painted(patch: Patch): void
}

/** Versions that the tiles of an edit get when it is taken as it is sent: that tells which of several tries was. */
export type Versions = ReadonlyMap<string, number>

type Waiting = {
  uuid: string
  tool: string
  details: Record<string, unknown>
  patch: Patch
  /** When it was made. */
  at: number
  /** Its tiles as they are after it. */
  after: Map<TileKey, TileState>
  kept: Promise<void>
  /** Edits of the photo that had been heard of when it was made. */
  since: number
  disputed: Map<TileKey, Disputed>
  /** What was sent so far: whichever the server took tells what is disputed. */
  tries: { versions: Versions; dispute: Patch }[]
  /** The server may have it although it never said so. */
  isInDoubt: boolean
  /** A page that has ended may have sent it, made on another state of the mask. */
  isInherited: boolean
  /** The person has asked for it again: what was painted since stays. */
  isAgain: boolean
}

type Known = { version: number; pixels: Pixels }

export type OutboxOptions = {
  image: number
  user: number
  page: string
  /** Tell the person that an edit was not taken, and why. */
  onRefused?: (sentence: string) => void
  /** What waits for the person to decide. */
  onParked?: (parked: readonly Parked[]) => void
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
  state: SaveState = { kind: 'saved', waiting: 0, problem: '', isKept: true }
  /** Edits the server would not take, oldest first. A new list whenever one comes or goes. */
  parked: readonly Parked[] = []
  private readonly known: Record<PlaneName, Map<TileKey, Known>> = { class: new Map(), object: new Map() }
  /** How far each plane is known; -1 before it was asked for. */
  private readonly seen: Record<PlaneName, number> = { class: -1, object: -1 }
  private readonly waiting: Waiting[] = []
  private line: Promise<unknown> = Promise.resolve()
  private isSending = false
  /** The edit whose request is out; null between two tries. */
  private underWay: Waiting | null = null
  /** Why nothing could be sent the last time; null when the server took it. */
  private trouble: { kind: 'offline' | 'locked'; problem: string } | null = null
  /** Whether the browser kept what it was given last. */
  private isKept = true
  private isPainting = false
  private whenStill: (() => void)[] = []
  /** What the journal is to be given in a moment. */
  private readonly unkept = new Set<() => void>()
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

  /** Edits that closing the page would lose, or delay. */
  get atRisk(): number {
    return this.waiting.length + (this.isKept ? 0 : this.parked.length)
  }

  /** Whether the server told of edits that are not here yet. */
  get isBehind(): boolean {
    return this.seen.class < this.heard
  }

  /** Fetch the mask, then repeat the strokes that earlier pages could not send; returns how many. */
  async open(): Promise<number> {
    await this.inLine(() => this.catchUp())
    const { image, user, page } = this.options
    const left: JournalEntry[] = await this.journal.adopt(image, user, page).catch(() => [])
    if (left.length === 0) return 0
    await this.still()
    const parked = left.filter(isParked)
    this.tellParked(parked)
    for (const entry of left) if (!isParked(entry)) this.waiting.push(fromJournal(entry))
    this.rebuild(new Set(this.waiting.flatMap((edit) => [...edit.patch.tiles.keys()])))
    void this.sendAll()
    return left.length - parked.length
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
  add(patch: Patch, tool: string, details: Record<string, unknown> = {}, uuid: string = newUuid()): void {
    const after = new Map<TileKey, TileState>()
    let last: TileState | null = null
    for (const key of patch.tiles.keys()) {
      const state = this.stateOf(key)
      // Of thousands of tiles nearly all are one and the same.
      if (state.classes !== last?.classes || state.objects !== last.objects) last = state
      after.set(key, last)
    }
    // Two edits in one millisecond are replayed in their order, too.
    const at = nextMoment()
    const made = { ...nothingKnown(), uuid, tool, details, patch, at, after, since: this.seen.class }
    const edit = { ...made, kept: this.keepSoon(made) }
    this.waiting.push(edit)
    this.options.book?.painted(patch)
    // Deflated ahead, so that a closing page has bytes to send.
    const under = this.underLast()
    setTimeout(() => void this.pack(edit, under))
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
      if (this.isBehind) await this.catchUp()
    })
  }

  /** Ask whether others painted. */
  async refresh(): Promise<void> {
    if (this.state.kind === 'offline') return this.wake()
    await this.still()
    await this.inLine(() => this.catchUp())
  }

  /** The page is closing: send at once what a browser lets through. Versions are those that the edits before it will make. */
  leave(): void {
    this.keepNow()
    let room = LEAVING_BYTES
    const made = new Map<string, Version>()
    const under = new Map<TileKey, TileState>()
    const unwritten = new Set<TileKey>()
    const versionOf: VersionOf = (plane, key) => made.get(nameOf(plane, key)) ?? this.versionOf(plane, key)
    for (const edit of this.waiting) {
      const tiles = this.writesOf(edit, versionOf, under)
      const isUnderWay = edit === this.underWay
      if (tiles.some(({ data }) => data === null)) return
      // Nothing would keep it behind an edit that does not write this tile.
      if ([...edit.after.keys()].some((key) => unwritten.has(key))) return
      // What it disputes could not be noted in time.
      if (!isUnderWay && disputedIn(edit) > 0) return
      for (const key of edit.after.keys()) unwritten.add(key)
      if (tiles.length === 0) continue
      const frame = editFrame(this.headOf(edit, tiles, versionOf), tiles as TileWrite[])
      room -= frame.length
      if (room < 0) return
      if (!isUnderWay) {
        edit.isInDoubt = true
        void this.server.save(frame).catch(() => {})
      }
      for (const { plane, x, y, if_version } of tiles) {
        made.set(nameOf(plane, keyOf(x, y)), { if_version: if_version + 1, by: edit.uuid })
        unwritten.delete(keyOf(x, y))
      }
      for (const [key, state] of edit.after) under.set(key, state)
    }
  }

  /** Give up everything the server has not taken: the mask is as the server has it. */
  async discard(): Promise<void> {
    await this.inLine(async () => {
      await this.still()
      for (const edit of [...this.waiting]) this.giveUp(edit)
      this.tell(null)
    })
    this.wake()
  }

  /**
   * Send an edit that was not taken once more. It changes only what is still as it was under it; false where that is
   * nothing, and it goes on waiting.
   */
  async tryAgain(uuid: string): Promise<boolean> {
    const entry = this.unpark(uuid)
    if (!entry) return false
    const again: JournalEntry = { ...entry, isAgain: true }
    delete again.refused
    const edit = { ...fromJournal(again), isInDoubt: false }
    const isLeft = await this.inLine(async () => {
      await this.still()
      this.waiting.push(edit)
      this.rebuild(new Set(edit.patch.tiles.keys()))
      if (isNothing(edit.patch)) this.waiting.pop()
      else edit.kept = this.keep(again)
      return !isNothing(edit.patch)
    })
    if (!isLeft) this.tellParked([...this.parked, entry])
    this.tell()
    this.flush()
    return isLeft
  }

  /** Give up an edit that was not taken. */
  async discardParked(uuid: string): Promise<void> {
    if (this.unpark(uuid)) await this.journal.remove(uuid).catch(() => {})
  }

  /** Stop retrying; what is unsent stays in the journal. */
  close(): void {
    this.keepNow()
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
          this.tell(null)
        } catch (problem) {
          // What goes wrong in the page itself says so in a programmer's words.
          const trouble = problem instanceof Trouble ? problem : new Trouble('away', '')
          if (trouble.kind === 'refused') {
            this.park(this.waiting[0]!, trouble.message)
            this.options.onRefused?.(trouble.message)
          } else if (trouble.kind === 'moved' && (await this.isMerged(trouble.moved))) {
            retry = FIRST_RETRY_MS
          } else {
            const kind = trouble.kind === 'locked' ? 'locked' : 'offline'
            this.tell({ kind, problem: trouble.message })
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

  private isMerged(moved: TileNews[]): Promise<boolean> {
    return this.inLine(() => this.merge(moved)).then(
      () => true,
      () => false,
    )
  }

  private async sendFirst(): Promise<void> {
    const edit = this.waiting[0]
    // Given up while this waited for its turn.
    if (!edit) return
    await edit.kept
    await this.pack(edit)
    const versionOf: VersionOf = (plane, key) => this.versionOf(plane, key)
    const tiles = this.writesOf(edit, versionOf).map((tile) => ({ ...tile, data: tile.data! }))
    if (tiles.length > 0) {
      await this.noteTry(edit, tiles)
      const saved = await this.post(edit, editFrame(this.headOf(edit, tiles, versionOf), tiles))
      await this.still()
      this.acknowledge(edit, tiles, saved)
      await this.settle(edit, saved)
    } else {
      await this.still()
      this.waiting.shift()
      // Others have done all of it.
      await this.options.book?.settle(edit.uuid, NOTHING, edit.since).catch(() => {})
    }
    await this.journal.remove(edit.uuid).catch(() => {})
  }

  private async post(edit: Waiting, frame: Uint8Array<ArrayBuffer>): Promise<Saved> {
    this.underWay = edit
    try {
      return await this.server.save(frame)
    } finally {
      this.underWay = null
    }
  }

  /** What will be disputed is kept before it is sent: a page that ends in between must not forget it. */
  private async noteTry(edit: Waiting, tiles: readonly TileWrite[]): Promise<void> {
    const dispute: Patch = { tiles: new Map() }
    for (const [key, disputed] of edit.disputed) {
      if (disputed.size > 0) dispute.tiles.set(key, disputed.runs(edit.after.get(key)!))
    }
    const versions = new Map(
      tiles.map(({ plane, x, y, if_version }) => [nameOf(plane, keyOf(x, y)), if_version + 1]),
    )
    edit.tries.push({ versions, dispute })
    edit.isInDoubt = true
    if (!isNothing(dispute)) await this.options.book?.expect(edit.uuid, dispute, versions).catch(() => {})
  }

  /** Which of the tries the server took tells what of it is disputed. */
  private async settle(edit: Waiting, saved: Saved): Promise<void> {
    const { book } = this.options
    if (!book) return
    const got = new Map(
      saved.versions.map(({ plane, x, y, version }) => [nameOf(plane, keyOf(x, y)), version]),
    )
    const isTaken = (versions: Versions): boolean =>
      versions.size === got.size && [...versions].every(([name, version]) => got.get(name) === version)
    const taken = edit.tries.findLast(({ versions }) => isTaken(versions))
    const noted = taken ? taken.dispute : await book.noted(edit.uuid, isTaken).catch(() => null)
    const dispute = disputeNow(noted ?? NOTHING, (key) => this.stateOf(key))
    await book.settle(edit.uuid, dispute, edit.since).catch(() => {})
  }

  private acknowledge(edit: Waiting, tiles: readonly TileWrite[], saved: Saved): void {
    this.waiting.shift()
    const versions = new Map(
      saved.versions.map(({ plane, x, y, version }) => [nameOf(plane, keyOf(x, y)), version]),
    )
    const unclear = new Set<TileKey>()
    // What a page that has ended sent was made on what that one saw.
    const isUnseen = edit.isInherited && saved.is_repeated
    // The server may have had to change more than was sent, so that the rules of masks are kept.
    let isAmended = versions.size > tiles.length
    for (const { plane, x, y, if_version } of tiles) {
      const key = keyOf(x, y)
      const version = versions.get(nameOf(plane, keyOf(x, y)))
      const pixels = planeOf(edit.after.get(key)!, plane)!
      if (version === if_version + 1 && !isUnseen) {
        this.known[plane].set(key, { version, pixels })
      } else if (version === if_version + 1 || version === if_version + 2) {
        // A version left out: it is nearly what was sent, until the server has told what it is.
        this.known[plane].set(key, { version: if_version, pixels })
        isAmended = true
      } else {
        // Saved by an earlier try, on other tiles than we know: the server tells what it made of it.
        unclear.add(key)
      }
    }
    if (unclear.size === 0 && !isAmended) {
      for (const plane of PLANES) {
        if (saved.seq === this.seen[plane] + 1) this.seen[plane] = saved.seq
      }
      return
    }
    this.rebuild(unclear)
    void this.inLine(() => this.catchUp()).catch(() => {})
  }

  private giveUp(edit: Waiting): void {
    this.takeOut(edit)
    // Not before it is there: it would come back.
    void edit.kept.then(() => this.journal.remove(edit.uuid)).catch(() => {})
  }

  /** Put an edit aside that the server will not take as it is; those after it go on without it. */
  private park(edit: Waiting, refused: string): void {
    // As it is on top of what was before it: that is what it has to meet again.
    const entry = { ...this.entryOf(edit), refused }
    this.takeOut(edit)
    void this.keep(entry)
    this.tellParked([...this.parked, entry])
  }

  private takeOut(edit: Waiting): void {
    this.waiting.splice(this.waiting.indexOf(edit), 1)
    this.rebuild(new Set(edit.patch.tiles.keys()), edit)
    void this.options.book?.settle(edit.uuid, NOTHING, edit.since).catch(() => {})
  }

  private unpark(uuid: string): Parked | undefined {
    const entry = this.parked.find((one) => one.uuid === uuid)
    if (entry) this.tellParked(this.parked.filter((one) => one !== entry))
    return entry
  }

  private tellParked(parked: readonly Parked[]): void {
    this.parked = parked
    this.options.onParked?.(parked)
  }

  /** A browser that keeps no journal is no reason not to save, but one to say so. */
  private async keep(entry: JournalEntry): Promise<void> {
    this.isKept = await this.journal.put(entry).then(
      () => true,
      () => false,
    )
    this.tell()
  }

  /** The same in a task of its own: what was painted is seen before the browser copies it. */
  private keepSoon(made: Omit<Waiting, 'kept'>): Promise<void> {
    // As it is now: what others painted meanwhile may change it first.
    const edit = { ...made, patch: { tiles: new Map(made.patch.tiles) } }
    return new Promise((kept) => {
      const keep = () => {
        if (this.unkept.delete(keep)) kept(this.keep(this.entryOf(edit)))
      }
      this.unkept.add(keep)
      setTimeout(keep)
    })
  }

  private keepNow(): void {
    for (const keep of this.unkept) keep()
  }

  private entryOf(edit: Omit<Waiting, 'kept'>): JournalEntry {
    const { image, user, page } = this.options
    const { uuid, at, tool, details, since, isAgain } = edit
    const entry = { uuid, image, user, page, at, tool, details, patch: toKept(edit.patch), since }
    return isAgain ? { ...entry, isAgain } : entry
  }

  /** Deflate what an edit has to send, one tile after another: all at once would take every core from what is shown. */
  private async pack(edit: Waiting, under?: ReadonlyMap<TileKey, TileState>): Promise<void> {
    // Of thousands of tiles nearly all are one and the same.
    const unpacked = new Set<Pixels>()
    for (const { pixels } of this.changesOf(edit, under)) if (!ready.has(pixels)) unpacked.add(pixels)
    for (const pixels of unpacked) await encoded(pixels, this.options.encode ?? encode)
  }

  /** Tiles of an edit that differ from what the server has, or will have: `under` holds those that edits on their way make. */
  private changesOf(
    edit: Waiting,
    under: ReadonlyMap<TileKey, TileState> = new Map(),
  ): { plane: PlaneName; key: TileKey; pixels: Pixels }[] {
    const changes: { plane: PlaneName; key: TileKey; pixels: Pixels }[] = []
    for (const plane of PLANES) {
      const nothing = uniform(plane, 0)
      for (const [key, state] of edit.after) {
        const pixels = planeOf(state, plane)
        if (!pixels) continue
        const before = under.get(key)
        const was = (before && planeOf(before, plane)) ?? this.known[plane].get(key)?.pixels ?? nothing
        // Of thousands of tiles nearly all differ where the edit begins in them.
        const first = edit.patch.tiles.get(key)?.[0] ?? 0
        if (pixels[first] !== was[first] || !isSame(pixels, was)) changes.push({ plane, key, pixels })
      }
    }
    if (changes.length > 0 || !edit.isInDoubt) return changes
    // Either it was saved, or others did the same: the server's answer tells, and what is disputed of it.
    return [...edit.after].slice(0, 1).map(([key, { classes }]) => ({ plane: 'class', key, pixels: classes }))
  }

  /** Tiles as the waiting edits will have made them, without the last. */
  private underLast(): Map<TileKey, TileState> {
    return new Map(this.waiting.slice(0, -1).flatMap(({ after }) => [...after]))
  }

  /** Tiles of an edit to write. Data is null while being deflated. */
  private writesOf(edit: Waiting, versionOf: VersionOf, under?: ReadonlyMap<TileKey, TileState>) {
    return this.changesOf(edit, under).map(({ plane, key, pixels }) => ({
      plane,
      x: xOf(key),
      y: yOf(key),
      ...versionOf(plane, key),
      data: ready.get(pixels) ?? null,
    }))
  }

  private versionOf(plane: PlaneName, key: TileKey): Version {
    return { if_version: this.known[plane].get(key)?.version ?? 0 }
  }

  private headOf(
    edit: Waiting,
    tiles: readonly Pick<TileWrite, 'plane' | 'x' | 'y'>[],
    versionOf: VersionOf,
  ) {
    const written = new Set(tiles.map(({ plane, x, y }) => nameOf(plane, keyOf(x, y))))
    const unchanged = [...edit.after.keys()].flatMap((key) =>
      PLANES.filter((plane) => !written.has(nameOf(plane, key))).map((plane): TileUnder => {
        const { if_version, by } = versionOf(plane, key)
        return by ? [plane, xOf(key), yOf(key), if_version, by] : [plane, xOf(key), yOf(key), if_version]
      }),
    )
    const { left, top, right, bottom } = boxOf(edit.patch)!
    const disputed = disputedIn(edit)
    return {
      uuid: edit.uuid,
      tool: edit.tool,
      box: [left, top, right, bottom] as [number, number, number, number],
      details: disputed > 0 ? { ...edit.details, disputed } : edit.details,
      unchanged,
    }
  }

  /** Take over tiles that moved, and all other news: they may have moved on, and their objects with them. */
  private async merge(moved: TileNews[]): Promise<void> {
    // Whoever is told of a conflict has not been saved before.
    this.waiting[0]!.isInDoubt = false
    await this.catchUp(moved)
  }

  /**
   * Fetch what is new and put it under the waiting edits, both planes as they were at one moment: an edit may find a class
   * of now with an object of before to be all it wanted.
   */
  private async catchUp(moved: readonly TileNews[] = []): Promise<void> {
    const news = [...moved]
    const seq = { ...this.seen }
    const ask = async (plane: PlaneName): Promise<void> => {
      const found = await this.server.tiles(plane, Math.max(seq[plane], 0))
      seq[plane] = Math.max(seq[plane], found.seq)
      news.push(...found.tiles)
    }
    do {
      await ask('class')
      if (seq.object !== seq.class) await ask('object')
    } while (seq.object !== seq.class)
    await this.take(news)
    Object.assign(this.seen, seq)
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
   * givenUp: what changed underneath is this edit, which is gone: nobody else's doing, apart from what it disputed.
   */
  private rebuild(keys: Set<TileKey>, givenUp: Waiting | null = null): void {
    for (const key of keys) {
      let state: TileState = {
        classes: (this.known.class.get(key)?.pixels as Uint8Array | undefined) ?? uniform('class', 0),
        objects: this.mask.hasObjects
          ? ((this.known.object.get(key)?.pixels as Uint16Array | undefined) ?? uniform('object', 0))
          : null,
      }
      for (const edit of this.waiting) {
        const runs = edit.patch.tiles.get(key)
        if (!runs) continue
        const manner = { yields: edit.isAgain || YIELDING.has(edit.tool), isInDoubt: edit.isInDoubt }
        const moved = rebased(runs, state, manner, {
          disputed: edit.disputed.get(key),
          undone: this.undoneBy(edit, key),
          givenUp: givenUp && (givenUp.disputed.get(key) ?? new Disputed()),
        })
        if (moved.disputed) edit.disputed.set(key, moved.disputed)
        state = applied(moved.runs, state)
        place(edit, key, moved.runs, state)
      }
      this.mask.putClasses(key, state.classes)
      if (state.objects) this.mask.putObjects(key, state.objects)
    }
  }

  /** What waits of an edit that another takes back, on a tile; null where it does not wait any more. */
  private undoneBy(edit: Waiting, key: TileKey): Runs | null {
    if (!YIELDING.has(edit.tool)) return null
    const undone = this.waiting.find(({ uuid }) => uuid === edit.details.undoes)
    return undone ? (undone.patch.tiles.get(key) ?? NO_RUNS) : null
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

  /** trouble: null when the server has answered; the last one when nothing is known anew. */
  private tell(trouble = this.trouble): void {
    const waiting = this.waiting.length
    if (waiting === 0) trouble = null
    this.trouble = trouble
    const isDirty = waiting > 0 || this.isPainting
    const { kind, problem } = trouble ?? ({ kind: isDirty ? 'saving' : 'saved', problem: '' } as const)
    const { isKept, state: before } = this
    if (
      before.kind === kind &&
      before.waiting === waiting &&
      before.problem === problem &&
      before.isKept === isKept
    )
      return
    this.state = { kind, waiting, problem, isKept }
    this.options.onState?.(this.state)
  }
}

const nameOf = (plane: PlaneName, key: TileKey): string => `${plane} ${key}`

const disputedIn = (edit: Waiting): number =>
  [...edit.disputed.values()].reduce((sum, { size }) => sum + size, 0)

const PLANES = ['class', 'object'] as const
const planeOf = ({ classes, objects }: TileState, plane: PlaneName): Pixels | null =>
  plane === 'class' ? classes : objects

type Version = Pick<TileWrite, 'if_version' | 'by'>
type VersionOf = (plane: PlaneName, key: TileKey) => Version

const NO_RUNS: Runs = new Uint16Array()
const NOTHING: Patch = { tiles: new Map() }

const nothingKnown = () => ({
  disputed: new Map<TileKey, Disputed>(),
  tries: [],
  isInDoubt: false,
  isInherited: false,
  isAgain: false,
})

const isParked = (entry: JournalEntry): entry is Parked => entry.refused !== undefined

function fromJournal(entry: JournalEntry): Waiting {
  const { uuid, at, tool, details, patch, since = 0, isAgain = false } = entry
  return {
    ...nothingKnown(),
    isInDoubt: true,
    isInherited: true,
    isAgain,
    uuid,
    at,
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
  const [left, right] = [wordsOf(a), wordsOf(b)]
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return false
  return true
}
