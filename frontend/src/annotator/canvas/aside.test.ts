import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { encode, TILE_PX } from '../painting/tile'
import type { Question, Reply } from './pixelWorker'

const pixels = new Uint8Array(TILE_PX).map((_, i) => i % 7)

/** A worker that runs what it is asked here, or breaks. */
class FakeWorker {
  static made: FakeWorker[] = []
  static isBroken = false
  readonly asked: Question[] = []
  onmessage: (event: { data: Reply }) => void = () => {}
  onerror: () => void = () => {}

  constructor() {
    FakeWorker.made.push(this)
  }

  postMessage(question: Question): void {
    this.asked.push(question)
    if (FakeWorker.isBroken) setTimeout(() => this.onerror())
  }

  reply(data: Reply): void {
    this.onmessage({ data })
  }

  terminate(): void {}
}

beforeEach(() => {
  FakeWorker.made = []
  FakeWorker.isBroken = false
  vi.resetModules()
})
afterEach(() => vi.unstubAllGlobals())

test('without workers the page does it itself', async () => {
  const { aside } = await import('./aside')

  expect(await aside('encode', [pixels])).toEqual(await encode(pixels))
})

test('a worker that cannot be loaded loses nothing', async () => {
  vi.stubGlobal('Worker', FakeWorker)
  FakeWorker.isBroken = true
  const { aside } = await import('./aside')

  const [first, second] = await Promise.all([aside('encode', [pixels]), aside('encode', [pixels])])

  expect(first).toEqual(await encode(pixels))
  expect(second).toEqual(first)
})

test('answers find the one who asked, whatever their order', async () => {
  vi.stubGlobal('Worker', FakeWorker)
  const { aside } = await import('./aside')

  const answers = [1, 2, 3].map(() => aside('encode', [pixels]))
  expect(FakeWorker.made).toHaveLength(2)
  for (const worker of FakeWorker.made) {
    for (const { id } of [...worker.asked].reverse()) worker.reply({ id, answer: Uint8Array.of(id) })
  }

  expect(new Set((await Promise.all(answers)).map(([id]) => id)).size).toBe(3)
})

test('a failure keeps its name and its sentence', async () => {
  vi.stubGlobal('Worker', FakeWorker)
  const { aside } = await import('./aside')

  const answer = aside('encode', [pixels])
  const [worker] = FakeWorker.made
  worker!.reply({
    id: worker!.asked[0]!.id,
    failure: { name: 'TooLarge', message: 'Close its outline first.' },
  })

  await expect(answer).rejects.toMatchObject({ name: 'TooLarge', message: 'Close its outline first.' })
})

test('what is no longer wanted is cancelled in the worker', async () => {
  vi.stubGlobal('Worker', FakeWorker)
  const { aside } = await import('./aside')
  const stop = new AbortController()

  const answer = aside('encode', [pixels], { signal: stop.signal })
  stop.abort()

  await expect(answer).rejects.toMatchObject({ name: 'AbortError' })
  expect(FakeWorker.made[0]!.asked.at(-1)).toMatchObject({ cancel: true })
})
