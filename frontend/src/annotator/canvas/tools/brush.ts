/** Brush and eraser. */

import type { Point } from '../../painting/box'
import { snapped } from '../../painting/shapes'
import { BrushStroke } from '../../painting/stroke'
import type { Desk } from '../desk'
import type { Hand, Press, Sample } from './hand'

export class BrushHand implements Hand {
  private brush: BrushStroke | null = null

  constructor(
    private readonly desk: Desk,
    private readonly isEraser: boolean,
  ) {}

  down(at: Sample, press: Press): void {
    const { desk } = this
    const isErasing = this.isEraser || press.isErasing
    if (!isErasing && !desk.maySee()) return
    this.brush = new BrushStroke(desk.mask, desk.paint(isErasing), desk.choice.get().size)
    desk.outbox.setPainting(true)
    this.brush.to(at)
    this.brush.stroke.show()
  }

  drag(samples: readonly Sample[]): void {
    if (!this.brush) return
    for (const sample of samples) this.brush.to(sample)
    this.brush.stroke.show()
  }

  up(): void {
    const { brush, desk } = this
    if (!brush) return
    this.brush = null
    const { value } = brush.stroke
    desk.keep(brush.stroke.finish(), value === 0 ? 'eraser' : 'brush', { size: brush.size, class: value })
    desk.outbox.setPainting(false)
  }

  cancel(): void {
    if (!this.brush) return
    this.brush.stroke.cancel()
    this.brush = null
    this.desk.outbox.setPainting(false)
  }

  isUnderWay(): boolean {
    return this.brush !== null
  }

  cursor(): string {
    return 'none'
  }

  show(at: Point | null): void {
    const { easel, overlay, choice, status } = this.desk
    if (!at) return overlay.hideBrush()
    const { size } = choice.get()
    const isErasing = this.isEraser || status.get().isErasing
    overlay.showBrush(
      easel.fromPhoto(snapped(at, size)),
      size,
      easel.view.scale / devicePixelRatio,
      isErasing,
    )
  }
}
