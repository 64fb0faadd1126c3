/** Pointing at a place of the photo to say something about it. */

import type { Desk } from '../canvas/desk'
import type { Hand, Sample } from '../canvas/tools/hand'
import type { Action } from '../painting/keys'

export class CommentHand implements Hand {
  constructor(private readonly desk: Desk) {}

  down(at: Sample): void {
    const { easel, talk } = this.desk
    if (!this.desk.isOnPhoto(at)) return
    const here = easel.fromPhoto(at)
    talk.placed(at, (pin) => {
      const there = easel.fromPhoto(pin.at)
      return Math.hypot(there.x - here.x, there.y - here.y)
    })
  }

  act(action: Action): boolean {
    if (action !== 'cancel') return false
    this.desk.talk.putAway()
    return true
  }

  cancel(): void {}

  cursor(): string {
    return 'crosshair'
  }
}
