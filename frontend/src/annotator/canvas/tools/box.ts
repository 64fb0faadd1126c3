/** Rectangle and ellipse: drawn from corner to corner, or from the middle. */

import { count } from '../../../shared/format'
import { t } from '../../../shared/texts'
import type { Box } from '../../painting/box'
import { boxBetween, ellipse, rectangle } from '../../painting/shapes'
import { Stroke } from '../../painting/stroke'
import type { Desk } from '../desk'
import type { Hand, Press, Sample } from './hand'
import { Preview } from './preview'

export class BoxHand implements Hand {
  private from: Sample | null = null
  private to: Sample | null = null
  private press: Press | null = null
  private readonly preview: Preview

  constructor(
    private readonly desk: Desk,
    private readonly shape: 'rectangle' | 'ellipse',
  ) {
    this.preview = new Preview(desk.layers)
  }

  down(at: Sample, press: Press): void {
    if (!press.isErasing && !this.desk.maySee()) return
    this.from = this.to = at
    this.press = press
    this.draw()
  }

  drag(samples: readonly Sample[], press: Press): void {
    if (!this.from) return
    this.to = samples.at(-1) ?? this.to
    this.press = press
    this.draw()
  }

  modified(press: Press): void {
    if (!this.from) return
    this.press = press
    this.draw()
  }

  up(_: Sample, press: Press): void {
    const { desk } = this
    if (!this.from) return
    const isErasing = this.press!.isErasing || press.isErasing
    const [from, box] = [this.from, this.box()]
    this.cancel()
    if (!desk.mayPaint) return
    const paint = desk.paint(isErasing)
    const stroke = new Stroke(desk.mask, paint)
    stroke.startAt(from)
    const draw = this.shape === 'rectangle' ? rectangle : ellipse
    draw(box, desk.mask.box, (y, left, right) => stroke.span(y, left, right))
    const { left, top, right, bottom } = box
    desk.keepStroke(stroke, from, this.shape, { class: paint.value, box: [left, top, right, bottom] })
  }

  cancel(): void {
    this.from = this.to = this.press = null
    this.preview.clear()
  }

  isUnderWay(): boolean {
    return this.from !== null
  }

  dispose(): void {
    this.preview.remove()
  }

  private box(): Box {
    return boxBetween(this.from!, this.to!, this.press!.shift, this.press!.ctrl)
  }

  private draw(): void {
    const { left, top, right, bottom } = this.box()
    const [width, height] = [right - left, bottom - top]
    const [rx, ry] = [width / 2, height / 2]
    const path =
      this.shape === 'rectangle'
        ? `M${left} ${top}H${right}V${bottom}H${left}Z`
        : `M${left} ${top + ry}a${rx} ${ry} 0 1 0 ${width} 0a${rx} ${ry} 0 1 0 ${-width} 0Z`
    const label = {
      text: t('objects:box_value', { width: count(width), height: count(height) }),
      x: this.to!.x,
      y: this.to!.y,
    }
    this.preview.show(() => [{ path, kind: 'line' }], label)
  }
}
