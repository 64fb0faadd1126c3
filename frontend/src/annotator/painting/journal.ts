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
}

export interface Journal {
  put(entry: JournalEntry): Promise<void>
  remove(uuid: string): Promise<void>
  /** Entries of a person on an image whose page is gone, oldest first. */
  left(image: number, user: number): Promise<JournalEntry[]>
}

export class MemoryJournal implements Journal {
  readonly entries = new Map<string, JournalEntry>()

  async put(entry: JournalEntry): Promise<void> {
    this.entries.set(entry.uuid, structuredClone(entry))
  }

  async remove(uuid: string): Promise<void> {
    this.entries.delete(uuid)
  }

  async left(image: number, user: number): Promise<JournalEntry[]> {
    return [...this.entries.values()].filter((entry) => entry.image === image && entry.user === user)
  }
}

const STORE = 'strokes'

/** The journal in IndexedDB. Where the browser refuses one (private windows), strokes live in this page only. */
export class BrowserJournal implements Journal {
  private readonly database = open()

  async put(entry: JournalEntry): Promise<void> {
    await this.ask('readwrite', (store) => store.put(entry))
  }

  async remove(uuid: string): Promise<void> {
    await this.ask('readwrite', (store) => store.delete(uuid))
  }

  async left(image: number, user: number): Promise<JournalEntry[]> {
    const entries = (await this.ask('readonly', (store) => store.index('image').getAll(image))) ?? []
    const alive = await livingPages()
    return (entries as JournalEntry[])
      .filter((entry) => entry.user === user && !alive.has(entry.page))
      .sort((a, b) => a.at - b.at)
  }

  private async ask<T>(
    mode: IDBTransactionMode,
    question: (store: IDBObjectStore) => IDBRequest<T>,
  ): Promise<T | null> {
    const database = await this.database
    if (!database) return null
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

let last = 0

/** Now in milliseconds, later than any moment before, also when the clock was set back: strokes are repeated in this order. */
export const nextMoment = (): number => (last = Math.max(Date.now(), last + 1))

function open(): Promise<IDBDatabase | null> {
  return new Promise((resolve) => {
    try {
      const request = indexedDB.open('catenary-journal', 1)
      request.onupgradeneeded = () => {
        request.result.createObjectStore(STORE, { keyPath: 'uuid' }).createIndex('image', 'image')
      }
      request.onsuccess = () => resolve(request.result)
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

async function livingPages(): Promise<Set<string>> {
  const held = (await navigator.locks?.query())?.held ?? []
  return new Set(
    held.flatMap(({ name }) => (name?.startsWith(PAGE_LOCK) ? [name.slice(PAGE_LOCK.length)] : [])),
  )
}
