/** Disputed pixels at the easel: marked on the photo, and decided one by one. */

import { t } from '../../shared/texts'
import { around } from '../painting/box'
import type { Dispute, Disputes } from '../painting/disputes'
import { isNothing } from '../painting/patch'
import type { Desk } from './desk'
import { DisputeLayer } from './disputeLayer'
import { Store } from './store'

export class Disagreements {
  readonly store = new Store<{ open: readonly Dispute[] }>({ open: [] })
  private readonly layer: DisputeLayer
  private known: Set<string> | null = null

  constructor(
    private readonly disputes: Disputes,
    private readonly desk: Desk,
  ) {
    this.layer = new DisputeLayer(desk.layers)
    disputes.onChange = () => this.changed()
    // A browser that keeps nothing has none from before.
    void disputes.load().catch(() => {})
  }

  goTo(uuid: string): void {
    const dispute = this.find(uuid)
    if (!dispute) return
    this.desk.easel.goTo(around(dispute.box))
  }

  keepMine(uuid: string): void {
    this.disputes.keepMine(uuid)
  }

  /** What they wanted becomes an edit of mine, which undo takes back. */
  takeTheirs(uuid: string): void {
    const { desk } = this
    if (!desk.mayPaint) return desk.say(t('together:not_now'))
    const patch = this.disputes.takeTheirs(uuid, desk.mask)
    if (isNothing(patch)) desk.say(t('together:nothing_left'), false)
    else desk.keep(patch, 'takeTheirs', { settles: uuid })
  }

  private find(uuid: string): Dispute | undefined {
    return this.store.get().open.find((one) => one.uuid === uuid)
  }

  private changed(): void {
    const { open } = this.disputes
    for (const { uuid, pixels } of open) {
      if (this.known && !this.known.has(uuid))
        this.desk.say(t('together:new_dispute', { count: pixels }), false)
    }
    this.known = new Set([...(this.known ?? []), ...open.map(({ uuid }) => uuid)])
    this.store.set({ open })
    this.layer.show(open)
  }
}
