/** The worker's end of `aside`: does what it is asked, one turn of each at a time. */

import { perform, type WorkName } from '../painting/pixelWork'

export type Question = { id: number; name: WorkName; given: unknown[] } | { id: number; cancel: true }

export type Reply =
  | { id: number; progress: number }
  | { id: number; answer: unknown }
  | { id: number; failure: { name: string; message: string } }

const cancelled = new Set<number>()
const running = new Set<number>()

addEventListener('message', ({ data }: MessageEvent<Question>) => {
  if (!('cancel' in data)) void answer(data.id, data.name, data.given)
  else if (running.has(data.id)) cancelled.add(data.id)
})

async function answer(id: number, name: WorkName, given: unknown[]): Promise<void> {
  running.add(id)
  try {
    const found = await perform(
      name,
      given,
      () => cancelled.has(id),
      (progress) => reply({ id, progress }),
    )
    reply({ id, answer: found })
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error))
    reply({ id, failure: { name, message } })
  } finally {
    running.delete(id)
    cancelled.delete(id)
  }
}

function reply(message: Reply): void {
  postMessage(message)
}
