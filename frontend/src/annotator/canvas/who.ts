/** Who painted the pixel under the pointer, asked for while a key is held. */

import type { Point } from '../painting/box'
import type { Desk } from './desk'
import type { Origin } from './pastServer'
import { Store } from './store'

export type Asked = {
  /** The pixel asked about; null while the key is not held, or the pointer not on the photo. */
  at: Point | null
  origin: Origin | null
  /** What is on screen there is not what the server has: it was changed just now. */
  isUnsaved: boolean
}

const NOTHING: Asked = { at: null, origin: null, isUnsaved: false }
/** A person who moves the pointer reads nothing: it rests for a moment before anything is asked. */
const REST_MS = 90

export class Who {
  readonly asked = new Store<Asked>(NOTHING)
  private timer = 0
  private asking = new AbortController()

  constructor(private readonly desk: Desk) {}

  /** point: where the pointer is; null when the key was let go. */
  look(point: Point | null): void {
    const at = point && { x: Math.floor(point.x), y: Math.floor(point.y) }
    const before = this.asked.get().at
    if (at?.x === before?.x && at?.y === before?.y) return
    this.asking.abort()
    clearTimeout(this.timer)
    if (!at || !this.desk.isOnPhoto(at)) return this.asked.set(NOTHING)
    this.asked.set({ ...NOTHING, at })
    this.timer = window.setTimeout(() => void this.ask(at), REST_MS)
  }

  dispose(): void {
    this.look(null)
  }

  private async ask(at: Point): Promise<void> {
    const { signal } = (this.asking = new AbortController())
    const { mask, outbox, past } = this.desk
    try {
      const origin = await past.origin(at.x, at.y, signal)
      if (signal.aborted) return
      const isUnsaved = outbox.unsent > 0 && origin.class_index !== mask.classAt(at.x, at.y)
      this.asked.set({ origin, isUnsaved })
    } catch (error) {
      if (!signal.aborted) this.desk.say((error as Error).message)
    }
  }
}
