/** What both ways of showing the mask, WebGL2 and Canvas2D, have in common. */

import type { Box, Point } from '../painting/box'
import type { Coverage } from '../painting/coverage'
import type { Mask } from '../painting/mask'
import type { TileKey } from '../painting/tile'
import type { Look } from './look'
import type { View } from './view'

/** What is seen around the photo: red, green, blue. */
export const GROUND = [22, 25, 28] as const

export interface Screen {
  readonly canvas: HTMLCanvasElement
  /** Whether what was drawn before has yet to be worked off. */
  readonly isBusy: boolean
  /** Show another mask from now on. */
  show(mask: Mask, coverage: Coverage): void
  /** How the photo is shown; 1 leaves it as it is. */
  setLight(brightness: number, contrast: number, gamma: number): void
  /** Texels of a tile changed; box in texels of the tile. Nothing is drawn yet. */
  changed(level: number, key: TileKey, box: Box): void
  /** Draw parts of the canvas anew. corner: its place on the stage, in device pixels. */
  draw(view: View, level: number, look: Look, parts: readonly Box[], corner: Point): void
  dispose(): void
}

/** The bytes of a tile at a level: class bytes at 0, (class, share) pairs above. Null where nothing is painted. */
export function texelsOf(mask: Mask, coverage: Coverage, level: number, key: TileKey): Uint8Array | null {
  if (level > 0) return coverage.tile(level, key)
  return mask.isPainted(key) ? mask.shownOf(key) : null
}

/** Level and place as one key of a Map. */
export const slotName = (level: number, key: TileKey): number => level * 2 ** 33 + key

export function wholeScreen(view: View): Box {
  return { left: 0, top: 0, right: view.width, bottom: view.height }
}
