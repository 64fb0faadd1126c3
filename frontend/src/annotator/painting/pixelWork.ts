/** Pixel work too heavy for the page, as it is asked for by name: see `canvas/aside.ts`.
 *
 * Each is a pure function over plain values that can be copied to a worker: numbers, strings, typed arrays, Maps,
 * `Box`, `Bitmap`, no instances of our own classes. It may be async. A generator yields progress (0..1) wherever it may be
 * interrupted, and returns its answer.
 */

import { mended } from './mending'
import { similarIn, waysIn } from './photoTiles'
import { encode } from './tile'

export const PIXEL_WORK = {
  /** The bytes of a tile on the wire. */
  encode,
  /** Regions grown, shrunk, smoothed, or without holes. */
  mended,
  /** What looks like a pixel of a photo and hangs together with it. */
  similarIn,
  /** The ways that follow a photo's edges to a place. */
  waysIn,
}

export type WorkName = keyof typeof PIXEL_WORK
type Work<N extends WorkName> = (typeof PIXEL_WORK)[N]
export type Given<N extends WorkName> = Parameters<Work<N>>
export type Answer<N extends WorkName> =
  ReturnType<Work<N>> extends Generator<number, infer R> | AsyncGenerator<number, infer R>
    ? R
    : Awaited<ReturnType<Work<N>>>

/** How long a generator runs before others have their turn. */
const TURN_MS = 8

/** Do a work here, in turns. Rejects with an AbortError once `isCancelled`. */
export async function perform(
  name: WorkName,
  given: unknown[],
  isCancelled: () => boolean,
  onProgress: (share: number) => void = () => {},
): Promise<unknown> {
  const work = (PIXEL_WORK as Record<string, (...given: unknown[]) => unknown>)[name]
  if (!work)
    throw new Error(`No pixel work is called '${name}'; known: ${Object.keys(PIXEL_WORK).join(', ')}`)
  const begun = work(...given)
  if (!isSteps(begun)) return begun
  let until = performance.now() + TURN_MS
  for (;;) {
    const step = await begun.next()
    if (step.done) return step.value
    if (performance.now() < until) continue
    onProgress(step.value)
    await new Promise((go) => setTimeout(go))
    if (isCancelled()) throw aborted()
    until = performance.now() + TURN_MS
  }
}

export const aborted = (): DOMException => new DOMException('No longer wanted.', 'AbortError')

type Steps = Generator<number, unknown> | AsyncGenerator<number, unknown>

const isSteps = (value: unknown): value is Steps =>
  typeof value === 'object' &&
  value !== null &&
  (Symbol.iterator in value || Symbol.asyncIterator in value) &&
  'next' in value
