import { deflateRawSync } from 'node:zlib'

import { describe, expect, it } from 'vitest'

import { filledPath, isNothingProposed, spansProposed, unpacked } from './proposal'

const packed = (rows: number[][], step: number, box: number[]) => ({
  box,
  step,
  width: rows[0]?.length ?? 0,
  height: rows.length,
  pixels: deflateRawSync(Uint8Array.from(rows.flat())).toString('base64'),
})

describe('a proposal', () => {
  it('comes out of its packing', async () => {
    const mask = await unpacked(packed([[0, 1, 1]], 1, [10, 20, 13, 21]))

    expect(mask.box).toEqual({ left: 10, top: 20, right: 13, bottom: 21 })
    expect([...mask.blocks.pixels]).toEqual([0, 1, 1])
    expect(filledPath(mask)).toBe('M1 0H3V1H1Z')
  })

  it('covers whole blocks of the photo, but nothing beyond its box', async () => {
    const rows = [
      [1, 0],
      [1, 1],
    ]
    const mask = await unpacked(packed(rows, 4, [8, 16, 14, 23]))
    const spans: number[][] = []

    spansProposed(mask, (...span) => spans.push(span))

    expect(spans).toEqual([
      ...[16, 17, 18, 19].map((y) => [y, 8, 12]),
      ...[20, 21, 22].map((y) => [y, 8, 14]),
    ])
  })

  it('may be nothing at all', async () => {
    const mask = await unpacked(packed([], 1, [5, 5, 5, 5]))

    expect(isNothingProposed(mask)).toBe(true)
    spansProposed(mask, () => expect.unreachable())
  })

  it('is refused when pixels are missing', async () => {
    const short = { ...packed([[1, 1]], 1, [0, 0, 2, 1]), width: 3 }

    await expect(unpacked(short)).rejects.toThrow('3x1 pixels came with 2')
  })
})
