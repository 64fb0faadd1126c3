/** Brush and eraser. */

import type { Point } from '../../painting/box'
import { type BrushShape, sizeUnder, snapped } from '../../painting/shapes'
import { BrushStroke, prepareFor } from '../../painting/stroke'
import type { Desk } from '../desk'
import type { Hand, Press, Sample } from './hand'

/** Nobody waits for it, and whoever sizes the brush is soon done. */
const PREPARE_MS = 300

export class BrushHand implements Hand {
  private brush: BrushStroke | null = null
  /** Where the last stroke ended: a straight line starts there. */
  private end: Sample | null = null
  private last: Sample | null = null
  private isLine = false
  private prepared = ''
  private prepareTimer: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly desk: Desk,
    private readonly isEraser: boolean,
  ) {}

  down(at: Sample, press: Press): void {
    const { desk } = this
    // A second pen, or the one led by keys: what the first has painted is an edit, too.
    this.up()
    const isErasing = this.isEraser || press.isErasing
    if (!isErasing && !desk.maySee()) return
    const { size, shape } = desk.choice.get()
    this.brush = new BrushStroke(desk.mask, desk.paint(isErasing), size, shape)
    desk.outbox.setPainting(true)
    this.isLine = press.shift && this.end !== null
    if (this.isLine) this.draw(this.end!)
    this.draw(at)
    this.brush.stroke.show()
  }

  drag(samples: readonly Sample[]): void {
    if (!this.brush) return
    for (const sample of samples) this.draw(sample)
    this.brush.stroke.show()
  }

  up(): void {
    const { brush, desk } = this
    if (!brush) return
    this.brush = null
    this.end = this.last
    const { size, shape, stroke } = brush
    const { hasPressure, leastPercent } = desk.choice.get()
    desk.keepStroke(stroke, this.end!, stroke.value === 0 ? 'eraser' : 'brush', {
      size,
      class: stroke.value,
      ...(shape === 'round' ? {} : { shape }),
      ...(this.isLine ? { line: true } : {}),
      ...(hasPressure ? { pressure_from_percent: leastPercent } : {}),
    })
    desk.outbox.setPainting(false)
    // It has used up what was at hand.
    this.prepared = ''
    this.prepare(size, shape)
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
    const { isErasing, isShiftHeld } = status.get()
    const line = at && this.end && isShiftHeld && !this.brush ? [this.end, at] : []
    overlay.showOutline(line.map((point) => easel.fromPhoto(point)))
    const { size, shape } = choice.get()
    this.prepare(size, shape)
    if (!at) return overlay.hideBrush()
    overlay.showBrush(
      easel.fromPhoto(snapped(at, size)),
      size,
      easel.view.scale / devicePixelRatio,
      this.isEraser || isErasing,
      shape,
    )
  }

  dispose(): void {
    clearTimeout(this.prepareTimer)
  }

  private prepare(size: number, shape: BrushShape): void {
    const brush = `${shape} ${size}`
    if (brush === this.prepared) return
    this.prepared = brush
    clearTimeout(this.prepareTimer)
    this.prepareTimer = setTimeout(() => prepareFor(size, shape), PREPARE_MS)
  }

  private draw(at: Sample): void {
    const { size, hasPressure, leastPercent } = this.desk.choice.get()
    this.last = at
    if (!hasPressure) return this.brush!.to(at)
    const { size: whole } = this.brush!
    this.brush!.to(at, sizeUnder(at.pressure, whole, (Math.min(size, whole) * leastPercent) / 100))
  }
}
