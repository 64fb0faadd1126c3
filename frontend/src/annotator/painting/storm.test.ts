/** Three people paint a few pixels of one photo while requests are lost, late or doubled and pages end.
 *
 * What bench/soak.py does with browsers, without them: whole histories in milliseconds, shrunk to the shortest that
 * goes wrong, and every pixel can be asked who made it what it is.
 */

import fc from 'fast-check'
import { expect, test, vi } from 'vitest'

import { Disputes, MemoryShelf } from './disputes'
import { History, type PastStep } from './history'
import { MemoryJournal } from './journal'
import { Mask } from './mask'
import { type DisputeBook, Outbox, type Saved, Trouble } from './outbox'
import { difference, FIELDS, type Patch, RunWriter, type TileState } from './patch'
import { bytesOf, keyOf, type Pixels, type PlaneName, type TileKey, uniform, xOf, yOf } from './tile'
import type { EditHead, TileNews, TileWrite } from './wire'

// Tiles of one row, and not deflated: that takes longer than all the rest, and ends at a moment of its own choosing.
vi.mock('./tile', async (original) => {
  const empty = { class: new Uint8Array(ROW), object: new Uint16Array(ROW) }
  return {
    ...(await original<typeof import('./tile')>()),
    TILE_PX: ROW,
    uniform: (plane: PlaneName) => empty[plane],
    encode: async (pixels: Pixels) => bytesOf(pixels).slice(),
    decode: async (plane: PlaneName, data: Uint8Array<ArrayBuffer>) => decodedNow(plane, data),
  }
})

const { ROW } = vi.hoisted(() => ({ ROW: 256 }))
const ROW_BOX = { left: 0, top: 0, right: ROW, bottom: 1 }

const decodedNow = (plane: PlaneName, data: Uint8Array): Pixels =>
  plane === 'class' ? data.slice() : new Uint16Array(data.slice().buffer)

// ---------------------------------------------------------------- the few pixels

const PEOPLE = 3
/** Four pixels of one tile, two of another. */
const PLACES = [0, 1, 2, 3, 4, 5]
const keyAt = (place: number): TileKey => keyOf(place < 4 ? 0 : 1, 0)
const pixelAt = (place: number): number => (place < 4 ? place : place - 4)
const placeOf = (key: TileKey, pixel: number): number => pixel + (xOf(key) === 0 ? 0 : 4)
const KEYS = [keyOf(0, 0), keyOf(1, 0)]

/** Class and object of a pixel as one number. */
const packed = (value: number, object: number): number => value | (object << 8)
const valuesIn = (stateOf: (key: TileKey) => TileState): number[] =>
  PLACES.map((place) => {
    const { classes, objects } = stateOf(keyAt(place))
    return packed(classes[pixelAt(place)]!, objects?.[pixelAt(place)] ?? 0)
  })

function valuesOf(patch: Patch): Map<number, { before: number; after: number }> {
  const found = new Map<number, { before: number; after: number }>()
  for (const [key, runs] of patch.tiles) {
    for (let i = 0; i < runs.length; i += FIELDS) {
      for (let pixel = runs[i]!; pixel <= runs[i]! + runs[i + 1]!; pixel++) {
        const before = packed(runs[i + 2]!, runs[i + 4]!)
        found.set(placeOf(key, pixel), { before, after: packed(runs[i + 3]!, runs[i + 5]!) })
      }
    }
  }
  return found
}

// ---------------------------------------------------------------- the server

type Done = {
  uuid: string
  user: number
  tool: string
  undoes?: string
  seq: number
  before: number[]
  after: number[]
}

type Head = Omit<EditHead, 'details'> & {
  details: { undoes?: string }
  tiles: (TileWrite & { length: number })[]
}

type Sent = {
  plane: PlaneName
  x: number
  y: number
  key: TileKey
  if_version: number
  by?: string
  pixels: Pixels
}

/** The rules of annotator/services/masks.py. */
class Server {
  done: Done[] = []
  readonly answers = new Map<string, Saved>()
  readonly refused = new Set<string>()
  readonly tiles: Record<PlaneName, Map<TileKey, { version: number; seq: number; pixels: Pixels }>> = {
    class: new Map(),
    object: new Map(),
  }
  /** When a tile got its version. */
  readonly seqOf = new Map<string, number>()

  get seq(): number {
    return this.done.length
  }

  stateOf = (key: TileKey): TileState => ({
    classes: this.pixels('class', key) as Uint8Array,
    objects: this.pixels('object', key) as Uint16Array,
  })

  private pixels = (plane: PlaneName, key: TileKey): Pixels =>
    this.tiles[plane].get(key)?.pixels ?? (plane === 'class' ? uniform('class', 0) : uniform('object', 0))

  /** isRefused: that it is not to be taken, now or ever. */
  save(frame: Uint8Array, user: number, isRefused = false): Saved {
    const length = new DataView(frame.buffer).getUint32(0, true)
    const head = JSON.parse(new TextDecoder().decode(frame.subarray(4, 4 + length))) as Head
    const known = this.answers.get(head.uuid)
    if (known) return { ...known, is_repeated: true }
    if (isRefused) this.refused.add(head.uuid)
    if (this.refused.has(head.uuid)) throw new Trouble('refused', 'refused')
    let at = 4 + length
    const sent: Sent[] = head.tiles.map(({ length, ...tile }) => {
      const pixels = decodedNow(tile.plane, frame.slice(at, (at += length)))
      return { ...tile, key: keyOf(tile.x, tile.y), pixels }
    })
    const under = [
      ...sent.map(({ plane, key, if_version, by }) => ({ plane, key, version: if_version, by })),
      ...head.unchanged.map(([plane, x, y, version, by]) => ({ plane, key: keyOf(x, y), version, by })),
    ]
    const moved = under.filter(({ plane, key, version, by }) => {
      const { seq } = this.tiles[plane].get(key) ?? { seq: 0 }
      return this.versionOf(plane, key) !== version || (by && this.done[seq - 1]?.uuid !== by)
    })
    if (moved.length > 0)
      throw new Trouble('moved', 'moved', moved.map(({ plane, key }) => this.newsOf(plane, key))) // prettier-ignore

    const before = valuesIn(this.stateOf)
    const { undoes } = head.details
    const wanted = sent.map(({ plane, key, pixels }) => ({ plane, key, pixels: pixels.slice() }))
    if (undoes) this.settle(undoes, before, sent)
    const amended = sent.filter(
      ({ plane, key, pixels }) =>
        wanted.find((one) => one.plane === plane && one.key === key)?.pixels.join() !== pixels.join(),
    )
    const seq = this.seq + 1
    const versions = sent.map((tile) => {
      const { plane, x, y, key, if_version, pixels } = tile
      const version = if_version + (amended.includes(tile) ? 2 : 1)
      this.tiles[plane].set(key, { version, seq, pixels })
      this.seqOf.set(`${plane} ${key} ${version}`, seq)
      return { plane, x, y, version }
    })
    const { uuid, tool } = head
    this.done.push({ uuid, user, tool, undoes, seq, before, after: valuesIn(this.stateOf) })
    const saved: Saved = { seq, versions, is_repeated: false }
    this.answers.set(uuid, saved)
    return saved
  }

  /** An undo takes back what may be taken back, and leaves the rest. */
  private settle(undoes: string, before: readonly number[], sent: Sent[]): void {
    const undone = this.done.find(({ uuid }) => uuid === undoes)
    const tileAt = (plane: PlaneName, key: TileKey) =>
      sent.find((one) => one.plane === plane && one.key === key)
    for (const place of PLACES) {
      const [key, pixel, now] = [keyAt(place), pixelAt(place), before[place]!]
      const [classes, objects] = [tileAt('class', key)?.pixels, tileAt('object', key)?.pixels]
      const wanted = packed(classes?.[pixel] ?? now & 0xff, objects?.[pixel] ?? now >> 8)
      if (wanted === now) continue
      const given = undone && this.isTakenBack(undone, place) ? undone.before[place]! : now
      for (const [plane, value, is] of [
        ['class', given & 0xff, now & 0xff],
        ['object', given >> 8, now >> 8],
      ] as const) {
        let tile = tileAt(plane, key)
        if (!tile && value === is) continue
        if (!tile) {
          const pixels = this.pixels(plane, key).slice()
          tile = { plane, x: xOf(key), y: yOf(key), key, if_version: this.versionOf(plane, key), pixels }
          sent.push(tile)
        }
        tile.pixels[pixel] = value
      }
    }
  }

  /** Whether an undo of an edit takes a pixel back now: it changed it, nobody else did since, and it is as it left it. */
  isTakenBack(undone: Done, place: number, now = valuesIn(this.stateOf)[place]!, until = this.seq): boolean {
    if (undone.before[place] === undone.after[place] || now !== undone.after[place]) return false
    const since = this.done.slice(undone.seq, until)
    return !since.some(({ user, before, after }) => user !== undone.user && before[place] !== after[place])
  }

  newsOf(plane: PlaneName, key: TileKey): TileNews {
    const { version, pixels } = this.tiles[plane].get(key)!
    return { plane, x: xOf(key), y: yOf(key), version, data: bytesOf(pixels).slice() }
  }

  newsSince(plane: PlaneName, since: number): TileNews[] {
    return [...this.tiles[plane]].filter(([, { seq }]) => seq > since).map(([key]) => this.newsOf(plane, key))
  }

  versionOf(plane: PlaneName, key: TileKey): number {
    return this.tiles[plane].get(key)?.version ?? 0
  }

  /** What a person can undo and redo: services/history.py. */
  stackOf(person: number): { done: PastStep[]; undone: PastStep[] } {
    const done = new Map<string, PastStep>()
    const undone = new Map<string, PastStep>()
    for (const { uuid, user, seq, tool, undoes } of this.done) {
      if (user !== person) continue
      if (tool === 'undo') done.delete(undoes!)
      else if (tool === 'redo') undone.delete(undoes!)
      else undone.clear()
      ;(tool === 'undo' ? undone : done).set(uuid, { uuid, seq, tool, at: '' })
    }
    return { done: [...done.values()], undone: [...undone.values()] }
  }

  patchOf(seq: number): Patch {
    const { before, after } = this.done[seq - 1]!
    const tiles: Patch['tiles'] = new Map()
    for (const key of KEYS) {
      const writer = new RunWriter()
      for (const place of PLACES.filter((one) => keyAt(one) === key)) {
        const [was, is] = [before[place]!, after[place]!]
        if (was !== is) writer.add(pixelAt(place), 1, was & 0xff, is & 0xff, was >> 8, is >> 8)
      }
      const runs = writer.take()
      if (runs.length > 0) tiles.set(key, runs)
    }
    return { tiles }
  }
}

// ---------------------------------------------------------------- people

/** An edit as a page promised to keep it. */
type Promised = {
  uuid: string
  /** Edits of the page that waited when it was made. */
  under: ReadonlySet<string>
  user: number
  tool: string
  undoes?: string
  wanted: Map<number, number>
  /** What was on screen under it. */
  seen: Map<number, number>
  /** Per plane and place: the last edit that the page had heard of there. */
  heard: Record<PlaneName, number[]>
}

type Fate = 'taken' | 'lost' | 'unheard' | 'late' | 'refused'

type Settled = { uuid: string; dispute: Patch; mask: number[] }

class World {
  readonly server = new Server()
  readonly promised: Promised[] = []
  readonly settled: Settled[] = []
  /** Requests that their pages have given up, and that may arrive one day. */
  readonly limbo: { frame: Uint8Array; user: number }[] = []
  readonly people: Person[]
  private count = 0

  constructor(readonly hasObjects: boolean) {
    this.people = Array.from({ length: PEOPLE }, (_, i) => new Person(i + 1, this))
  }

  name(what: string): string {
    return `${what} ${++this.count}`
  }
}

class Person {
  readonly journal = new MemoryJournal()
  readonly shelf = new MemoryShelf()
  page!: Page

  constructor(
    readonly user: number,
    readonly world: World,
  ) {}

  async open(): Promise<void> {
    this.page = new Page(this)
    await this.page.open()
  }

  /** End the page, with or without its last words. */
  async replace(hasLastWords: boolean): Promise<void> {
    this.page.end(hasLastWords)
    await this.open()
  }
}

class Page {
  readonly name: string
  readonly mask = new Mask(300, 1)
  readonly history = new History()
  readonly outbox: Outbox
  private readonly disputes: Disputes
  private isOver = false
  private parked: {
    frame: Uint8Array
    resolve: (saved: Saved) => void
    reject: (why: Error) => void
  } | null = null
  private goOn: (() => void) | null = null

  constructor(private readonly person: Person) {
    const { world, user, journal, shelf } = person
    this.name = world.name('page')
    if (world.hasObjects) this.mask.addObjects()
    this.disputes = new Disputes(shelf, { image: 1, user, page: this.name })
    const never = new Promise<never>(() => {})
    this.outbox = new Outbox(
      this.mask,
      {
        save: (frame) => {
          if (this.isOver) {
            world.limbo.push({ frame, user })
            return never
          }
          return new Promise((resolve, reject) => (this.parked = { frame, resolve, reject }))
        },
        tiles: (plane, since) =>
          this.isOver
            ? never
            : Promise.resolve({ seq: world.server.seq, tiles: world.server.newsSince(plane, since) }),
      },
      journal,
      {
        image: 1,
        user,
        page: this.name,
        book: this.book(),
        pause: () => (this.isOver ? never : new Promise<void>((go) => (this.goOn = go))),
      },
    )
  }

  /** The disputes, and what they are told written down. */
  private book(): DisputeBook {
    const { world } = this.person
    return {
      expect: (...words) => this.disputes.expect(...words),
      noted: (...words) => this.disputes.noted(...words),
      settle: (uuid, dispute, since) => {
        world.settled.push({ uuid, dispute, mask: valuesIn(this.stateOf) })
        return this.disputes.settle(uuid, dispute, since)
      },
      painted: (patch) => this.disputes.painted(patch),
    }
  }

  stateOf = (key: TileKey): TileState => ({
    classes: this.mask.classesOf(key),
    objects: this.mask.objectsOf(key),
  })

  async open(): Promise<void> {
    await this.disputes.load()
    await this.outbox.open()
    for (const { patch, uuid, tool } of this.outbox.edits) this.history.inherit(patch, uuid, tool)
    this.recall()
    await rest()
  }

  end(hasLastWords: boolean): void {
    this.isOver = true
    if (this.parked) this.person.world.limbo.push({ ...this.parked, user: this.person.user })
    if (hasLastWords) this.outbox.leave()
    this.disputes.close()
    this.outbox.close()
  }

  private recall(): void {
    this.history.recall(this.person.world.server.stackOf(this.person.user))
  }

  paint(places: readonly number[], value: number): void {
    const tiles: Patch['tiles'] = new Map()
    const object = value > 0 && this.mask.hasObjects ? this.person.user : 0
    for (const key of KEYS) {
      const before = this.stateOf(key)
      const after = { classes: before.classes.slice(), objects: before.objects?.slice() ?? null }
      for (const place of places.filter((one) => keyAt(one) === key)) {
        if (after.classes[pixelAt(place)] === value) continue
        after.classes[pixelAt(place)] = value
        if (after.objects) after.objects[pixelAt(place)] = object
      }
      const runs = difference(before, after, ROW_BOX)
      if (runs.length === 0) continue
      tiles.set(key, runs)
      this.mask.putClasses(key, after.classes)
      if (after.objects) this.mask.putObjects(key, after.objects)
    }
    if (tiles.size === 0) return
    const uuid = this.person.world.name(value === 0 ? 'eraser' : 'brush')
    this.history.did({ tiles }, uuid)
    this.add({ tiles }, value === 0 ? 'eraser' : 'brush', uuid)
  }

  /** As canvas/steps.ts does. */
  takeBack(what: 'undo' | 'redo'): void {
    const { history } = this
    const uuid = this.person.world.name(what)
    for (let i = 0; i < 100; i++) {
      const patch = history[what](this.mask, uuid)
      if (patch) return this.add(patch, what, uuid, history.took!.uuid)
      const lacking = history.lacking(what)
      if (lacking) history.fetched(lacking.uuid, this.person.world.server.patchOf(lacking.seq))
      else {
        this.recall()
        if (!(what === 'undo' ? history.canUndo : history.canRedo)) return
      }
    }
    throw new Error('It never ends.')
  }

  private add(patch: Patch, tool: string, uuid: string, undoes?: string): void {
    const { world, user } = this.person
    const wanted = new Map([...valuesOf(patch)].map(([place, { after }]) => [place, after]))
    const seen = new Map([...valuesOf(patch)].map(([place, { before }]) => [place, before]))
    const heard = { class: this.heardOf('class'), object: this.heardOf('object') }
    const under = new Set(this.outbox.edits.map((one) => one.uuid))
    world.promised.push({ uuid, under, user, tool, undoes, wanted, seen, heard })
    this.outbox.add(patch, tool, undoes ? { undoes } : {}, uuid)
  }

  private heardOf(plane: PlaneName): number[] {
    const { known } = this.outbox as unknown as {
      known: Record<PlaneName, Map<TileKey, { version: number }>>
    }
    return PLACES.map((place) => {
      const key = keyAt(place)
      const version = known[plane].get(key)?.version ?? 0
      return this.person.world.server.seqOf.get(`${plane} ${key} ${version}`) ?? 0
    })
  }

  async deliver(fate: Fate): Promise<void> {
    if (!this.parked) {
      this.goOn?.()
      this.goOn = null
      await rest()
    }
    if (!this.parked) return
    const { frame, resolve, reject } = this.parked
    const { world, user } = this.person
    this.parked = null
    const away = new Trouble('away', 'gone')
    if (fate === 'late') world.limbo.push({ frame, user })
    if (fate === 'lost' || fate === 'late') reject(away)
    else {
      try {
        const saved = world.server.save(frame, user, fate === 'refused')
        if (fate === 'unheard') reject(away)
        else resolve(saved)
      } catch (trouble) {
        reject(fate === 'unheard' ? away : (trouble as Error))
      }
    }
    await rest()
  }

  async drain(): Promise<void> {
    for (let i = 0; i < 1000 && this.outbox.unsent > 0; i++) await this.deliver('taken')
    expect(this.outbox.unsent).toBe(0)
  }
}

/** Everything that can go on without the world has gone on. */
const rest = () => new Promise<void>((go) => setImmediate(go))

// ---------------------------------------------------------------- what happens

type Step = { who: number; what: string; places: number[]; value: number; fate: Fate; nth: number }

const WHAT = ['paint', 'paint', 'paint', 'erase', 'undo', 'redo', 'deliver', 'deliver', 'deliver', 'hear', 'end', 'leave', 'arrive'] // prettier-ignore

const steps = fc.array(
  fc.record<Step>(
    {
      who: fc.integer({ min: 0, max: PEOPLE - 1 }),
      what: fc.constantFrom(...WHAT),
      places: fc.uniqueArray(fc.constantFrom(...PLACES), { minLength: 1, maxLength: 4 }),
      value: fc.integer({ min: 1, max: 2 }),
      fate: fc.constantFrom<Fate>('taken', 'taken', 'taken', 'taken', 'lost', 'unheard', 'late', 'refused'),
      nth: fc.nat(5),
    },
    { noNullPrototype: true },
  ),
  { minLength: 5, maxLength: 45, size: 'max' },
)

async function happen(world: World, { who, what, places, value, fate, nth }: Step): Promise<void> {
  const person = world.people[who]!
  const { page } = person
  if (what === 'paint') page.paint(places, value)
  else if (what === 'erase') page.paint(places, 0)
  else if (what === 'undo' || what === 'redo') page.takeBack(what)
  else if (what === 'deliver') await page.deliver(fate)
  else if (what === 'hear') void page.outbox.hear(world.server.seq).catch(() => {})
  else if (what === 'end' || what === 'leave') await person.replace(what === 'leave')
  else {
    const [late] = world.limbo.splice(nth % Math.max(world.limbo.length, 1), 1)
    try {
      if (late) world.server.save(late.frame, late.user)
    } catch {
      // A conflict nobody hears of.
    }
  }
  await rest()
}

async function storm(steps: readonly Step[], hasObjects: boolean): Promise<World> {
  const world = new World(hasObjects)
  for (const person of world.people) await person.open()
  for (const step of steps) await happen(world, step)
  for (const person of world.people) {
    await person.replace(false)
    await person.page.drain()
  }
  for (const { page } of world.people) await page.outbox.hear(world.server.seq)
  await rest()
  return world
}

// ---------------------------------------------------------------- what came of it

const YIELDING = ['undo', 'redo']

function complaints(world: World): string[] {
  const { server, promised, people } = world
  const found: string[] = []
  const byUuid = new Map(server.done.map((done) => [done.uuid, done]))
  const states = [PLACES.map(() => 0), ...server.done.map(({ after }) => after)]
  for (const one of promised) {
    // Whoever made it was told.
    if (server.refused.has(one.uuid)) continue
    const done = byUuid.get(one.uuid)
    const undone = byUuid.get(one.undoes ?? '')
    const say = (place: number, what: string) =>
      found.push(`${one.uuid} of ${one.user}, place ${place}: ${what}`)
    if (YIELDING.includes(one.tool)) {
      for (const place of PLACES) {
        const now = done ? done.before[place]! : server.done.length && states.at(-1)![place]!
        const isTaken = undone && server.isTakenBack(undone, place, now, (done?.seq ?? server.seq + 1) - 1)
        const isChanged = done && done.before[place] !== done.after[place]
        if (isChanged && !isTaken) say(place, 'took what was not its own')
        if (isChanged && isTaken && done.after[place] !== undone.before[place])
          say(place, 'brought back another')
        if (one.wanted.has(place) && isTaken && !isChanged && !mayLeave(world, one, place))
          say(place, 'took nothing back')
      }
    } else if (done) {
      for (const place of PLACES) {
        const wanted = one.wanted.get(place)
        if (wanted === undefined && done.before[place] !== done.after[place])
          say(place, 'changed, never painted')
        if (wanted !== undefined && done.after[place] !== wanted)
          say(place, `is ${done.after[place]}, not ${wanted}`)
      }
    } else {
      for (const key of KEYS) {
        const places = [...one.wanted.keys()].filter((place) => keyAt(place) === key)
        const heard = Math.max(...places.map((place) => one.heard.class[place]!))
        const wasSo = states
          .slice(heard)
          .some((state) => places.every((place) => state[place] === one.wanted.get(place)))
        if (!wasSo) say(places[0]!, 'never arrived')
      }
    }
  }
  for (const { user, page } of people) {
    const now = valuesIn(page.stateOf).join()
    if (now !== states.at(-1)!.join()) found.push(`${user} sees ${now}`)
    const own = promised.filter((one) => one.user === user)
    for (const place of PLACES) {
      const seqs = own
        .filter(({ wanted, uuid }) => wanted.has(place) && byUuid.has(uuid))
        .map(({ uuid }) => byUuid.get(uuid)!.seq)
      if (seqs.some((seq, i) => i > 0 && seq < seqs[i - 1]!))
        found.push(`place ${place} of ${user}: out of order`)
    }
  }
  return [...found, ...disputeComplaints(world)]
}

/** A redo may leave what the undo before it has given back to others, or what that became otherwise than its page knew. */
function mayLeave({ server, promised }: World, { tool, undoes, user }: Promised, place: number): boolean {
  if (tool !== 'redo') return false
  const undo = server.done.find(({ uuid }) => uuid === undoes)!
  const meant = promised.find(({ uuid }) => uuid === undoes)!.wanted.get(place)
  return makerOf(server, place, undo.seq) !== user || meant !== undo.after[place]
}

/** Who made a pixel what it was after an edit: an undo gives it back to whoever had made it. */
function makerOf(server: Server, place: number, until: number): number | null {
  const last = server.done.findLast(
    ({ seq, before, after }) => seq <= until && before[place] !== after[place],
  )
  if (!last || !YIELDING.includes(last.tool)) return last?.user ?? null
  const undone = server.done.find(({ uuid }) => uuid === last.undoes)!
  return makerOf(server, place, undone.seq - 1)
}

/** A pixel of somebody else's that an edit overwrote unheard is disputed, unless nothing of theirs is lost by it. */
function disputeComplaints({ server, promised, settled }: World): string[] {
  const found: string[] = []
  const states = [PLACES.map(() => 0), ...server.done.map(({ after }) => after)]
  for (const { uuid, under, user, tool, wanted, seen, heard } of promised) {
    const done = server.done.find((one) => one.uuid === uuid)
    if (!done || YIELDING.includes(tool)) continue
    const decided = settled.filter((one) => one.uuid === uuid)
    for (const [place, mine] of wanted) {
      const theirs = done.before[place]!
      const changes = server.done.filter(
        ({ seq, before, after }) => seq < done.seq && before[place] !== after[place],
      )
      const own = changes.filter((one) => one.user === user)
      const until = Math.max(heard.class[place]!, heard.object[place]!)
      const last = changes.at(-1)
      const mineBefore = own.at(-1)
      const isCovered = mineBefore && under.has(mineBefore.uuid)
      const isUnheard = last !== undefined && last.user !== user && (last.seq > until || isCovered)
      const isBuiltOn = mineBefore && (isCovered || mineBefore.seq > until)
      const base = states[isBuiltOn ? mineBefore.seq : until]![place]!
      const isLost = isUnheard && theirs !== mine && loses(base, mine, theirs)
      // What an undo of mine brought back may be marked with the edit that was undone, or again. And a page that
      // repeats what was made on a stroke that was refused does not know of that one.
      const isOpen = promised.some(
        ({ uuid, tool, wanted }) =>
          under.has(uuid) && wanted.has(place) && (YIELDING.includes(tool) || server.refused.has(uuid)),
      )
      const isMarked = decided.some(({ dispute }) => valuesOf(dispute).get(place)?.after === theirs)
      const isTheirsAgain = decided.some(({ mask }) => mask[place] === theirs)
      // Whoever saw what they made and painted over it has decided.
      const isSeen = seen.get(place) === theirs
      if (isLost && !isMarked && !isTheirsAgain && !isOpen && !isSeen)
        found.push(`${uuid}, place ${place}: lost ${theirs} unmarked`)
      const isMarkedAtAll = decided.some(({ dispute }) => valuesOf(dispute).has(place))
      const isOther = isUnheard && theirs !== mine && loses(seen.get(place)!, mine, theirs)
      if (isMarkedAtAll && !isLost && !isOther && !isOpen)
        found.push(`${uuid}, place ${place}: marked, but nothing lost`)
    }
  }
  return found
}

function loses(base: number, mine: number, theirs: number): boolean {
  if ((theirs & 0xff) !== (mine & 0xff)) return (theirs & 0xff) !== (base & 0xff)
  return theirs >> 8 !== base >> 8 && theirs >> 8 !== mine >> 8
}

/** The world's story, for whoever has to find out. */
function told({ server, promised, settled }: World): string {
  const edits = server.done.map(
    ({ seq, uuid, user, undoes, before, after }) =>
      `#${seq} ${uuid} of ${user}${undoes ? ` undoes ${undoes}` : ''}: ` +
      PLACES.filter((place) => before[place] !== after[place])
        .map((place) => `${place}: ${before[place]}->${after[place]}`)
        .join(', '),
  )
  const wishes = promised.map(
    ({ uuid, user, wanted, heard }) =>
      `${uuid} of ${user} wanted ${[...wanted].map(([place, value]) => `${place}: ${value}`).join(', ')}, heard ${heard.class.join()}`,
  )
  const disputes = settled.flatMap(({ uuid, dispute }) =>
    [...valuesOf(dispute)].map(
      ([place, { before, after }]) => `${uuid} disputes ${place}: ${before}, theirs ${after}`,
    ),
  )
  return [...wishes, '', ...edits, '', ...disputes].join('\n')
}

/** More of them for whoever looks for something: `STORMS=5000 npx vitest run storm`. */
const STORMS = Number(process.env.STORMS ?? 150)
/** Finding the shortest that goes wrong takes a while. */
const MOST_MS = STORMS * 200

for (const hasObjects of [false, true]) {
  test(
    `whatever breaks, no pixel is lost, taken or silently overwritten${hasObjects ? ', with objects' : ''}`,
    async () => {
      await fc.assert(
        fc.asyncProperty(steps, async (steps) => {
          const world = await storm(steps, hasObjects)

          const found = complaints(world)
          if (found.length > 0) throw new Error(`${found.join('\n')}\n\n${told(world)}`)
        }),
        { numRuns: STORMS, interruptAfterTimeLimit: MOST_MS },
      )
    },
    2 * MOST_MS,
  )
}
