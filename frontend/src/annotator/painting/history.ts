/** Undo and redo: each is a new edit that takes one back. */

import { isNothing, type Patch, revert, sizeOf } from './patch'
import type { Mask } from './mask'

export const MOST_STEPS = 200
export const MOST_BYTES = 64 * 1024 * 1024

export class History {
  private done: Patch[] = []
  private undone: Patch[] = []

  get canUndo(): boolean {
    return this.done.length > 0
  }

  get canRedo(): boolean {
    return this.undone.length > 0
  }

  /** Remember an edit of one's own. What had been undone is gone with it. */
  did(patch: Patch): void {
    this.done.push(patch)
    this.undone = []
    this.trim()
  }

  /** Take the last edit back in the mask; returns what changed, or null when nothing was left of it. */
  undo(mask: Mask): Patch | null {
    return step(mask, this.done, this.undone)
  }

  /** Take the last undo back. */
  redo(mask: Mask): Patch | null {
    return step(mask, this.undone, this.done)
  }

  private trim(): void {
    let bytes = 0
    let kept = 0
    for (let i = this.done.length - 1; i >= 0 && kept < MOST_STEPS; i--, kept++) {
      bytes += sizeOf(this.done[i]!)
      if (bytes > MOST_BYTES) break
    }
    this.done = this.done.slice(this.done.length - Math.max(kept, 1))
  }
}

function step(mask: Mask, from: Patch[], to: Patch[]): Patch | null {
  for (let patch = from.pop(); patch; patch = from.pop()) {
    const reverted = revert(mask, patch)
    // An edit of which others left no pixel has nothing to take back: go on to the one before.
    if (isNothing(reverted)) continue
    to.push(reverted)
    return reverted
  }
  return null
}
