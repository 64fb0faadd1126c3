/** What follows the pointer: the brush's true footprint, and the outline being clicked. Drawn by the compositor. */

import type { Point } from '../painting/box'
import { type BrushShape, footprintPath } from '../painting/shapes'
import { BROKEN, colourOf, LARGE, LINE, type Ring, ringParts } from './ring'

/** From this many CSS pixels a photo pixel the cursor shows every pixel it covers. */
const EXACT_FROM = 4
const MOST_EXACT = 300

export class Overlay {
  private readonly brush = document.createElement('div')
  private readonly outline = svg('g')
  private readonly outlineLayer = layerOf(this.outline)
  private shown = ''
  private drawn = ''

  /** showRing: draw a large cursor with the photo; false where that cannot be done. */
  constructor(
    host: HTMLElement,
    private readonly showRing: (ring: Ring | null) => boolean,
  ) {
    // The brush has a layer of its own that is only moved, so that following the pointer repaints nothing.
    this.brush.style.cssText =
      'position:absolute;left:0;top:0;width:0;height:0;pointer-events:none;z-index:2;will-change:transform'
    this.brush.setAttribute('aria-hidden', 'true')
    this.outlineLayer.style.cssText += ';width:100%;height:100%;z-index:2;display:none'
    this.outline.append(...lines())
    host.append(this.outlineLayer, this.brush)
    this.hideBrush()
  }

  /** at: middle of the brush in CSS pixels of the host; scale: CSS pixels per photo pixel. */
  showBrush(at: Point, size: number, scale: number, isErasing: boolean, brush: BrushShape = 'round'): void {
    const isExact = scale >= EXACT_FROM && size <= MOST_EXACT
    // A brush smaller than a few screen pixels would be invisible: it gets a ring to be found by.
    const radius = Math.max((size / 2) * scale, 1.5)
    const isLarge = !isExact && radius >= LARGE
    // As layers of the page a large cursor has the browser put much of the stage together anew in every frame.
    const isDrawn = this.showRing(isLarge ? { at, radius, brush, isErasing } : null)
    if (isLarge && isDrawn) return void (this.brush.style.visibility = 'hidden')
    this.brush.style.transform = `translate(${at.x}px,${at.y}px)`
    this.brush.style.visibility = 'visible'
    const now = `${size} ${scale} ${isErasing} ${brush}`
    if (now === this.shown) return
    this.shown = now
    if (isExact) {
      const layer = layerOf(...lines(footprintPath(size, brush), isErasing))
      for (const path of layer.children) path.setAttribute('transform', `scale(${scale})`)
      return this.brush.replaceChildren(layer)
    }
    if (!isLarge) return this.brush.replaceChildren(layerOf(...lines(whole(radius, brush), isErasing)))
    this.brush.replaceChildren(
      ...ringParts(radius, brush).map(({ at, from, to }) => {
        const way = brush === 'square' ? 'L' : `A${radius} ${radius} 0 0 1 `
        const layer = layerOf(...lines(`M${from.x} ${from.y}${way}${to.x} ${to.y}`, isErasing))
        // As one, a large cursor is a sheet as large as itself that the browser blends with the photo in every frame.
        layer.style.willChange = 'transform'
        // A layer reaches from its own place to whatever it shows: it lies where that is.
        layer.style.left = `${at.x}px`
        layer.style.top = `${at.y}px`
        return layer
      }),
    )
  }

  hideBrush(): void {
    this.showRing(null)
    this.brush.style.visibility = 'hidden'
  }

  /** Corners in CSS pixels of the host; the last one may be where the pointer is. */
  showOutline(corners: readonly Point[]): void {
    const [first] = corners
    const dot = first ? `M${first.x - 4} ${first.y}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0` : ''
    const path = corners.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${x} ${y}`).join('') + dot
    if (path === this.drawn) return
    this.drawn = path
    // An empty layer over the whole photo would still be blended with it in every frame.
    this.outlineLayer.style.display = path ? '' : 'none'
    for (const part of this.outline.children) part.setAttribute('d', path)
  }

  dispose(): void {
    this.outlineLayer.remove()
    this.brush.remove()
  }
}

const svg = (name: string): SVGElement => document.createElementNS('http://www.w3.org/2000/svg', name)

/** Paths around the place where it is put, seen wherever they reach. */
function layerOf(...content: SVGElement[]): SVGSVGElement {
  const layer = svg('svg') as SVGSVGElement
  layer.setAttribute('aria-hidden', 'true')
  layer.style.cssText =
    'position:absolute;left:0;top:0;width:1px;height:1px;overflow:visible;pointer-events:none'
  layer.append(...content)
  return layer
}

/** A white line on a dark one, seen on any photo. */
function lines(path = '', isErasing = false): SVGElement[] {
  return [
    line(path, '#000', LINE.dark, LINE.opacity, isErasing),
    line(path, `rgb(${colourOf(isErasing).join(' ')})`, LINE.bright, 1, isErasing),
  ]
}

function line(path: string, colour: string, width: number, opacity: number, isDashed: boolean): SVGElement {
  const element = svg('path')
  element.setAttribute('d', path)
  element.setAttribute('fill', 'none')
  element.setAttribute('stroke', colour)
  element.setAttribute('stroke-width', String(width))
  element.setAttribute('stroke-opacity', String(opacity))
  element.setAttribute('vector-effect', 'non-scaling-stroke')
  if (isDashed) element.setAttribute('stroke-dasharray', BROKEN.join(' '))
  return element
}

const whole = (radius: number, brush: BrushShape): string =>
  brush === 'square'
    ? `M${-radius} ${-radius}h${2 * radius}v${2 * radius}h${-2 * radius}Z`
    : `M${-radius} 0a${radius} ${radius} 0 1 0 ${2 * radius} 0a${radius} ${radius} 0 1 0 ${-2 * radius} 0Z`
