/** A set of pixels of the photo: what a smart tool proposes, what an object covers, what is disputed. */

import { type Box, isEmpty } from './box'
import type { Span } from './shapes'

/** pixels: 1 for those in the set, row by row of the box. */
export type Bitmap = { box: Box; pixels: Uint8Array }

export function emptyBitmap(box: Box): Bitmap {
  const area = isEmpty(box) ? 0 : (box.right - box.left) * (box.bottom - box.top)
  return { box, pixels: new Uint8Array(area) }
}

/** Visit the set as horizontal spans, top to bottom. */
export function spansOf({ box, pixels }: Bitmap, span: Span): void {
  const width = box.right - box.left
  for (let y = box.top; y < box.bottom; y++) {
    const row = (y - box.top) * width
    for (let x = 0; x < width; x++) {
      if (!pixels[row + x]) continue
      const start = x
      while (x < width && pixels[row + x]) x++
      span(y, box.left + start, box.left + x)
    }
  }
}

/** How many pixels are in the set. */
export function areaOfBitmap({ pixels }: Bitmap): number {
  let area = 0
  for (const pixel of pixels) area += pixel
  return area
}

/** The pixels' own edges as an SVG path in photo pixels: straight runs are one line each. */
export function outlinePath({ box, pixels }: Bitmap): string {
  const width = box.right - box.left
  const height = box.bottom - box.top
  const at = (x: number, y: number) =>
    x >= 0 && x < width && y >= 0 && y < height ? pixels[y * width + x]! : 0
  const parts: string[] = []
  for (let y = 0; y <= height; y++) {
    for (let x = 0; x < width; x++) {
      const edge = at(x, y - 1) - at(x, y)
      if (edge === 0) continue
      const start = x
      while (x + 1 < width && at(x + 1, y - 1) - at(x + 1, y) === edge) x++
      parts.push(`M${box.left + start} ${box.top + y}H${box.left + x + 1}`)
    }
  }
  for (let x = 0; x <= width; x++) {
    for (let y = 0; y < height; y++) {
      const edge = at(x - 1, y) - at(x, y)
      if (edge === 0) continue
      const start = y
      while (y + 1 < height && at(x - 1, y + 1) - at(x, y + 1) === edge) y++
      parts.push(`M${box.left + x} ${box.top + start}V${box.top + y + 1}`)
    }
  }
  return parts.join('')
}
