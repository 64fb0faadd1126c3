/** Takes the class under the pointer, then goes back to the brush. */

import type { Desk } from '../desk'
import type { Hand, Sample } from './hand'

export class PickHand implements Hand {
  constructor(private readonly desk: Desk) {}

  down(at: Sample): void {
    const { choice } = this.desk
    const found = this.desk.classUnder(at)
    if (found === null) return
    const { value, swap } = choice.get()
    choice.set({ tool: 'brush', value: found, swap: found === value ? swap : value })
  }

  cancel(): void {}
}
