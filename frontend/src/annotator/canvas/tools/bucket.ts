/** Fills the connected area under the pointer. */

import { area, TooLarge } from '../../painting/bucket'
import { Stroke } from '../../painting/stroke'
import { breathing, type Desk } from '../desk'
import type { Hand, Press, Sample } from './hand'

export class BucketHand implements Hand {
  constructor(private readonly desk: Desk) {}

  down(at: Sample, press: Press): void {
    void this.pour(at, press.isErasing)
  }

  cancel(): void {
    this.desk.stopRun()
  }

  private async pour(at: Sample, isErasing: boolean): Promise<void> {
    const { desk } = this
    const { mask } = desk
    const x = Math.floor(at.x)
    const y = Math.floor(at.y)
    if (!desk.isOnPhoto({ x, y }) || (!isErasing && !desk.maySee())) return
    const paint = desk.paint(isErasing)
    if (mask.classAt(x, y) === paint.value) return
    if (paint.locked.has(mask.classAt(x, y))) return desk.say('This class is locked.')
    await desk.busy(async (run) => {
      const spans: number[] = []
      try {
        const found = area(mask, x, y, (row, left, right) => spans.push(row, left, right))
        await breathing(found, run)
        if (run.isCancelled) return
        const stroke = new Stroke(mask, paint)
        stroke.startAt(at)
        for (let i = 0; i < spans.length; i += 3) stroke.span(spans[i]!, spans[i + 1]!, spans[i + 2]!)
        desk.keep(stroke.finish(), 'bucket', { class: paint.value, at: [x, y] })
      } catch (error) {
        if (!(error instanceof TooLarge)) throw error
        desk.say(error.message)
      }
    })
  }
}
