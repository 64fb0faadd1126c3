import fc from 'fast-check'
import { expect, test } from 'vitest'

import { Rows } from './rows'

type Stretch = [y: number, left: number, right: number]

const collected = (stretches: Stretch[]): Stretch[] => {
  const found: Stretch[] = []
  const rows = new Rows((...stretch) => found.push(stretch))
  for (const stretch of stretches) rows.add(...stretch)
  rows.flush()
  rows.flush()
  return found
}

const pixelsOf = (stretches: Stretch[]): Set<string> => {
  const pixels = new Set<string>()
  for (const [y, left, right] of stretches) for (let x = left; x < right; x++) pixels.add(`${x} ${y}`)
  return pixels
}

test('what meets in a row is painted once', () => {
  expect(
    collected([
      [7, 10, 20],
      [3, 0, 4],
      [7, 20, 30],
      [7, 5, 12],
    ]),
  ).toEqual([
    [3, 0, 4],
    [7, 5, 30],
  ])
})

test('what does not meet is painted apart', () => {
  expect(
    collected([
      [1, 0, 5],
      [1, 6, 9],
    ]),
  ).toEqual([
    [1, 0, 5],
    [1, 6, 9],
  ])
})

test('the same pixels are painted, whatever comes in whatever order', () => {
  const stretch = fc
    .tuple(fc.nat(600), fc.nat(40), fc.nat(12))
    .map(([y, left, length]): Stretch => [y, left, left + length])
  fc.assert(
    fc.property(fc.array(stretch, { maxLength: 60 }), (stretches) => {
      expect(pixelsOf(collected(stretches))).toEqual(pixelsOf(stretches))
    }),
  )
})
