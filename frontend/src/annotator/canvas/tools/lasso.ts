/** An outline drawn freehand: it closes itself where the pen is lifted, and is filled. */

import type { Point } from '../../painting/box'
import { polygon } from '../../painting/shapes'
import { Stroke } from '../../painting/stroke'
import type { Desk } from '../desk'
import type { Hand, Press, Sample } from './hand'
import { Preview } from './preview'

/** The hand does not mean anything finer than this, in CSS pixels. */
const STEP_PX = 1
const MOST_KEPT_POINTS = 1000

export class LassoHand implements Hand {
  private path: Point[] = []
  private isErasing = false
  private readonly preview: Preview

  constructor(private readonly desk: Desk) {
    this.preview = new Preview(desk.layers)
  }

  down(at: Sample, press: Press): void {
    if (!press.isErasing && !this.desk.maySee()) return
    this.isErasing = press.isErasing
    this.path = [{ x: at.x, y: at.y }]
    this.draw()
  }

  drag(samples: readonly Sample[], press: Press): void {
    if (this.path.length === 0) return
    this.isErasing ||= press.isErasing
    const step = (STEP_PX * devicePixelRatio) / this.desk.easel.view.scale
    for (const { x, y } of samples) {
      const last = this.path.at(-1)!
      if (Math.hypot(x - last.x, y - last.y) >= step) this.path.push({ x, y })
    }
    this.draw()
  }

  up(_: Sample, press: Press): void {
    const { desk, path } = this
    const isErasing = this.isErasing || press.isErasing
    this.cancel()
    if (path.length < 3 || !desk.mayPaint) return
    const paint = desk.paint(isErasing)
    const stroke = new Stroke(desk.mask, paint)
    stroke.startAt(path[0]!)
    polygon(path, desk.mask.box, (y, left, right) => stroke.span(y, left, right), 'winding')
    desk.keepStroke(stroke, path[0]!, 'lasso', { class: paint.value, points: thinned(path) })
  }

  cancel(): void {
    this.path = []
    this.preview.clear()
  }

  isUnderWay(): boolean {
    return this.path.length > 0
  }

  dispose(): void {
    this.preview.remove()
  }

  private draw(): void {
    const path = `M${this.path.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}Z`
    this.preview.show(() => [{ path, kind: 'line' }])
  }
}

/** Evenly picked points, so that an edit's story stays short. */
function thinned(path: readonly Point[]): [number, number][] {
  const step = Math.max(1, path.length / MOST_KEPT_POINTS)
  const kept: [number, number][] = []
  for (let i = 0; i < path.length; i += step) {
    const { x, y } = path[Math.floor(i)]!
    kept.push([Math.round(x * 10) / 10, Math.round(y * 10) / 10])
  }
  return kept
}
