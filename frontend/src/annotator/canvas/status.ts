/** What is going on at the easel, for the bars around it. */

import type { Point } from '../painting/box'
import type { SaveState } from '../painting/outbox'

export type Status = {
  save: SaveState
  canUndo: boolean
  canRedo: boolean
  isLoaded: boolean
  /** Modifiers and keys that change what the pointer does, as they are held now. */
  isErasing: boolean
  isShiftHeld: boolean
  isCtrlHeld: boolean
  /** Pixel under the cursor, when it is on the photo. */
  at: Point | null
  /** Class byte under the cursor. */
  under: number
  /** Device pixels per photo pixel. */
  scale: number
  /** A longer piece of work runs; Escape stops it. */
  isBusy: boolean
}

export const atFirst: Status = {
  save: { kind: 'saved', waiting: 0, problem: '' },
  canUndo: false,
  canRedo: false,
  isLoaded: false,
  isErasing: false,
  isShiftHeld: false,
  isCtrlHeld: false,
  at: null,
  under: 0,
  scale: 1,
  isBusy: false,
}
