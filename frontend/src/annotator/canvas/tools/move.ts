/** Moves the photo: the painter pans for it. */

import type { Hand } from './hand'

export class MoveHand implements Hand {
  down(): void {}

  cancel(): void {}

  cursor(): string {
    return 'grab'
  }
}
