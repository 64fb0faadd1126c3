import { expect, test } from 'vitest'

import { areaOf, type Box } from '../painting/box'
import { DASHES, halfDash, LARGE, LINE, ringBoxes, type Ring } from './ring'

const ring = (radius: number, brush: Ring['brush'] = 'round'): Ring => ({
  at: { x: 400, y: 300 },
  radius,
  brush,
  isErasing: false,
})

const holds = (box: Box, x: number, y: number): boolean =>
  box.left <= x && x <= box.right && box.top <= y && y <= box.bottom

test.each([LARGE, 250, 1000])('every dash of a ring of radius %i lies in its box, line and all', (radius) => {
  const ratio = 2
  const boxes = ringBoxes(ring(radius), ratio)

  expect(boxes).toHaveLength(DASHES)
  for (let i = 0; i < DASHES; i++) {
    for (const turned of [-1, -0.5, 0, 0.5, 1]) {
      const angle = (i / DASHES) * 2 * Math.PI + turned * halfDash(radius)
      for (const reach of [radius - LINE.dark / 2, radius + LINE.dark / 2]) {
        const [x, y] = [400 + reach * Math.cos(angle), 300 + reach * Math.sin(angle)]
        expect(holds(boxes[i]!, x * ratio, y * ratio)).toBe(true)
      }
    }
  }
})

test('what a ring has drawn anew does not grow with it', () => {
  const area = (radius: number) => ringBoxes(ring(radius), 1).reduce((sum, box) => sum + areaOf(box), 0)

  expect(area(1000)).toBeLessThan(1.1 * area(250))
  expect(area(1000)).toBeLessThan(20_000)
})

test('a square brush is shown by its four sides', () => {
  const boxes = ringBoxes(ring(200, 'square'), 1)

  expect(boxes).toHaveLength(4)
  const corners = [200, 600].flatMap((x) => [100, 500].map((y) => [x, y] as const))
  for (const [x, y] of corners) expect(boxes.filter((box) => holds(box, x, y))).toHaveLength(2)
  for (const box of boxes) expect(Math.min(box.right - box.left, box.bottom - box.top)).toBeLessThan(9)
})
