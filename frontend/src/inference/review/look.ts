/** What the review shows, as values the shader takes as they are. */

import { patternNumber } from '../../annotator/canvas/patterns'
import type { CounterpartClass } from '../../shared/types'

export type Mode = 'mask' | 'heat' | 'difference'

/** A class of either side; only of the annotation's it is said which is neutral. */
export type ReviewClass = Omit<CounterpartClass, 'is_neutral'> & Partial<Pick<CounterpartClass, 'is_neutral'>>

export type ReviewLook = {
  mode: Mode
  /** 0..1 of a probability; null shows the mask as it was predicted. */
  threshold: number | null
  opacity: number
  /** Whether the annotation is drawn under the prediction. */
  isAnnotationShown: boolean
  /** Class bytes that are compared; 0 when there is none. */
  predicted: number
  annotated: number
  colours: { predicted: Uint8Array<ArrayBuffer>; annotated: Uint8Array<ArrayBuffer> }
}

/** Colours of the difference, told apart by every kind of colour vision (Okabe and Ito). */
export const DIFFERENCE = { both: '#56b4e9', only_predicted: '#d55e00', only_annotated: '#f0e442' }

/** RGBA per class byte; alpha 0 hides it, 128 shows it hatched (neutral), 255 plain, 192 + n in pattern n. */
export function tableOf(classes: readonly ReviewClass[]): Uint8Array<ArrayBuffer> {
  const table = new Uint8Array(256 * 4)
  for (const { index, colour, pattern, is_neutral } of classes) {
    const rgb = Number.parseInt(colour.slice(1), 16)
    const number = patternNumber(pattern ?? '')
    const alpha = pattern === 'hatch' || is_neutral ? 128 : number ? 192 + number : 255
    table.set([rgb >> 16, (rgb >> 8) & 255, rgb & 255, alpha], index * 4)
  }
  return table
}

/** The class of an annotation that a predicted class most likely means: "Isolator_unet" is "Isolator". */
export function counterpartOf(predicted: string, classes: readonly ReviewClass[]): ReviewClass | null {
  const candidates = classes.filter((one) => !one.is_neutral && predicted.startsWith(one.name))
  candidates.sort((a, b) => b.name.length - a.name.length)
  return candidates[0] ?? null
}
