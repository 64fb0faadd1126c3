import fc from 'fast-check'
import { expect, test } from 'vitest'

import { areaOf, type Box, cover, disjoint } from './box'

const boxes = fc.array(
  fc
    .tuple(fc.nat(500), fc.nat(500), fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 90 }))
    .map(([left, top, width, height]): Box => ({ left, top, right: left + width, bottom: top + height })),
  { maxLength: 40 },
)

const holds = (outer: Box, inner: Box): boolean =>
  outer.left <= inner.left &&
  outer.top <= inner.top &&
  outer.right >= inner.right &&
  outer.bottom >= inner.bottom

test('whatever is added is covered, by no more boxes than wanted', () => {
  fc.assert(
    fc.property(boxes, fc.integer({ min: 1, max: 12 }), (added, most) => {
      const covered: Box[] = []
      for (const box of added) cover(covered, box, most)

      expect(covered.length).toBeLessThanOrEqual(most)
      for (const box of added) expect(covered.some((one) => holds(one, box))).toBe(true)
    }),
  )
})

test('two ends of a long stroke stay two boxes', () => {
  const covered: Box[] = []

  cover(covered, { left: 0, top: 0, right: 10, bottom: 10 })
  cover(covered, { left: 900, top: 900, right: 910, bottom: 910 })

  expect(covered.reduce((sum, box) => sum + areaOf(box), 0)).toBe(200)
})

test('neighbours become one box', () => {
  const covered: Box[] = []

  cover(covered, { left: 0, top: 0, right: 10, bottom: 10 })
  cover(covered, { left: 12, top: 0, right: 22, bottom: 10 })

  expect(covered).toEqual([{ left: 0, top: 0, right: 22, bottom: 10 }])
})

test('nothing adds nothing', () => {
  const covered: Box[] = []

  cover(covered, { left: 256, top: 256, right: 0, bottom: 0 })

  expect(covered).toEqual([])
})

test('boxes that overlap become boxes that do not, of the same pixels', () => {
  const pixelsOf = (all: readonly Box[]): number[] =>
    all.flatMap(({ left, top, right, bottom }) =>
      Array.from({ length: (right - left) * (bottom - top) }, (_, i) => {
        const across = right - left
        return (top + Math.floor(i / across)) * 1000 + left + (i % across)
      }),
    )
  const near = fc.array(
    fc
      .tuple(fc.nat(30), fc.nat(30), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }))
      .map(([left, top, width, height]): Box => ({ left, top, right: left + width, bottom: top + height })),
    { maxLength: 8 },
  )
  fc.assert(
    fc.property(near, (all) => {
      const pixels = pixelsOf(disjoint(all))

      expect(new Set(pixels).size).toBe(pixels.length)
      expect(new Set(pixels)).toEqual(new Set(pixelsOf(all)))
    }),
  )
})
