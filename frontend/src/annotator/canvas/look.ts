/** How classes are shown. Changing it never touches the mask. */

import type { LabelClass as Full } from '../../shared/types'
import { patternNumber } from './patterns'

/** What a class needs to be shown and chosen. */
export type LabelClass = Pick<Full, 'index' | 'name' | 'colour' | 'key' | 'pattern' | 'deleted_at'>

export type Look = {
  /** RGBA per class byte; alpha 0 hides it. */
  colours: Uint8Array<ArrayBuffer>
  /** The number of its pattern per class byte; 0 is plain. */
  patterns: Uint8Array<ArrayBuffer>
  /** 0..1, of everything. */
  opacity: number
}

export function lookOf(classes: readonly LabelClass[], hidden: ReadonlySet<number>, opacity: number): Look {
  const colours = new Uint8Array(256 * 4)
  const patterns = new Uint8Array(256)
  for (const { index, colour, pattern, deleted_at } of classes) {
    if (deleted_at || hidden.has(index)) continue
    const rgb = Number.parseInt(colour.slice(1), 16)
    colours.set([rgb >> 16, (rgb >> 8) & 255, rgb & 255, 255], index * 4)
    patterns[index] = patternNumber(pattern ?? '')
  }
  return { colours, patterns, opacity }
}
