/** Disputed pixels on the photo: hatched and outlined until they are decided. */

import { emptyBitmap, outlinePath } from '../painting/bitmap'
import type { Dispute } from '../painting/disputes'
import { FIELDS } from '../painting/patch'
import { TILE, xOf, yOf } from '../painting/tile'
import { type Layer, type Layers, type Sheet, svg } from './layers'

/** An outline of more pixels than this takes too long to follow: its box is marked instead. */
const MOST_AREA = 16_000_000
/** Marks smaller than this on the screen are pointed at. */
const SMALL_PX = 14

export class DisputeLayer {
  private readonly layer: Layer
  private readonly marks = new Map<string, Mark>()
  private open: readonly Dispute[] = []

  constructor(layers: Layers) {
    this.layer = layers.add((group, sheet) => this.draw(group, sheet))
  }

  show(open: readonly Dispute[]): void {
    this.open = open
    this.layer.invalidate()
  }

  private draw(group: SVGElement, sheet: Sheet): void {
    for (const [uuid, mark] of this.marks) {
      const now = this.open.find((one) => one.uuid === uuid)
      if (now?.patch === mark.dispute.patch) continue
      mark.root.remove()
      this.marks.delete(uuid)
    }
    if (this.open.length > 0 && group.childNodes.length === 0) group.append(hatching())
    if (this.open.length === 0) group.replaceChildren()
    for (const dispute of this.open) {
      let mark = this.marks.get(dispute.uuid)
      if (!mark) {
        mark = new Mark(dispute)
        this.marks.set(dispute.uuid, mark)
        group.append(mark.root)
      }
      mark.place(sheet)
    }
  }
}

const HATCH = 'disputed-hatching'

/** Stripes of a fixed width on the screen. */
function hatching(): SVGElement {
  const definitions = svg('defs')
  const pattern = svg('pattern', {
    id: HATCH,
    width: 8,
    height: 8,
    patternUnits: 'userSpaceOnUse',
    patternTransform: 'rotate(45)',
  })
  pattern.append(
    svg('rect', { width: 8, height: 8, fill: '#000', opacity: 0.35 }),
    svg('rect', { width: 3, height: 8, fill: '#fff' }),
  )
  definitions.append(pattern)
  return definitions
}

class Mark {
  readonly root = svg('g')
  private readonly area: SVGElement
  private readonly shape = svg('g')
  private readonly pointer: SVGElement

  constructor(readonly dispute: Dispute) {
    const d = pathOf(dispute)
    const line = (stroke: string, width: number, dash = '') =>
      svg('path', {
        d,
        fill: 'none',
        stroke,
        'stroke-width': width,
        'stroke-dasharray': dash,
        'vector-effect': 'non-scaling-stroke',
      })
    this.area = svg('path', { d: fillOf(dispute), fill: `url(#${HATCH})`, opacity: 0.6 })
    this.shape.append(this.area, line('#000', 4), line('#fff', 2, '4 3'))
    this.pointer = svg('g')
    this.pointer.append(
      svg('circle', { r: 12, fill: 'none', stroke: '#000', 'stroke-width': 4 }),
      svg('circle', { r: 12, fill: 'none', stroke: '#fff', 'stroke-width': 2, 'stroke-dasharray': '4 3' }),
    )
    this.root.append(this.shape, this.pointer)
    this.root.dataset.disputed = String(dispute.pixels)
  }

  place(sheet: Sheet): void {
    const { left, top, right, bottom } = this.dispute.box
    this.shape.setAttribute('transform', sheet.transform)
    // The stripes keep their width however near one is.
    this.root.ownerSVGElement
      ?.querySelector(`#${HATCH}`)
      ?.setAttribute('patternTransform', `scale(${1 / sheet.scale}) rotate(45)`)
    const isSmall = Math.max(right - left, bottom - top) * sheet.scale < SMALL_PX
    this.pointer.style.display = isSmall ? '' : 'none'
    const { x, y } = sheet.toScreen({ x: (left + right) / 2, y: (top + bottom) / 2 })
    this.pointer.setAttribute('transform', `translate(${x} ${y})`)
  }
}

/** The edges of the disputed pixels, in pixels of the photo. */
function pathOf({ patch, box }: Dispute): string {
  const width = box.right - box.left
  if (width * (box.bottom - box.top) > MOST_AREA) {
    return `M${box.left} ${box.top}H${box.right}V${box.bottom}H${box.left}Z`
  }
  const bitmap = emptyBitmap(box)
  eachRow(patch, (y, left, right) => {
    const row = (y - box.top) * width - box.left
    bitmap.pixels.fill(1, row + left, row + right)
  })
  return outlinePath(bitmap)
}

/** The same pixels as closed strips. */
function fillOf({ patch }: Dispute): string {
  const parts: string[] = []
  eachRow(patch, (y, left, right) => parts.push(`M${left} ${y}H${right}v1H${left}Z`))
  return parts.join('')
}

function eachRow(patch: Dispute['patch'], visit: (y: number, left: number, right: number) => void): void {
  for (const [key, runs] of patch.tiles) {
    const [x0, y0] = [xOf(key) * TILE, yOf(key) * TILE]
    for (let i = 0; i < runs.length; i += FIELDS) {
      const end = runs[i]! + runs[i + 1]! + 1
      for (let start = runs[i]!; start < end;) {
        const row = start >> 8
        const stop = Math.min(end, (row + 1) << 8)
        visit(y0 + row, x0 + (start & 255), x0 + ((stop - 1) & 255) + 1)
        start = stop
      }
    }
  }
}
