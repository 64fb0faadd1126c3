/** Clicked corners that are filled when the outline closes. */

import type { Point } from '../../painting/box'
import type { Action } from '../../painting/keys'
import { polygon } from '../../painting/shapes'
import { Stroke } from '../../painting/stroke'
import type { Desk } from '../desk'
import type { Hand, Press, Sample } from './hand'

/** A click this near to the first corner, in CSS pixels, closes the outline. */
const CLOSING_PX = 9
const MOST_KEPT_CORNERS = 1000

export class PolygonHand implements Hand {
  private corners: Point[] = []
  private isErasing = false

  constructor(private readonly desk: Desk) {}

  down(at: Sample, press: Press): void {
    const { desk, corners } = this
    if (press.count > 1) return this.close()
    if (!press.isErasing && !desk.maySee()) return
    const [first] = corners
    this.isErasing = press.isErasing
    if (first && corners.length > 2 && this.distance(first, at) < CLOSING_PX) return this.close()
    // The second click of a double click is where the first was.
    const last = corners.at(-1)
    if (last && this.distance(last, at) < 2) return
    corners.push({ x: at.x, y: at.y })
    this.show(at)
  }

  act(action: Action): boolean {
    if (this.corners.length === 0) return false
    if (action === 'close') this.close()
    else if (action === 'back') {
      this.corners.pop()
      this.show(null)
    } else return false
    return true
  }

  isUnderWay(): boolean {
    return this.corners.length > 0
  }

  cancel(): void {
    this.corners = []
    this.show(null)
  }

  show(at: Point | null): void {
    const { easel, overlay } = this.desk
    const corners = at && this.corners.length > 0 ? [...this.corners, at] : this.corners
    overlay.showOutline(corners.map((corner) => easel.fromPhoto(corner)))
  }

  private close(): void {
    const { corners, desk } = this
    // Two corners are no area yet; they stay to be gone on with.
    if (corners.length < 3) return
    this.cancel()
    if (!desk.mayPaint) return
    const paint = desk.paint(this.isErasing || desk.status.get().isErasing)
    const stroke = new Stroke(desk.mask, paint)
    stroke.startAt(corners[0]!)
    polygon(corners, desk.mask.box, (y, left, right) => stroke.span(y, left, right))
    const points = corners.map(({ x, y }) => [Math.round(x * 10) / 10, Math.round(y * 10) / 10])
    const details = { class: paint.value, points: points.slice(0, MOST_KEPT_CORNERS) }
    desk.keepStroke(stroke, corners[0]!, 'polygon', details)
  }

  private distance(a: Point, b: Point): number {
    const scale = this.desk.easel.view.scale / devicePixelRatio
    return Math.hypot(a.x - b.x, a.y - b.y) * scale
  }
}
