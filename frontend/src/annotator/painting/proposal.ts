/** A proposed mask as the server sends it: pixels in blocks, packed. */

import { type Bitmap, spansOf } from './bitmap'
import type { Box } from './box'
import type { Span } from './shapes'

/** box: [left, top, right, bottom] in the photo. step: a pixel is a block of so many by so many of the photo's. */
export type PackedProposal = {
  box: number[]
  step: number
  width: number
  height: number
  /** Base64 of raw deflate of one byte a pixel, row by row. */
  pixels: string
}

/** blocks: the pixels with a box of their own, 0, 0 being the corner of `box`. */
export type ProposedMask = { box: Box; step: number; blocks: Bitmap }

/** Throws a RangeError when there are not as many pixels as announced. */
export async function unpacked(packed: PackedProposal): Promise<ProposedMask> {
  const { step, width, height } = packed
  const [left = 0, top = 0, right = 0, bottom = 0] = packed.box
  const data = Uint8Array.from(atob(packed.pixels), (letter) => letter.charCodeAt(0))
  const stream = new Response(data).body!.pipeThrough(new DecompressionStream('deflate-raw'))
  const pixels = new Uint8Array(await new Response(stream).arrayBuffer())
  if (pixels.length !== width * height)
    throw new RangeError(`A proposal of ${width}x${height} pixels came with ${pixels.length} of them.`)
  const blocks = { box: { left: 0, top: 0, right: width, bottom: height }, pixels }
  return { box: { left, top, right, bottom }, step, blocks }
}

export const isNothingProposed = ({ blocks }: ProposedMask): boolean => !blocks.pixels.includes(1)

/** Visit the proposed pixels of the photo as horizontal spans, top to bottom. */
export function spansProposed({ box, step, blocks }: ProposedMask, span: Span): void {
  let row: [number, number][] = []
  let current = 0
  const flush = () => {
    for (let y = box.top + current * step; y < Math.min(box.top + (current + 1) * step, box.bottom); y++)
      for (const [left, right] of row) span(y, left, right)
    row = []
  }
  spansOf(blocks, (y, left, right) => {
    if (y !== current) flush()
    current = y
    row.push([box.left + left * step, Math.min(box.left + right * step, box.right)])
  })
  flush()
}

/** The proposed pixels as an SVG path in blocks, to be filled. */
export function filledPath({ blocks }: ProposedMask): string {
  const parts: string[] = []
  spansOf(blocks, (y, left, right) => parts.push(`M${left} ${y}H${right}V${y + 1}H${left}Z`))
  return parts.join('')
}
