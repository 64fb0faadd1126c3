/** The upload queue's way to the server. */

import { api, send } from '../../shared/api'
import type { Door, Receipt } from './queue'

/** A promise that an abort rejects. */
function until<T>(signal: AbortSignal, start: (done: (value: T) => void) => () => void): Promise<T> {
  return new Promise((done, fail) => {
    signal.throwIfAborted()
    const finish = (value: T) => {
      cleanUp()
      done(value)
    }
    const leave = () => {
      cleanUp()
      fail(signal.reason as Error)
    }
    const undo = start((value) => finish(value))
    const cleanUp = () => {
      undo()
      signal.removeEventListener('abort', leave)
    }
    signal.addEventListener('abort', leave)
  })
}

export const door: Door = {
  open: (wish, signal) => api.post<Receipt>('/api/uploads/', wish, signal),
  send: async (id, offset, chunk, signal) => {
    const response = await send('PATCH', `/api/uploads/${id}/?offset=${offset}`, chunk, {
      headers: { 'Content-Type': 'application/octet-stream' },
      signal,
    })
    return (await response.json()) as Receipt
  },
  wait: (ms, signal) =>
    until<void>(signal, (done) => {
      const timer = window.setTimeout(done, ms)
      return () => window.clearTimeout(timer)
    }),
  online: async (signal) => {
    if (navigator.onLine) return
    await until<Event>(signal, (done) => {
      window.addEventListener('online', done)
      return () => window.removeEventListener('online', done)
    })
  },
}
