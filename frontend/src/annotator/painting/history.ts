/** Undo and redo of one person: each is a new edit that takes one back, whatever page or tab made that one.
 *
 * Edits of this page are kept as patches. Below them lie those the server told of; they are fetched when their turn comes.
 */

import { isNothing, type Patch, revert, sizeOf } from './patch'
import type { Mask } from './mask'

export const MOST_STEPS = 200
export const MOST_BYTES = 64 * 1024 * 1024

/** An edit that the server told of. */
export type PastStep = { uuid: string; seq: number; tool: string; at: string }

/** What was done to how the photo is shown here. It takes the step back, or takes it again. */
export type LookStep = (what: 'undo' | 'redo') => void

/** patch: what it changed, and the bytes it takes; null while only the server knows, and where only the look changed. */
type Step = { uuid: string; patch: Patch | null; bytes: number; past: PastStep | null; look?: LookStep }

export class History {
  /** What the last undo or redo took back; the new edit says so to the server. */
  took: { uuid: string; past: PastStep | null } | null = null
  private done: Step[] = []
  private undone: Step[] = []
  /** Own edits this page has met, so that the server tells nothing twice. */
  private readonly met = new Set<string>()
  private hasPainted = false

  get canUndo(): boolean {
    return this.done.length > 0
  }

  get canRedo(): boolean {
    return this.undone.length > 0
  }

  /** Remember an edit of one's own. What had been undone is gone with it. */
  did(patch: Patch, uuid = ''): void {
    this.push({ uuid, patch, bytes: sizeOf(patch), past: null })
  }

  /** The same of an edit that the server made for this person. */
  didElsewhere(past: PastStep): void {
    this.push({ uuid: past.uuid, patch: null, bytes: 0, past })
  }

  /** Remember a step that changed no pixel. What had been undone can still be redone. */
  looked(look: LookStep): void {
    this.done.push({ uuid: '', patch: null, bytes: 0, past: null, look })
    this.trim()
  }

  /** An edit that this page sends for an earlier one. */
  inherit(patch: Patch, uuid: string, tool: string): void {
    if (tool === 'undo' || tool === 'redo') this.met.add(uuid)
    else this.did(patch, uuid)
  }

  /** Put what the server tells below what is known here. Returns whether there is anything new to undo. */
  recall({ done, undone }: { done: readonly PastStep[]; undone: readonly PastStep[] }): boolean {
    const earlier = done.filter(({ uuid }) => !this.met.has(uuid)).map(unfetched)
    this.done = [...earlier, ...this.done].slice(-MOST_STEPS)
    // Painting has made an end of what was undone before.
    const taken = this.hasPainted ? [] : undone.filter(({ uuid }) => !this.met.has(uuid)).map(unfetched)
    this.undone = [...taken, ...this.undone]
    for (const { uuid } of [...done, ...undone]) this.met.add(uuid)
    return earlier.length > 0
  }

  /** The edit to fetch before one can go on in this direction; null when the next one is here, or there is none. */
  lacking(what: 'undo' | 'redo'): PastStep | null {
    const next = (what === 'undo' ? this.done : this.undone).at(-1)
    return next && !next.patch ? next.past : null
  }

  /** An edit that was lacking has come. */
  fetched(uuid: string, patch: Patch): void {
    for (const step of [...this.done, ...this.undone]) {
      if (step.uuid === uuid) Object.assign(step, { patch, bytes: sizeOf(patch) })
    }
    this.trim()
  }

  /** Take the last edit back in the mask; returns what changed, or null when nothing was left, or one is lacking.
   *
   * uuid: of the edit that this becomes.
   */
  undo(mask: Mask, uuid = ''): Patch | null {
    return this.step(mask, this.done, this.undone, uuid)
  }

  /** Take the last undo back. */
  redo(mask: Mask, uuid = ''): Patch | null {
    return this.step(mask, this.undone, this.done, uuid)
  }

  /** Take back, or again, what changed the look only. Returns whether it was the next step in this direction. */
  takeLook(what: 'undo' | 'redo'): boolean {
    const [from, to] = what === 'undo' ? [this.done, this.undone] : [this.undone, this.done]
    const step = from.at(-1)
    if (!step?.look) return false
    from.pop()
    to.push(step)
    step.look(what)
    return true
  }

  private push(step: Step): void {
    this.met.add(step.uuid)
    this.hasPainted = true
    this.done.push(step)
    this.undone = []
    this.trim()
  }

  private step(mask: Mask, from: Step[], to: Step[], uuid: string): Patch | null {
    for (let step = from.at(-1); step?.patch; step = from.at(-1)) {
      from.pop()
      const reverted = revert(mask, step.patch)
      // An edit of which others left no pixel has nothing to take back: go on to the one before.
      if (isNothing(reverted)) continue
      this.took = { uuid: step.uuid, past: step.past }
      this.met.add(uuid)
      to.push({ uuid, patch: reverted, bytes: sizeOf(reverted), past: null })
      return reverted
    }
    return null
  }

  /** Steps beyond what one can undo are forgotten; patches beyond what memory should hold are fetched again if ever. */
  private trim(): void {
    this.done = this.done.slice(-MOST_STEPS)
    let bytes = 0
    let kept = this.done.length
    while (kept > 0) {
      const step = this.done[kept - 1]!
      bytes += step.bytes
      if (bytes > MOST_BYTES && kept < this.done.length) {
        if (step.patch && !step.past) break
        Object.assign(step, { patch: null, bytes: 0 })
      }
      kept--
    }
    this.done = this.done.slice(kept)
  }
}

const unfetched = (past: PastStep): Step => ({ uuid: past.uuid, patch: null, bytes: 0, past })
