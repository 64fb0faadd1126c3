import fc from 'fast-check'
import { expect, test } from 'vitest'

import { between, LEAST_PX, middle, nudged, type Region } from './region'

const photo = { width: 600, height: 400 }

test('a drag in any direction gives the same region', () => {
  const [a, b] = [
    { x: 100.4, y: 50 },
    { x: 20, y: 300 },
  ] as const

  expect(between(a, b, photo)).toEqual({ left: 20, top: 50, right: 100, bottom: 300 })
  expect(between(b, a, photo)).toEqual(between(a, b, photo))
})

test('keys move it up to the edge and keep its size', () => {
  const region = { left: 10, top: 10, right: 110, bottom: 60 }

  expect(nudged(region, -50, 5, photo, false)).toEqual({ left: 0, top: 15, right: 100, bottom: 65 })
  expect(nudged(region, 20, -200, photo, true)).toEqual({ left: 10, top: 10, right: 130, bottom: 18 })
})

test('whatever is done, a region lies in the photo and is large enough', () => {
  const sizes = fc.record({
    width: fc.integer({ min: 1, max: 3000 }),
    height: fc.integer({ min: 1, max: 3000 }),
  })
  const number = fc.double({ min: -5000, max: 5000, noNaN: true })
  const isRight = ({ left, top, right, bottom }: Region, { width, height }: typeof photo) =>
    left >= 0 &&
    top >= 0 &&
    right <= width &&
    bottom <= height &&
    right - left >= Math.min(LEAST_PX, width) &&
    bottom - top >= Math.min(LEAST_PX, height)

  fc.assert(
    fc.property(sizes, number, number, number, number, fc.boolean(), (size, x1, y1, x2, y2, isSizing) => {
      const chosen = between({ x: x1, y: y1 }, { x: x2, y: y2 }, size)
      expect(isRight(chosen, size)).toBe(true)
      expect(isRight(nudged(chosen, Math.round(x1), Math.round(y2), size, isSizing), size)).toBe(true)
      expect(isRight(middle(size), size)).toBe(true)
    }),
  )
})
