import { describe, expect, it } from 'vitest'

import { areaOfBitmap, type Bitmap, outlinePath, spansOf } from './bitmap'

/** An L of three pixels at (10, 20). */
const corner: Bitmap = {
  box: { left: 10, top: 20, right: 12, bottom: 22 },
  pixels: Uint8Array.from([1, 0, 1, 1]),
}

describe('a set of pixels', () => {
  it('is visited row by row', () => {
    const spans: number[][] = []

    spansOf(corner, (y, left, right) => spans.push([y, left, right]))

    expect(spans).toEqual([
      [20, 10, 11],
      [21, 10, 12],
    ])
    expect(areaOfBitmap(corner)).toBe(3)
  })

  it('has an outline along the edges of its pixels', () => {
    const lines = outlinePath(corner).split('M').filter(Boolean).sort()

    expect(lines).toEqual(['10 20H11', '10 20V22', '10 22H12', '11 20V21', '11 21H12', '12 21V22'].sort())
  })
})
