import { expect, test } from 'vitest'

import { align, nearest, reading, smoothed } from './curves'

test('curves with x values of their own share one axis', () => {
  expect(
    align([
      { x: [1, 2, 3], y: [10, 20, 30] },
      { x: [2, 4], y: [5, 6] },
    ]),
  ).toEqual([
    [1, 2, 3, 4],
    [10, 20, 30, null],
    [null, 5, null, 6],
  ])
  expect(align([{ x: [], y: [] }])).toEqual([[], []])
})

test('of two points at one x the later counts', () => {
  expect(align([{ x: [1, 1], y: [3, 4] }])).toEqual([[1], [4]])
})

test('the nearest point is found', () => {
  expect([-5, 1.4, 1.6, 99].map((x) => nearest([0, 1, 2], x))).toEqual([0, 1, 2, 2])
  expect(nearest([], 1)).toBe(-1)
})

test('smoothing is a mean of what has been', () => {
  expect(smoothed([2, 4, 6, 8], 2)).toEqual([2, 3, 5, 7])
})

test('small and large numbers stay readable', () => {
  expect([0.12345, 0.0000123, 12.345, 0].map(reading)).toEqual(['0.1235', '1.23e-5', '12.35', '0.0000'])
})
