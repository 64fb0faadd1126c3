/** Ask for pixel work to be done beside the page: `await aside('encode', [pixels])`.
 *
 * Two workers take turns, so that a long one does not hold up saving. Where the browser has none, the page does it itself,
 * a few milliseconds at a time.
 */

import { aborted, type Answer, type Given, perform, type WorkName } from '../painting/pixelWork'
import type { Question, Reply } from './pixelWorker'

export type AsideOptions = {
  /** Aborting rejects with an AbortError and stops the work at its next step. */
  signal?: AbortSignal
  onProgress?: (share: number) => void
  /** Buffers to hand over instead of copying; they are gone here afterwards. */
  transfer?: Transferable[]
}

type Asked = {
  name: WorkName
  given: unknown[]
  take: (answer: unknown) => void
  fail: (problem: unknown) => void
  options: AsideOptions
}

const MOST_HANDS = 2

/** One worker and what it is busy with. */
class Hand {
  readonly asked = new Map<number, Asked>()

  constructor(
    private readonly worker: Worker,
    private readonly onBroken: (hand: Hand) => void,
  ) {
    worker.onmessage = ({ data }: MessageEvent<Reply>) => this.hear(data)
    // A worker that could not be loaded, or died: what it was asked is done on the page.
    worker.onerror = () => this.onBroken(this)
    worker.onmessageerror = () => this.onBroken(this)
  }

  ask(id: number, asked: Asked): void {
    this.asked.set(id, asked)
    this.worker.postMessage(
      { id, name: asked.name, given: asked.given } satisfies Question,
      asked.options.transfer ?? [],
    )
  }

  forget(id: number): void {
    if (this.asked.delete(id)) this.worker.postMessage({ id, cancel: true } satisfies Question)
  }

  end(): void {
    this.worker.terminate()
  }

  private hear(reply: Reply): void {
    const asked = this.asked.get(reply.id)
    if (!asked) return
    if ('progress' in reply) return asked.options.onProgress?.(reply.progress)
    this.asked.delete(reply.id)
    if ('failure' in reply)
      asked.fail(Object.assign(new Error(reply.failure.message), { name: reply.failure.name }))
    else asked.take(reply.answer)
  }
}

let hands: Hand[] = []
let isWithoutHands = typeof Worker === 'undefined'
let lastId = 0

/** Rejects with what the work threw: an Error of the same name and message. */
export function aside<N extends WorkName>(
  name: N,
  given: Given<N>,
  options: AsideOptions = {},
): Promise<Answer<N>> {
  const { signal } = options
  return new Promise((take, fail) => {
    if (signal?.aborted) return fail(aborted())
    const asked: Asked = { name, given, take: take as (answer: unknown) => void, fail, options }
    const hand = freest()
    if (!hand) return onPage(asked)
    const id = ++lastId
    signal?.addEventListener(
      'abort',
      () => {
        hand.forget(id)
        fail(aborted())
      },
      { once: true },
    )
    hand.ask(id, asked)
  })
}

function onPage({ name, given, take, fail, options }: Asked): void {
  perform(name, given, () => options.signal?.aborted ?? false, options.onProgress).then(take, fail)
}

/** The worker with least to do; a new one while all are busy and there may be more. */
function freest(): Hand | null {
  if (isWithoutHands) return null
  hands.sort((a, b) => a.asked.size - b.asked.size)
  const [first] = hands
  if (first && (first.asked.size === 0 || hands.length >= MOST_HANDS)) return first
  try {
    const worker = new Worker(new URL('./pixelWorker.ts', import.meta.url), { type: 'module' })
    const hand = new Hand(worker, doWithout)
    hands.push(hand)
    return hand
  } catch {
    isWithoutHands = true
    return null
  }
}

function doWithout(broken: Hand): void {
  isWithoutHands = true
  hands = hands.filter((hand) => hand !== broken)
  broken.end()
  for (const asked of broken.asked.values()) onPage(asked)
  broken.asked.clear()
}
