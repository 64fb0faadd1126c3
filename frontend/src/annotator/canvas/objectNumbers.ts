/** Numbers for new objects: asked of the server, which gives each only once. */

import { api } from '../../shared/api'
import type { ObjectNumbers } from '../../shared/types'

/** Some more than are needed at once, so that splitting here and merging there does not ask each time. */
const AHEAD = 16
const PATIENCE_MS = 8000

export class Numbers {
  private left: number[] = []

  constructor(private readonly image: number) {}

  /** So many numbers, ascending. Rejects when the server cannot be reached, or when they are no longer wanted. */
  async take(count: number, signal: AbortSignal): Promise<number[]> {
    if (count > this.left.length) {
      const wanted = { count: count - this.left.length + AHEAD }
      const path = `/api/images/${this.image}/object-numbers/`
      const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)])
      const { ranges } = await api.post<ObjectNumbers>(path, wanted, patience)
      for (const [first, last] of ranges as [number, number][]) {
        for (let number = first; number <= last; number++) this.left.push(number)
      }
      this.left.sort((a, b) => a - b)
    }
    return this.left.splice(0, count)
  }
}
