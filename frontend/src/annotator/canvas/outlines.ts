/** The selected objects' own edges, drawn over the photo. */

import { outlinePath } from '../painting/bitmap'
import type { Labelling, MaskObject, ObjectKey } from '../painting/objects'
import { type Layer, type Layers, type Sheet, svg } from './layers'
import type { ObjectsNow } from './objects'
import type { Store } from './store'

/** More pixels in the box, or more objects at once, are drawn as boxes: their edges would take longer than a frame. */
const MOST_EXACT_PX = 9_000_000
const MOST_EXACT = 200
const MOST_DRAWN = 2000

export class Outlines {
  private readonly layer: Layer
  private readonly stop: () => void
  private readonly lines = [line('#000', 3.6, 0.6), line('#fff', 1.6, 1)]
  private drawn: { labelling: Labelling | null; selected: ReadonlySet<ObjectKey> } = {
    labelling: null,
    selected: new Set(),
  }
  private paths = new Map<ObjectKey, string>()

  constructor(
    layers: Layers,
    private readonly now: Store<ObjectsNow>,
  ) {
    this.layer = layers.add((group, sheet) => this.draw(group, sheet))
    this.stop = now.subscribe(() => {
      const { labelling, selected } = now.get()
      if (labelling !== this.drawn.labelling || selected !== this.drawn.selected) this.layer.invalidate()
    })
  }

  remove(): void {
    this.stop()
    this.layer.remove()
  }

  private draw(group: SVGElement, sheet: Sheet): void {
    const { labelling, selected } = this.now.get()
    if (!labelling || selected.size === 0) {
      this.drawn = { labelling, selected }
      return group.replaceChildren()
    }
    if (labelling !== this.drawn.labelling || selected !== this.drawn.selected) {
      if (labelling !== this.drawn.labelling) this.paths = new Map()
      this.drawn = { labelling, selected }
      const path = this.pathOf(labelling, selected)
      for (const one of this.lines) one.setAttribute('d', path)
      group.replaceChildren(...this.lines)
    }
    group.setAttribute('transform', sheet.transform)
  }

  private pathOf(labelling: Labelling, selected: ReadonlySet<ObjectKey>): string {
    const objects = [...selected].slice(0, MOST_DRAWN).flatMap((key) => labelling.get(key) ?? [])
    return objects.map((one, i) => (i < MOST_EXACT ? this.exact(labelling, one) : boxPath(one))).join('')
  }

  private exact(labelling: Labelling, one: MaskObject): string {
    const { box } = one
    const width = box.right - box.left
    if (width * (box.bottom - box.top) > MOST_EXACT_PX) return boxPath(one)
    let path = this.paths.get(one.key)
    if (path === undefined) {
      const pixels = new Uint8Array(width * (box.bottom - box.top))
      for (const { y, left, right } of labelling.stretchesOf(one.key)) {
        const row = (y - box.top) * width - box.left
        pixels.fill(1, row + left, row + right)
      }
      path = outlinePath({ box, pixels })
      this.paths.set(one.key, path)
    }
    return path
  }
}

const boxPath = ({ box: { left, top, right, bottom } }: MaskObject): string =>
  `M${left} ${top}H${right}V${bottom}H${left}Z`

const line = (colour: string, width: number, opacity: number): SVGElement =>
  svg('path', {
    fill: 'none',
    stroke: colour,
    'stroke-width': width,
    'stroke-opacity': opacity,
    'vector-effect': 'non-scaling-stroke',
  })
