/** Pixels that somebody else and I changed differently at the same time: mine are kept, theirs remembered, until I decide. */

import type { Box } from './box'
import type { Mask } from './mask'
import { without } from './merge'
import type { DisputeBook, Versions } from './outbox'
import {
  boxOf,
  fromKept,
  inverse,
  isNothing,
  type KeptPatch,
  type Patch,
  pixelsOf,
  revert,
  toKept,
} from './patch'

export type Dispute = {
  /** Of my edit. */
  uuid: string
  /** When it became known, ms. */
  at: number
  /** Makes what they wanted out of what I made. */
  patch: Patch
  box: Box
  pixels: number
  /** Names of those who painted here; empty while not known. */
  by: readonly string[]
}

export type KeptDispute = {
  /** One edit may be sent several times and by several pages, each of which found something else. */
  id: string
  uuid: string
  image: number
  user: number
  page: string
  at: number
  /** Whether the server has taken the edit: before that there is nothing to decide. */
  isOpen: boolean
  /** As which the server was to take the edit; absent in what was kept before pages noted it. */
  versions?: Versions
  patch: KeptPatch
  by: string[]
}

/** Where disputes outlive the page. */
export interface Shelf {
  put(dispute: KeptDispute): Promise<void>
  remove(id: string): Promise<void>
  of(image: number, user: number): Promise<KeptDispute[]>
  /** Another page put or removed something. */
  onChange(hear: () => void): () => void
}

export type DisputesOptions = {
  image: number
  user: number
  page: string
  /** Who painted in a box since an edit, apart from these edits. */
  whoPainted?: (box: Box, since: number, mine: ReadonlySet<string>) => Promise<string[]>
}

export class Disputes implements DisputeBook {
  /** Those to decide, oldest first. A new list whenever something changed. */
  open: readonly Dispute[] = []
  onChange: () => void = () => {}
  private readonly mine = new Set<string>()
  /** Edits the shelf may hold something of: most have nothing, and need no look. */
  private readonly shelved = new Set<string>()
  private readonly forget: () => void

  constructor(
    private readonly shelf: Shelf,
    private readonly options: DisputesOptions,
  ) {
    this.forget = shelf.onChange(() => void this.load())
  }

  get pixels(): number {
    return this.open.reduce((sum, { pixels }) => sum + pixels, 0)
  }

  async load(): Promise<void> {
    const kept = await this.kept()
    for (const { uuid } of kept) this.shelved.add(uuid)
    this.show(kept.filter(({ isOpen }) => isOpen).map(fromShelf))
  }

  async expect(uuid: string, dispute: Patch, versions: Versions): Promise<void> {
    this.shelved.add(uuid)
    const id = [uuid, this.options.page, ...versions.values()].join(' ')
    await this.shelf.put({ ...this.toShelf(uuid, dispute, false), id, versions })
  }

  async noted(uuid: string, isTaken: (versions: Versions) => boolean): Promise<Patch | null> {
    this.shelved.add(uuid)
    const kept = (await this.kept()).filter((one) => one.uuid === uuid)
    const found = kept.find(({ isOpen, versions }) => isOpen || (versions && isTaken(versions)))
    return found ? fromKept(found.patch) : null
  }

  async settle(uuid: string, dispute: Patch, since: number): Promise<void> {
    this.mine.add(uuid)
    if (!this.shelved.has(uuid) && isNothing(dispute)) return
    const noted = (await this.kept()).filter((one) => one.uuid === uuid)
    const own = this.toShelf(uuid, dispute, true)
    for (const one of noted) if (one.id !== own.id || isNothing(dispute)) await this.shelf.remove(one.id)
    if (isNothing(dispute)) return
    const found = fromShelf(own)
    this.show(this.open.filter((one) => one.uuid !== uuid))
    // What was disputed before of these pixels was about others' pixels that these took the place of.
    this.painted(dispute)
    this.show([...this.open, found])
    await this.shelf.put(own)
    const by = await this.options.whoPainted?.(found.box, since, this.mine).catch(() => [])
    // By now it may have been decided.
    const still = this.open.find((one) => one.uuid === uuid)
    if (by?.length && still) await this.put({ ...still, by })
  }

  painted(patch: Patch): void {
    for (const dispute of this.open) {
      const left = without(dispute.patch, patch)
      if (left === dispute.patch) continue
      if (isNothing(left)) this.decided(dispute.uuid)
      else void this.put({ ...dispute, ...measured(left) }).catch(() => {})
    }
  }

  /** My pixels are right: the dispute is over. */
  keepMine(uuid: string): void {
    this.decided(uuid)
  }

  /** Put their pixels into the mask, where it still is as I left it, and return that edit. */
  takeTheirs(uuid: string, mask: Mask): Patch {
    const dispute = this.open.find((one) => one.uuid === uuid)
    if (!dispute) return { tiles: new Map() }
    this.decided(uuid)
    return revert(mask, inverse(dispute.patch))
  }

  close(): void {
    this.forget()
    this.onChange = () => {}
  }

  private decided(uuid: string): void {
    this.show(this.open.filter((one) => one.uuid !== uuid))
    void this.kept()
      .then((kept) =>
        Promise.all(kept.filter((one) => one.uuid === uuid).map(({ id }) => this.shelf.remove(id))),
      )
      .catch(() => {})
  }

  private async put(dispute: Dispute): Promise<void> {
    this.show(this.open.map((one) => (one.uuid === dispute.uuid ? dispute : one)))
    await this.shelf.put({
      ...this.toShelf(dispute.uuid, dispute.patch, true),
      at: dispute.at,
      by: [...dispute.by],
    })
  }

  private show(open: readonly Dispute[]): void {
    this.open = open
    this.onChange()
  }

  /** A browser that keeps nothing shows disputes until the page closes. */
  private kept(): Promise<KeptDispute[]> {
    return this.shelf.of(this.options.image, this.options.user)
  }

  private toShelf(uuid: string, patch: Patch, isOpen: boolean): KeptDispute {
    const { image, user, page } = this.options
    return {
      id: `${uuid} ${page}`,
      uuid,
      image,
      user,
      page,
      at: Date.now(),
      isOpen,
      patch: toKept(patch),
      by: [],
    }
  }
}

const measured = (patch: Patch) => ({ patch, box: boxOf(patch)!, pixels: pixelsOf(patch) })

const fromShelf = ({ uuid, at, by, patch }: KeptDispute): Dispute => ({
  uuid,
  at,
  by,
  ...measured(fromKept(patch)),
})

export class MemoryShelf implements Shelf {
  readonly kept = new Map<string, KeptDispute>()
  private readonly hearers = new Set<() => void>()

  async put(dispute: KeptDispute): Promise<void> {
    this.kept.set(dispute.id, structuredClone(dispute))
  }

  async remove(id: string): Promise<void> {
    this.kept.delete(id)
  }

  async of(image: number, user: number): Promise<KeptDispute[]> {
    return [...this.kept.values()].filter((one) => one.image === image && one.user === user)
  }

  onChange(hear: () => void): () => void {
    this.hearers.add(hear)
    return () => this.hearers.delete(hear)
  }
}

const STORE = 'disputes'

/** The shelf in IndexedDB. Where the browser refuses one (private windows), disputes live in this page only. */
export class BrowserShelf implements Shelf {
  private readonly database = openDatabase()
  private readonly instead = new MemoryShelf()
  private readonly channel = globalThis.BroadcastChannel && new BroadcastChannel('catenary-disputes')

  async put(dispute: KeptDispute): Promise<void> {
    if (!(await this.ask('readwrite', (store) => store.put(dispute)))) return this.instead.put(dispute)
    this.channel?.postMessage(dispute.image)
  }

  async remove(id: string): Promise<void> {
    if (!(await this.ask('readwrite', (store) => store.delete(id)))) return this.instead.remove(id)
    this.channel?.postMessage(0)
  }

  async of(image: number, user: number): Promise<KeptDispute[]> {
    const found = await this.ask('readonly', (store) => store.index('image').getAll(image))
    if (!found) return this.instead.of(image, user)
    return (found.result as KeptDispute[]).filter((one) => one.user === user).sort((a, b) => a.at - b.at)
  }

  onChange(hear: () => void): () => void {
    this.channel?.addEventListener('message', hear)
    return () => this.channel?.removeEventListener('message', hear)
  }

  private async ask<T>(
    mode: IDBTransactionMode,
    question: (store: IDBObjectStore) => IDBRequest<T>,
  ): Promise<{ result: T } | null> {
    const database = await this.database
    if (!database) return null
    return new Promise((resolve, reject) => {
      const request = question(database.transaction(STORE, mode).objectStore(STORE))
      request.onsuccess = () => resolve({ result: request.result })
      request.onerror = () => reject(request.error ?? new Error('The browser could not keep the dispute.'))
    })
  }
}

/** A database of its own: the journal must open even while an older page holds on to another version of this. */
function openDatabase(): Promise<IDBDatabase | null> {
  return new Promise((resolve) => {
    try {
      const request = indexedDB.open('catenary-disputes', 1)
      request.onupgradeneeded = () => {
        request.result.createObjectStore(STORE, { keyPath: 'id' }).createIndex('image', 'image')
      }
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => resolve(null)
    } catch {
      resolve(null)
    }
  })
}
