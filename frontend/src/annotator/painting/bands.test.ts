import fc from 'fast-check'
import { expect, test } from 'vitest'

import { Bands } from './bands'
import { areaOf } from './box'

const spans = fc.array(
  fc
    .tuple(fc.nat(255), fc.nat(255), fc.integer({ min: 1, max: 256 }))
    .map(([y, from, length]) => ({ y, from, to: Math.min(256, from + length) })),
  { minLength: 1, maxLength: 30 },
)

test('every row that was painted lies in a box, and in the rows of no other', () => {
  fc.assert(
    fc.property(spans, (painted) => {
      const bands = new Bands()
      for (const { y, from, to } of painted) bands.grow(y, from, to)

      const boxes = bands.take()

      for (const { y, from, to } of painted) {
        const around = boxes.filter((box) => box.top <= y && y < box.bottom)
        expect(around).toHaveLength(1)
        expect(around[0]!.left).toBeLessThanOrEqual(from)
        expect(around[0]!.right).toBeGreaterThanOrEqual(to)
      }
    }),
  )
})

test('a slanted edge takes a fraction of its box', () => {
  const bands = new Bands()
  for (let y = 0; y < 256; y++) bands.grow(y, Math.max(0, y - 4), y + 1)

  const area = bands.take().reduce((sum, box) => sum + areaOf(box), 0)

  expect(area).toBeLessThan(0.16 * 256 * 256)
})

test('what was taken is not taken again', () => {
  const bands = new Bands()
  bands.grow(7, 3, 9)

  expect(bands.take()).toEqual([{ left: 3, top: 7, right: 9, bottom: 8 }])
  expect(bands.isEmpty).toBe(true)
  expect(bands.take()).toEqual([])
})
