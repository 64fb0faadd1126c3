/** Undo and redo at the easel: at once where the edit is known here, else after asking the server for it. */

import { ago } from '../../shared/format'
import { t } from '../../shared/texts'
import { uuid as newUuid } from '../../shared/uuid'
import type { Patch } from '../painting/patch'
import { boxOf } from '../painting/patch'
import type { Desk } from './desk'
import type { PastServer } from './pastServer'
import { toolName } from './pastWords'

export type Direction = 'undo' | 'redo'

export class Steps {
  private line: Promise<void> = Promise.resolve()
  private inLine = 0

  constructor(
    private readonly desk: Desk,
    private readonly server: PastServer,
  ) {}

  /** The mask is here: find out what this person did before. */
  async open(): Promise<void> {
    const { history, outbox } = this.desk
    for (const { patch, uuid, tool } of outbox.edits) history.inherit(patch, uuid, tool)
    this.desk.tellHistory()
    // Asked for again when it is needed.
    await this.recall().catch(() => {})
  }

  /** Ask what else there is to undo and redo. */
  async recall(): Promise<void> {
    this.desk.history.recall(await this.server.stack())
    this.desk.tellHistory()
  }

  take(what: Direction): void {
    // Who may only look may take back how they look at it.
    if (!this.desk.mayPaint) return void this.takeLook(what)
    if (this.inLine === 0 && this.takeKnown(what)) return
    this.inLine++
    this.line = this.line
      .then(() => this.takeAsking(what))
      .catch((error: Error) => this.desk.say(t('history:not_taken', { why: error.message })))
      .finally(() => this.inLine--)
  }

  /** Returns false where the next step is not here. */
  private takeKnown(what: Direction): boolean {
    const { history, mask, outbox } = this.desk
    if (this.takeLook(what)) return true
    const uuid = newUuid()
    const patch = history[what](mask, uuid)
    if (patch) {
      const { took } = history
      outbox.add(patch, what, took!.uuid ? { undoes: took!.uuid } : {}, uuid)
      if (took!.past) this.tell(what, took!.past, patch)
    }
    this.desk.tellHistory()
    return patch !== null
  }

  private takeLook(what: Direction): boolean {
    const isTaken = this.desk.history.takeLook(what)
    if (isTaken) this.desk.tellHistory()
    return isTaken
  }

  private async takeAsking(what: Direction): Promise<void> {
    const { history } = this.desk
    while (this.desk.mayPaint && !this.takeKnown(what)) {
      const lacking = history.lacking(what)
      if (lacking) history.fetched(lacking.uuid, await this.server.patch(lacking.seq))
      else {
        await this.recall()
        // Whoever asked first, the answer may have come to another question meanwhile.
        if (!(what === 'undo' ? history.canUndo : history.canRedo)) return
      }
    }
  }

  /** What an earlier page did may lie out of sight, and long ago. */
  private tell(what: Direction, { tool, at }: { tool: string; at: string }, patch: Patch): void {
    const key = what === 'undo' ? 'history:undid' : 'history:redid'
    this.desk.say(t(key, { what: toolName(tool), when: ago(at) }), false)
    const box = boxOf(patch)
    const { left, top, right, bottom } = this.desk.easel.inSight
    const isInSight = box && box.left < right && box.right > left && box.top < bottom && box.bottom > top
    if (box && !isInSight) this.desk.easel.goTo(box, 1)
  }
}
