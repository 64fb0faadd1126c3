/** Uploads on their way: chunk by chunk, several files at once, going on where they stopped. */

import { t } from '../../shared/texts'
import type { Upload } from '../../shared/types'
import { type Chosen, fingerprint } from './files'

export const CHUNK = 8 * 1024 ** 2
export const AT_ONCE = 3
export const ATTEMPTS = 8

export type Receipt = Pick<Upload, 'id' | 'received'>

/** How the queue reaches the server, the clock and the network's state. */
export type Door = {
  open: (wish: { name: string; size: number; fingerprint: string }, signal: AbortSignal) => Promise<Receipt>
  send: (id: number, offset: number, chunk: Blob, signal: AbortSignal) => Promise<Receipt>
  wait: (ms: number, signal: AbortSignal) => Promise<void>
  /** Resolves as soon as there is a network. */
  online: (signal: AbortSignal) => Promise<void>
}

export type Item = {
  path: string
  size: number
  sent: number
  state: 'waiting' | 'sending' | 'retrying' | 'sent' | 'failed'
  upload: number | null
  resumedAt: number // bytes the server had from an earlier attempt
  problem: string
}

export type Totals = { files: number; filesSent: number; failed: number; bytes: number; bytesSent: number }

export function totals(items: readonly Item[]): Totals {
  return {
    files: items.length,
    filesSent: items.filter(({ state }) => state === 'sent').length,
    failed: items.filter(({ state }) => state === 'failed').length,
    bytes: items.reduce((sum, { size }) => sum + size, 0),
    bytesSent: items.reduce((sum, { sent }) => sum + sent, 0),
  }
}

/** Seconds between attempts double, up to half a minute. */
export const backoff = (failures: number) => Math.min(30_000, 500 * 2 ** failures)

/** A refusal will be the same next time; a lost connection, a busy or restarting server will not. */
export function isWorthRepeating(error: unknown): boolean {
  const status = statusOf(error)
  return status === undefined ? false : status === 0 || status === 408 || status === 429 || status >= 500
}

const statusOf = (error: unknown) => (error as { status?: number } | null)?.status

/** Where the server stands, when it says that a chunk did not begin there. */
function correction(error: unknown): number | null {
  const received = (error as { body?: { received?: unknown } } | null)?.body?.received
  return statusOf(error) === 409 && typeof received === 'number' ? received : null
}

/** Bring one file to the server; returns the id of its upload.
 *
 * say: told the bytes that arrived, the bytes that were there from before, and whether it is trying again.
 *
 * Throws the server's refusal, or the last failure after ATTEMPTS in a row; an AbortError when `signal` says so.
 */
export async function upload(
  chosen: Chosen,
  door: Door,
  say: (news: Partial<Item>) => void,
  signal: AbortSignal,
): Promise<number> {
  const { file, path } = chosen
  let receipt: Receipt | null = null
  let failures = 0
  let isFirst = true
  for (;;) {
    try {
      await door.online(signal)
      receipt ??= await door.open({ name: path, size: file.size, fingerprint: fingerprint(chosen) }, signal)
      say({ state: 'sending', sent: receipt.received, ...(isFirst ? { resumedAt: receipt.received } : {}) })
      isFirst = false
      while (receipt.received < file.size) {
        const from: number = receipt.received
        receipt = await door.send(receipt.id, from, file.slice(from, from + CHUNK), signal)
        failures = 0
        say({ state: 'sending', sent: receipt.received, problem: '' })
      }
      return receipt.id
    } catch (error) {
      signal.throwIfAborted()
      const received = correction(error)
      if (!isWorthRepeating(error) && received === null) throw error
      failures++
      if (failures >= ATTEMPTS) throw error
      if (received !== null && receipt) {
        receipt = { ...receipt, received }
        continue
      }
      say({ state: 'retrying', problem: error instanceof Error ? error.message : '' })
      await door.wait(backoff(failures), signal)
      // Whatever arrived of the lost chunk is the server's to say.
      receipt = null
    }
  }
}

/** Files going up, a few at a time. Tells its listeners of every change; `items` is a new array each time. */
export class UploadQueue {
  items: readonly Item[] = []
  private chosen: Chosen[] = []
  private stopper = new AbortController()
  private listeners = new Set<() => void>()

  constructor(private door: Door) {}

  subscribe = (listener: () => void) => {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  snapshot = () => this.items

  /** Send files; resolves with the ids of their uploads, in order. Rejects when one fails or all were cancelled. */
  async run(chosen: readonly Chosen[]): Promise<number[]> {
    this.stopper = new AbortController()
    this.chosen = [...chosen]
    this.items = chosen.map(({ path, file }) => ({
      path,
      size: file.size,
      sent: 0,
      state: 'waiting',
      upload: null,
      resumedAt: 0,
      problem: '',
    }))
    this.tell()
    return this.work()
  }

  /** Try the files again that failed. */
  retry(): Promise<number[]> {
    this.items = this.items.map((item) =>
      item.state === 'failed' ? { ...item, state: 'waiting', problem: '' } : item,
    )
    this.tell()
    return this.work()
  }

  /** Leave out the files that failed and go on with the others. */
  leaveOutFailed(): number[] {
    const isKept = this.items.map(({ state }) => state !== 'failed')
    this.chosen = this.chosen.filter((_, at) => isKept[at])
    this.items = this.items.filter((_, at) => isKept[at])
    this.tell()
    return this.items.map(({ upload }) => upload!)
  }

  /** Stop sending. What arrived stays with the server, so that choosing the files again goes on from there. */
  stop(): void {
    this.stopper.abort()
  }

  private async work(): Promise<number[]> {
    const signal = this.stopper.signal
    const waiting = this.items
      .map((item, at) => ({ item, at }))
      .filter(({ item }) => item.state === 'waiting')
    const next = waiting.values()
    const worker = async () => {
      for (const { at } of next) {
        try {
          const id = await upload(this.chosen[at]!, this.door, (news) => this.change(at, news), signal)
          this.change(at, { state: 'sent', upload: id, sent: this.chosen[at]!.file.size })
        } catch (error) {
          signal.throwIfAborted()
          this.change(at, {
            state: 'failed',
            problem: error instanceof Error ? error.message : String(error),
          })
        }
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
    const failed = this.items.filter(({ state }) => state === 'failed').length
    if (failed) throw new Error(t('imports:some_failed', { failed, count: this.items.length }))
    return this.items.map(({ upload: id }) => id!)
  }

  private change(at: number, news: Partial<Item>): void {
    this.items = this.items.with(at, { ...this.items[at]!, ...news })
    this.tell()
  }

  private tell(): void {
    for (const listener of this.listeners) listener()
  }
}
