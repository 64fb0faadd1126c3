/** A stroke on a mask that nobody sees: what a browser runs for the first time is slow, and the first real stroke would stutter. */

import { Coverage } from './coverage'
import { Mask } from './mask'
import { BrushStroke, prepareFor } from './stroke'

const SIDE = 4096
const SIZE = 1000
const MOVES = 16
/** As far away as a whole photo is commonly seen. */
const LEVELS = [2, 3]
const MOST_PX = 1 << 19

/** Paint and erase; each step is about what one frame of a stroke does. */
export function* practice(): Generator<void> {
  prepareFor(SIZE)
  const mask = new Mask(SIDE, SIDE)
  mask.watch(() => {})
  const coverage = new Coverage(mask)
  for (const [round, level] of LEVELS.entries()) {
    // As what is really painted with, down to the order of its fields: code made for other objects would be thrown away.
    const paint = { spare: undefined, value: 1 - round, locked: new Set<number>(), only: null }
    const brush = new BrushStroke(mask, paint, SIZE)
    for (let move = 0; move < MOVES; move++) {
      const share = move / MOVES
      for (const part of [0, 0.25, 0.5, 0.75]) {
        const x = SIDE * (0.2 + 0.6 * share) + 20 * part
        const sample = { x, y: SIDE * (0.5 + 0.2 * Math.sin(7 * share)), pressure: 1 }
        brush.to(sample)
      }
      brush.stroke.show()
      for (const [key, boxes] of mask.takeChanges()) for (const box of boxes) coverage.changed(key, box)
      coverage.update(level, undefined, MOST_PX)
      yield
    }
    brush.stroke.finish()
    yield
  }
}
