/** What a tool would do, shown over the photo before it is done. */

import { type Area, STRETCH, visit } from '../../painting/area'
import { type Layer, type Layers, type Sheet, svg } from '../layers'

/** A path in photo pixels or on the screen, by what it stands for. */
type Drawn = { path: string; kind: 'line' | 'added' | 'removed'; onScreen?: boolean }

/** More stretches than this make a path too long to draw while the pointer moves. */
const MOST_STRETCHES = 40_000

const LOOKS: Record<Drawn['kind'], Record<string, string>[]> = {
  // Dark below light, so that it is seen on any photo.
  line: [
    { fill: 'none', stroke: '#000', 'stroke-width': '3.2', 'stroke-opacity': '0.65' },
    { fill: 'none', stroke: '#fff', 'stroke-width': '1.4' },
  ],
  added: [{ fill: '#fff', 'fill-opacity': '0.75', stroke: '#fff', 'stroke-width': '1' }],
  removed: [{ fill: '#ff5a4d', 'fill-opacity': '0.75', stroke: '#ff5a4d', 'stroke-width': '1' }],
}

export class Preview {
  private readonly layer: Layer
  private make: ((sheet: Sheet) => Drawn[]) | null = null
  private label: { text: string; x: number; y: number } | null = null

  constructor(layers: Layers) {
    this.layer = layers.add((group, sheet) => this.draw(group, sheet))
  }

  /** Show these until told otherwise; asked again whenever the photo moves. label: at a place in the photo. */
  show(make: (sheet: Sheet) => Drawn[], label: { text: string; x: number; y: number } | null = null): void {
    this.make = make
    this.label = label
    this.layer.invalidate()
  }

  clear(): void {
    if (!this.make) return
    this.make = null
    this.label = null
    this.layer.invalidate()
  }

  remove(): void {
    this.layer.remove()
  }

  private draw(group: SVGElement, sheet: Sheet): void {
    const drawn = this.make?.(sheet) ?? []
    group.replaceChildren(
      ...drawn.flatMap(({ path, kind, onScreen }) =>
        LOOKS[kind].map((look) =>
          svg('path', {
            d: path,
            'vector-effect': 'non-scaling-stroke',
            ...(onScreen ? {} : { transform: sheet.transform }),
            ...look,
          }),
        ),
      ),
    )
    if (!this.label) return
    const at = sheet.toScreen(this.label)
    const text = svg('text', {
      x: at.x + 12,
      y: at.y + 24,
      fill: '#fff',
      stroke: '#000',
      'stroke-width': 3,
      'paint-order': 'stroke',
      'font-size': 12,
    })
    text.textContent = this.label.text
    group.append(text)
  }
}

/** An area's stretches as a path in photo pixels; empty when there are too many. */
export function areaPath(areas: readonly Area[]): string {
  const stretches = areas.reduce((sum, area) => sum + area.length / STRETCH, 0)
  if (stretches > MOST_STRETCHES) return ''
  const parts: string[] = []
  for (const area of areas) {
    visit(area, (y, left, right) => parts.push(`M${left} ${y}H${right}V${y + 1}H${left}Z`))
  }
  return parts.join('')
}
