/** Measures a line in photo pixels. It changes nothing and is not kept. */

import { eachLocale, t } from '../../../shared/texts'
import type { Point } from '../../painting/box'
import { measure, straightened } from '../../painting/ruler'
import type { Desk } from '../desk'
import { type Layer, type Sheet, svg } from '../layers'
import type { Hand, Press, Sample } from './hand'

export class RulerHand implements Hand {
  private from: Point | null = null
  private to: Point | null = null
  private isDragging = false
  private readonly layer: Layer

  constructor(desk: Desk) {
    this.layer = desk.layers.add((group, sheet) => this.draw(group, sheet))
  }

  down(at: Sample): void {
    this.from = this.to = at
    this.isDragging = true
    this.layer.invalidate()
  }

  drag(samples: readonly Sample[], press: Press): void {
    const last = samples.at(-1)
    if (!this.isDragging || !this.from || !last) return
    this.to = press.shift ? straightened(this.from, last) : last
    this.layer.invalidate()
  }

  up(): void {
    this.isDragging = false
    if (this.from && this.to && measure(this.from, this.to).length < 0.5) this.cancel()
  }

  cancel(): void {
    this.from = this.to = null
    this.isDragging = false
    this.layer.invalidate()
  }

  dispose(): void {
    this.layer.remove()
  }

  private draw(group: SVGElement, sheet: Sheet): void {
    group.replaceChildren()
    if (!this.from || !this.to) return
    const [a, b] = [sheet.toScreen(this.from), sheet.toScreen(this.to)]
    const line = { x1: a.x, y1: a.y, x2: b.x, y2: b.y }
    group.append(
      svg('line', { ...line, stroke: '#000', 'stroke-width': 4, 'stroke-opacity': 0.6 }),
      svg('line', { ...line, stroke: '#fff', 'stroke-width': 1.6 }),
    )
    for (const end of [a, b]) {
      group.append(svg('circle', { cx: end.x, cy: end.y, r: 4, fill: '#fff', stroke: '#000' }))
    }
    const text = svg('text', {
      x: Math.min(Math.max((a.x + b.x) / 2, 90), sheet.width - 90),
      y: Math.min(Math.max((a.y + b.y) / 2 - 12, 18), sheet.height - 10),
      fill: '#fff',
      stroke: '#000',
      'stroke-width': 3,
      'paint-order': 'stroke',
      'text-anchor': 'middle',
      'font-size': 13,
      'data-ruler': '',
    })
    text.textContent = textOf(this.from, this.to)
    group.append(text)
  }
}

const tenths = eachLocale((locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }))

function textOf(from: Point, to: Point): string {
  const { length, dx, dy, angle } = measure(from, to)
  const number = (value: number) => tenths().format(value)
  return t('view:ruler', { length: number(length), dx: number(dx), dy: number(dy), angle: number(angle) })
}
