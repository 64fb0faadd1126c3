import { expect, test } from 'vitest'

import { measure, straightened } from './ruler'

test('a distance is measured in pixels of the photo', () => {
  expect(measure({ x: 10, y: 10 }, { x: 13, y: 14 })).toMatchObject({ length: 5, dx: 3, dy: 4 })
})

test('an angle is the same from both ends', () => {
  expect(measure({ x: 0, y: 0 }, { x: 10, y: -10 }).angle).toBeCloseTo(45)
  expect(measure({ x: 10, y: -10 }, { x: 0, y: 0 }).angle).toBeCloseTo(45)
  expect(measure({ x: 0, y: 0 }, { x: 0, y: 10 }).angle).toBeCloseTo(90)
  expect(measure({ x: 0, y: 5 }, { x: 10, y: 5 }).angle).toBe(0)
})

test('with Shift a line keeps its length and is turned to fifteen degrees', () => {
  const end = straightened({ x: 0, y: 0 }, { x: 100, y: 8 })

  expect(end.y).toBeCloseTo(0)
  expect(end.x).toBeCloseTo(Math.hypot(100, 8))
})
