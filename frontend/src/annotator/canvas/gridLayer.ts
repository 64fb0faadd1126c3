/** A grid over the photo: every 10, 20, 50, 100 ... pixels, as the scale allows; every pixel from close by. */

import { type Layer, type Layers, type Sheet, svg } from './layers'

/** Lines nearer to each other than this, in CSS pixels, would hide the photo. */
const LEAST_GAP = 56
const PIXELS_FROM = 10

export class GridLayer {
  private readonly layer: Layer
  private isShown = false

  constructor(
    layers: Layers,
    private readonly photo: { width: number; height: number },
  ) {
    this.layer = layers.add((group, sheet) => this.draw(group, sheet))
  }

  show(isShown: boolean): void {
    if (isShown === this.isShown) return
    this.isShown = isShown
    this.layer.invalidate()
  }

  private draw(group: SVGElement, sheet: Sheet): void {
    group.replaceChildren()
    if (!this.isShown) return
    if (sheet.scale >= PIXELS_FROM) group.append(this.lines(sheet, 1, 0.22))
    const step = stepFor(sheet.scale)
    group.append(this.lines(sheet, step, 0.7), this.numbers(sheet, step))
  }

  private lines(sheet: Sheet, step: number, opacity: number): SVGElement {
    const { from, to } = this.inSight(sheet)
    const parts: string[] = []
    for (let x = Math.ceil(from.x / step) * step; x <= to.x; x += step) {
      const top = sheet.toScreen({ x, y: from.y })
      const bottom = sheet.toScreen({ x, y: to.y })
      parts.push(`M${top.x.toFixed(1)} ${top.y.toFixed(1)}V${bottom.y.toFixed(1)}`)
    }
    for (let y = Math.ceil(from.y / step) * step; y <= to.y; y += step) {
      const left = sheet.toScreen({ x: from.x, y })
      const right = sheet.toScreen({ x: to.x, y })
      parts.push(`M${left.x.toFixed(1)} ${left.y.toFixed(1)}H${right.x.toFixed(1)}`)
    }
    const d = parts.join('')
    const group = svg('g', { opacity, fill: 'none' })
    group.append(
      svg('path', { d, stroke: '#000', 'stroke-width': 2, 'stroke-opacity': 0.35 }),
      svg('path', { d, stroke: '#fff', 'stroke-width': 1, 'data-grid': step }),
    )
    return group
  }

  private numbers(sheet: Sheet, step: number): SVGElement {
    const { from, to } = this.inSight(sheet)
    const group = svg('g', {
      fill: '#fff',
      stroke: '#000',
      'stroke-width': 3,
      'paint-order': 'stroke',
      'font-size': 11,
    })
    const add = (x: number, y: number, value: number) => {
      const text = svg('text', { x, y })
      text.textContent = String(value)
      group.append(text)
    }
    const corner = sheet.toScreen(from)
    for (let x = Math.ceil(from.x / step) * step; x <= to.x; x += step)
      add(sheet.toScreen({ x, y: 0 }).x + 3, Math.max(corner.y, 0) + 12, x)
    for (let y = Math.ceil(from.y / step) * step; y <= to.y; y += step)
      if (y > 0) add(Math.max(corner.x, 0) + 3, sheet.toScreen({ x: 0, y }).y - 3, y)
    return group
  }

  private inSight({ view }: Sheet) {
    const { left, top, scale, width, height } = view
    return {
      from: { x: Math.max(0, -left / scale), y: Math.max(0, -top / scale) },
      to: {
        x: Math.min(this.photo.width, (width - left) / scale),
        y: Math.min(this.photo.height, (height - top) / scale),
      },
    }
  }
}

/** The finest of 10, 20, 50, 100 ... photo pixels whose lines are far enough apart. */
export function stepFor(scale: number): number {
  for (let unit = 10; ; unit *= 10) {
    for (const step of [unit, 2 * unit, 5 * unit]) if (step * scale >= LEAST_GAP) return step
  }
}
