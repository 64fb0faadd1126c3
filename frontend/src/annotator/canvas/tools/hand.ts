/** What a tool does with the pen. The painter turns mouse, pen and keys into these calls. */

import type { Point } from '../../painting/box'
import type { Action } from '../../painting/keys'

/** A place in the photo, in its pixels, and how hard the pen presses there (0..1; 1 for a mouse). */
export type Sample = Point & { pressure: number }

/** How the pen is held. */
export type Press = {
  isErasing: boolean
  shift: boolean
  ctrl: boolean
  /** How often it came down here within a double click's time: 2 for the second. */
  count: number
}

export interface Hand {
  /** The pen comes down. */
  down(at: Sample, press: Press): void
  /** It moves while down: everything since the last call, in order. */
  drag?(samples: readonly Sample[], press: Press): void
  /** It leaves the photo. */
  up?(at: Sample, press: Press): void
  /** It moves above the photo. */
  hover?(at: Sample, press: Press): void
  /** A modifier was pressed or let go while the pointer rests. */
  modified?(press: Press): void
  /** An action of the keyboard, if it means something to this tool now; false leaves it to the painter. */
  act?(action: Action, key?: string): boolean
  /** Give up what is under way, as if it had not begun. Called on Escape, and before another tool is taken. */
  cancel(): void
  /** Whether something is under way that undo must not disturb. */
  isUnderWay?(): boolean
  /** Show at the pointer what it would do; null when it is not over the photo. Called often. */
  show?(at: Point | null): void
  /** The pointer's own look over the photo. */
  cursor?(): string
  dispose?(): void
}
