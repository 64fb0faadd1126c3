/** Strokes that the server has not acknowledged, kept where a crashed tab or a closed lid cannot lose them. */

import { uuid } from '../../shared/uuid'
import type { KeptPatch } from './patch'

export type JournalEntry = {
  uuid: string
  image: number
  user: number
  /** Which open page made it; the page itself still sends it while it lives. */
  page: string
  at: number
  tool: string
  details: Record<string, unknown>
  patch: KeptPatch
  /** Edits of the photo that had been heard of. */
  since?: number
  /** Why the server will not take it: it waits for the person to decide. */
  refused?: string
  /** The person has asked for it again: what was painted since stays. */
  isAgain?: boolean
}

export interface Journal {
  /** Rejects when the entry would not outlive the page. */
  put(entry: JournalEntry): Promise<void>
  remove(uuid: string): Promise<void>
  /** Give a page what pages that are gone have left of a person on an image, oldest first. Nobody else gets it then. */
  adopt(image: number, user: number, page: string): Promise<JournalEntry[]>
  /** What pages that are gone have left of a person on whatever image, oldest first. */
  left(user: number): Promise<JournalEntry[]>
}

export class MemoryJournal implements Journal {
  readonly entries = new Map<string, JournalEntry>()

  async put(entry: JournalEntry): Promise<void> {
    this.entries.set(entry.uuid, structuredClone(entry))
  }

  async remove(uuid: string): Promise<void> {
    this.entries.delete(uuid)
  }

  async adopt(image: number, user: number, page: string): Promise<JournalEntry[]> {
    const found = (await this.left(user)).filter((entry) => entry.image === image)
    for (const entry of found) entry.page = page
    return found
  }

  async left(user: number): Promise<JournalEntry[]> {
    return [...this.entries.values()].filter((entry) => entry.user === user)
  }
}

const NAME = 'catenary-journal'
const STORE = 'strokes'

/** The journal in IndexedDB. Where the browser refuses one (private windows, a full disk), strokes live in this page only. */
export class BrowserJournal implements Journal {
  private database: Promise<IDBDatabase | null> | null = null
  private readonly instead = new MemoryJournal()

  async put(entry: JournalEntry): Promise<void> {
    try {
      await this.ask('readwrite', (store) => store.put(entry))
      // Not before: asking for the first time takes longer than a frame.
      askToPersist()
    } catch (problem) {
      await this.instead.put(entry)
      throw problem
    }
  }

  async remove(uuid: string): Promise<void> {
    await this.instead.remove(uuid)
    await this.ask('readwrite', (store) => store.delete(uuid))
  }

  adopt(image: number, user: number, page: string): Promise<JournalEntry[]> {
    return alone(async () => {
      const alive = await livingPages()
      const isLeft = (entry: JournalEntry) =>
        entry.image === image && entry.user === user && !alive.has(entry.page)
      const here = [...this.instead.entries.values()].filter(isLeft)
      for (const entry of here) entry.page = page
      return inOrder([...(await this.give(image, isLeft, page)), ...here])
    })
  }

  async left(user: number): Promise<JournalEntry[]> {
    const entries = (await this.isThere())
      ? await this.ask('readonly', (store) => store.getAll()).catch(() => [])
      : []
    const alive = await livingPages()
    return inOrder([...(entries as JournalEntry[]), ...this.instead.entries.values()]).filter(
      (entry) => entry.user === user && !alive.has(entry.page),
    )
  }

  /** Find entries and give them to a page, in one transaction: two pages that open at once must not both have them. */
  private async give(
    image: number,
    isLeft: (entry: JournalEntry) => boolean,
    page: string,
  ): Promise<JournalEntry[]> {
    if (!(await this.isThere())) return []
    let found: JournalEntry[] = []
    const giving = this.ask('readwrite', (store) => {
      const request = store.index('image').getAll(image)
      request.addEventListener('success', () => {
        found = (request.result as JournalEntry[]).filter(isLeft)
        for (const entry of found) store.put({ ...entry, page })
      })
      return request
    })
    // A full disk cannot note whose they are; they are sent all the same, and each is saved only once.
    await giving.catch(() => {})
    return found.map((entry) => ({ ...entry, page }))
  }

  /** Whether this browser has a journal yet. Looking for strokes makes none. */
  private async isThere(): Promise<boolean> {
    if (this.database) return true
    try {
      return (await indexedDB.databases()).some(({ name }) => name === NAME)
    } catch {
      return true
    }
  }

  private async ask<T>(
    mode: IDBTransactionMode,
    question: (store: IDBObjectStore) => IDBRequest<T>,
  ): Promise<T> {
    // Not before it is needed: a page that is left while its first journal is being made keeps that from the next one.
    const database = await (this.database ??= open())
    if (!database) {
      this.database = null
      throw new Error('This browser keeps no journal.')
    }
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode)
      const request = question(transaction.objectStore(STORE))
      // Not before it is on the disk: a full one is found out last.
      transaction.oncomplete = () => resolve(request.result)
      const fail = () => reject(transaction.error ?? new Error('The browser could not keep the stroke.'))
      transaction.onerror = fail
      transaction.onabort = fail
    })
  }
}

const inOrder = (entries: JournalEntry[]): JournalEntry[] => entries.sort((a, b) => a.at - b.at)

let hasAsked = false

/** Ask the browser, once, not to make room at the cost of unsent strokes. */
function askToPersist(): void {
  if (hasAsked) return
  hasAsked = true
  // A browser that will not promise it keeps them all the same, as a rule.
  void navigator.storage?.persist?.().catch(() => {})
}

let last = 0

/** Now in milliseconds, later than any moment before, also when the clock was set back: strokes are repeated in this order. */
export const nextMoment = (): number => (last = Math.max(Date.now(), last + 1))

/** A browser may never answer; then strokes live in this page, which says so, until it does. */
const OPEN_MS = 4000

function open(): Promise<IDBDatabase | null> {
  return new Promise((resolve) => {
    try {
      const request = indexedDB.open(NAME, 1)
      const timer = setTimeout(() => resolve(null), OPEN_MS)
      request.onupgradeneeded = () => {
        request.result.createObjectStore(STORE, { keyPath: 'uuid' }).createIndex('image', 'image')
      }
      request.onsuccess = () => {
        clearTimeout(timer)
        resolve(request.result)
      }
      request.onerror = () => resolve(null)
    } catch {
      resolve(null)
    }
  })
}

const PAGE_LOCK = 'catenary-page-'

/** Make a name for a maker of strokes and hold a lock by it until `release` is called or the page is gone. */
export function namePage(): { name: string; release: () => Promise<void> } {
  const name = uuid()
  let letGo = () => {}
  const released = new Promise<void>((go) => (letGo = go))
  const lock = navigator.locks?.request(PAGE_LOCK + name, () => released).catch(() => {})
  return {
    name,
    release: async () => {
      letGo()
      await lock
    },
  }
}

const ADOPT_LOCK = 'catenary-adopt'

/** Do something that no other tab does at the same time. */
async function alone<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks ? await navigator.locks.request(ADOPT_LOCK, work) : work()
}

async function livingPages(): Promise<Set<string>> {
  const held = (await navigator.locks?.query())?.held ?? []
  return new Set(
    held.flatMap(({ name }) => (name?.startsWith(PAGE_LOCK) ? [name.slice(PAGE_LOCK.length)] : [])),
  )
}
