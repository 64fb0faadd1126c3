/** What follows the pointer: the brush's true footprint, and the outline being clicked. Drawn by the compositor. */

import type { Point } from '../painting/box'
import { type BrushShape, footprintPath } from '../painting/shapes'

/** From this many CSS pixels a photo pixel the cursor shows every pixel it covers. */
const EXACT_FROM = 4
const MOST_EXACT = 300

export class Overlay {
  private readonly brush = svg('g')
  private readonly shape = svg('g')
  private readonly outline = svg('g')
  private readonly layers: SVGSVGElement[]
  private shown = ''
  private drawn = ''

  constructor(host: HTMLElement) {
    // The brush has a layer of its own that is only moved, so that following the pointer repaints nothing.
    this.layers = [this.outline, this.brush].map((group) => {
      const layer = svg('svg') as SVGSVGElement
      layer.setAttribute('aria-hidden', 'true')
      layer.style.cssText =
        'position:absolute;left:0;top:0;width:100%;height:100%;overflow:visible;pointer-events:none;z-index:2'
      layer.append(group)
      host.append(layer)
      return layer
    })
    this.brushLayer.style.cssText += ';width:1px;height:1px;will-change:transform'
    this.brush.append(this.shape)
    for (const group of [this.shape, this.outline])
      group.append(line('#000', 3.2, 0.65), line('#fff', 1.4, 1))
    this.layers[0]!.style.display = 'none'
    this.hideBrush()
  }

  private get brushLayer(): SVGSVGElement {
    return this.layers[1]!
  }

  /** at: middle of the brush in CSS pixels of the host; scale: CSS pixels per photo pixel. */
  showBrush(at: Point, size: number, scale: number, isErasing: boolean, brush: BrushShape = 'round'): void {
    this.brushLayer.style.transform = `translate(${at.x}px,${at.y}px)`
    this.brushLayer.style.visibility = 'visible'
    const isExact = scale >= EXACT_FROM && size <= MOST_EXACT
    const now = `${size} ${scale} ${isErasing} ${brush}`
    if (now === this.shown) return
    this.shown = now
    // A brush smaller than a few screen pixels would be invisible: it gets a ring to be found by.
    const radius = Math.max((size / 2) * scale, 1.5)
    const path = isExact ? footprintPath(size, brush) : brush === 'square' ? square(radius) : circle(radius)
    this.shape.setAttribute('transform', isExact ? `scale(${scale})` : '')
    for (const [i, part] of [...this.shape.children].entries()) {
      part.setAttribute('d', path)
      part.setAttribute('stroke-dasharray', isErasing ? '5 4' : '')
      if (i === 1) part.setAttribute('stroke', isErasing ? '#ffb4a8' : '#fff')
    }
  }

  hideBrush(): void {
    this.brushLayer.style.visibility = 'hidden'
  }

  /** Corners in CSS pixels of the host; the last one may be where the pointer is. */
  showOutline(corners: readonly Point[]): void {
    const [first] = corners
    const dot = first ? `M${first.x - 4} ${first.y}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0` : ''
    const path = corners.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${x} ${y}`).join('') + dot
    if (path === this.drawn) return
    this.drawn = path
    // An empty layer over the whole photo would still be blended with it in every frame.
    this.layers[0]!.style.display = path ? '' : 'none'
    for (const part of this.outline.children) part.setAttribute('d', path)
  }

  dispose(): void {
    for (const layer of this.layers) layer.remove()
  }
}

const svg = (name: string): SVGElement => document.createElementNS('http://www.w3.org/2000/svg', name)

function line(colour: string, width: number, opacity: number): SVGElement {
  const path = svg('path')
  path.setAttribute('fill', 'none')
  path.setAttribute('stroke', colour)
  path.setAttribute('stroke-width', String(width))
  path.setAttribute('stroke-opacity', String(opacity))
  path.setAttribute('vector-effect', 'non-scaling-stroke')
  return path
}

const square = (half: number): string => `M${-half} ${-half}h${2 * half}v${2 * half}h${-2 * half}Z`

const circle = (radius: number): string =>
  `M${-radius} 0a${radius} ${radius} 0 1 0 ${2 * radius} 0a${radius} ${radius} 0 1 0 ${-2 * radius} 0Z`
