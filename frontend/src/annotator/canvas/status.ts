/** What is going on at the easel, for the bars around it. */

import type { Point } from '../painting/box'
import type { Hold } from '../painting/keys'
import type { Parked, SaveState } from '../painting/outbox'

export type Status = {
  save: SaveState
  /** Edits the server would not take. */
  parked: readonly Parked[]
  canUndo: boolean
  canRedo: boolean
  isLoaded: boolean
  /** Modifiers and keys that change what the pointer does, as they are held now. */
  isErasing: boolean
  isShiftHeld: boolean
  isCtrlHeld: boolean
  /** What the key that was pressed last, and is held, does meanwhile. */
  holding: Hold | null
  /** Pixel under the cursor, when it is on the photo. */
  at: Point | null
  /** Class byte under the cursor. */
  under: number
  /** Device pixels per photo pixel. */
  scale: number
  /** Which window of how many the walk is at; null when somewhere else. */
  walk: { number: number; count: number } | null
  /** How much of the photo has been looked at closely, 0..1. */
  seen: number
  /** A longer piece of work runs; Escape stops it. */
  isBusy: boolean
}

export const atFirst: Status = {
  save: { kind: 'saved', waiting: 0, problem: '', isKept: true },
  parked: [],
  canUndo: false,
  canRedo: false,
  isLoaded: false,
  isErasing: false,
  isShiftHeld: false,
  isCtrlHeld: false,
  holding: null,
  at: null,
  under: 0,
  scale: 1,
  walk: null,
  seen: 0,
  isBusy: false,
}
