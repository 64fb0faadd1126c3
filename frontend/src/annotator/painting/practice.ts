/** A stroke on a mask that nobody sees: what a browser runs for the first time is slow, and the first real stroke would stutter. */

import { Coverage } from './coverage'
import { Mask } from './mask'
import { toKept } from './patch'
import { BrushStroke, prepareFor } from './stroke'

const SIDE = 4096
const SIZE = 1000
const MOVES = 16
/** As far away as a whole photo is commonly seen. */
const LEVELS = [2, 3, 3, 2]
const MOST_PX = 1 << 17

/** Paint and erase; each step is about what one frame of a stroke does.
 *
 * A browser makes code for the objects it has met, and throws it away when it meets others. So everything is what a real
 * stroke has, down to the order of the fields, and who is told of changes is somebody else each time.
 */
export function* practice(): Generator<void> {
  prepareFor(SIZE)
  const mask = new Mask(SIDE, SIDE)
  const coverage = new Coverage(mask)
  for (const [round, level] of LEVELS.entries()) {
    const tell = () => {}
    const stop = mask.watch(tell)
    mask.onChange = tell
    const paint = { spare: undefined, value: (round + 1) % 2, locked: new Set<number>(), only: null }
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
      coverage.update(level, tell, MOST_PX)
      yield
    }
    toKept(brush.stroke.finish())
    stop()
    yield
  }
}
