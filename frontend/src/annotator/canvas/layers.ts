/** What is drawn over photo and mask: previews, pins, other people, rulers. One SVG per layer, hidden while empty. */

import type { Point } from '../painting/box'
import type { View } from './view'

export const svg = (name: string, attributes: Record<string, string | number> = {}): SVGElement => {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value))
  return element
}

/** Where the photo lies, as a layer needs it. */
export type Sheet = {
  view: View
  /** CSS pixels per photo pixel. */
  scale: number
  /** Size of the stage in CSS pixels. */
  width: number
  height: number
  /** CSS pixels on the stage of a place in the photo. */
  toScreen: (point: Point) => Point
  /** For a group whose content is in photo pixels; give its lines vector-effect="non-scaling-stroke". */
  transform: string
}

/** Fill the group for this sheet; what it held before is still in it. */
export type Draw = (group: SVGElement, sheet: Sheet) => void

export class Layer {
  readonly group = svg('g')
  readonly root = svg('svg', { 'aria-hidden': 'true' }) as SVGSVGElement
  isStale = true

  constructor(
    readonly draw: Draw,
    private readonly layers: Layers,
  ) {
    this.root.style.cssText =
      'position:absolute;left:0;top:0;width:100%;height:100%;overflow:hidden;pointer-events:none;z-index:1;display:none'
    this.root.append(this.group)
  }

  /** What it shows changed: draw it in the next frame. */
  invalidate(): void {
    this.isStale = true
    this.layers.request()
  }

  remove(): void {
    this.root.remove()
    this.layers.forget(this)
  }
}

export class Layers {
  private readonly all = new Set<Layer>()
  private frame = 0

  constructor(
    private readonly host: HTMLElement,
    private readonly viewNow: () => View,
  ) {}

  add(draw: Draw): Layer {
    const layer = new Layer(draw, this)
    this.host.append(layer.root)
    this.all.add(layer)
    this.request()
    return layer
  }

  /** The photo moved: everything is drawn at once, so that it moves along with it. */
  follow(): void {
    for (const layer of this.all) layer.isStale = true
    this.drawAll()
  }

  request(): void {
    this.frame ||= requestAnimationFrame(() => this.drawAll())
  }

  forget(layer: Layer): void {
    this.all.delete(layer)
  }

  dispose(): void {
    cancelAnimationFrame(this.frame)
    for (const layer of [...this.all]) layer.remove()
  }

  private drawAll(): void {
    cancelAnimationFrame(this.frame)
    this.frame = 0
    const stale = [...this.all].filter((layer) => layer.isStale)
    if (stale.length === 0) return
    const sheet = sheetOf(this.viewNow())
    for (const layer of stale) {
      layer.isStale = false
      layer.draw(layer.group, sheet)
      // An empty layer over the whole photo would still be blended with it in every frame.
      layer.root.style.display = layer.group.childNodes.length > 0 ? '' : 'none'
    }
  }
}

export function sheetOf(view: View): Sheet {
  const ratio = devicePixelRatio
  const [left, top, scale] = [view.left / ratio, view.top / ratio, view.scale / ratio]
  return {
    view,
    scale,
    width: view.width / ratio,
    height: view.height / ratio,
    toScreen: ({ x, y }) => ({ x: left + x * scale, y: top + y * scale }),
    transform: `translate(${left} ${top}) scale(${scale})`,
  }
}
