/** Notices when drawing the mask by WebGL cannot keep up, as where a browser without a GPU copies every frame. */

/** Frames further apart than this, this many in a row while something is drawn, are too slow. */
const SLOW_MS = 40
const PATIENCE = 8
/** A longer gap is a pause of the person, not of the machine. */
const PAUSE_MS = 400

export class Pace {
  private last = 0
  private slow = 0

  /** Call at each frame in which something is drawn, with its time in ms. */
  isTooSlow(now: number): boolean {
    const gap = now - this.last
    this.last = now
    if (gap > PAUSE_MS) return false
    this.slow = gap > SLOW_MS ? this.slow + 1 : 0
    return this.slow >= PATIENCE
  }
}
