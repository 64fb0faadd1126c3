/** The pen led by the keyboard: arrows move it, one key presses and lifts it. */

import type { Point } from '../painting/box'
import type { Easel } from './easel'
import { type Layer, type Layers, svg } from './layers'

/** Steps in CSS pixels; from close by a step is one pixel of the photo. */
const STEP = 10
const FAR = 5
/** So near to the edge of the stage, in CSS pixels, the photo moves instead. */
const EDGE = 40

export class KeyPen {
  /** On the stage, in CSS pixels; null while the mouse leads. */
  at: Point | null = null
  private readonly layer: Layer

  constructor(
    private readonly host: HTMLElement,
    private readonly easel: Easel,
    layers: Layers,
  ) {
    this.layer = layers.add((group) => {
      group.replaceChildren()
      if (!this.at) return
      const { x, y } = this.at
      const d = `M${x - 14} ${y}h10M${x + 4} ${y}h10M${x} ${y - 14}v10M${x} ${y + 4}v10`
      group.append(
        svg('path', { d, stroke: '#000', 'stroke-width': 4, 'stroke-opacity': 0.7 }),
        svg('path', { d, stroke: '#fff', 'stroke-width': 1.6, 'data-pen': '' }),
      )
    })
  }

  /** Move by steps; begins where the pointer is, or in the middle. */
  move(dx: number, dy: number, isFar: boolean, from: Point | null): void {
    const { width, height } = this.host.getBoundingClientRect()
    const at = this.at ?? from ?? { x: width / 2, y: height / 2 }
    const pixel = this.easel.view.scale / devicePixelRatio
    const step = (pixel >= STEP / 2 ? pixel : STEP) * (isFar ? FAR : 1)
    const to = { x: at.x + dx * step, y: at.y + dy * step }
    const stay = {
      x: Math.min(Math.max(to.x, EDGE), width - EDGE),
      y: Math.min(Math.max(to.y, EDGE), height - EDGE),
    }
    if (stay.x !== to.x || stay.y !== to.y) this.easel.panBy(stay.x - to.x, stay.y - to.y)
    this.at = stay
    this.layer.invalidate()
  }

  /** The mouse leads again. */
  rest(): void {
    if (!this.at) return
    this.at = null
    this.layer.invalidate()
  }

  /** Where it is in the window, as a pointer event would say. */
  get place(): { clientX: number; clientY: number } | null {
    if (!this.at) return null
    const box = this.host.getBoundingClientRect()
    return { clientX: box.left + this.at.x, clientY: box.top + this.at.y }
  }
}
