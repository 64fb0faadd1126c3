import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import type { Point } from './box'
import { capsule, footprintPath, polygon, snapped } from './shapes'

const CLIP = { left: 0, top: 0, right: 40, bottom: 30 }

/** Pixels a shape visits, each once, as "x,y". */
function pixels(draw: (span: (y: number, left: number, right: number) => void) => void): string[] {
  const found: string[] = []
  draw((y, left, right) => {
    for (let x = left; x < right; x++) found.push(`${x},${y}`)
  })
  return found.sort()
}

function everyPixel(isIn: (x: number, y: number) => boolean): string[] {
  const found: string[] = []
  for (let y = CLIP.top; y < CLIP.bottom; y++)
    for (let x = CLIP.left; x < CLIP.right; x++) if (isIn(x + 0.5, y + 0.5)) found.push(`${x},${y}`)
  return found.sort()
}

function distance(a: Point, b: Point, x: number, y: number): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y]
  const squared = dx * dx + dy * dy
  const t = squared > 0 ? Math.min(1, Math.max(0, ((x - a.x) * dx + (y - a.y) * dy) / squared)) : 0
  return Math.hypot(a.x + t * dx - x, a.y + t * dy - y)
}

const point = fc.record({ x: fc.integer({ min: -20, max: 120 }), y: fc.integer({ min: -20, max: 100 }) })
const halves = point.map(({ x, y }) => ({ x: x / 2, y: y / 2 }))

describe('a capsule', () => {
  test('covers exactly the pixels whose centre is within the radius of the line', () => {
    fc.assert(
      fc.property(halves, halves, fc.integer({ min: 1, max: 30 }), (a, b, size) => {
        const found = pixels((span) => capsule(a, b, size / 2, CLIP, span))

        const doubtful = everyPixel((x, y) => Math.abs(distance(a, b, x, y) - size / 2) < 1e-9)
        const expected = everyPixel((x, y) => distance(a, b, x, y) <= size / 2)
        const differing = [
          ...found.filter((p) => !expected.includes(p)),
          ...expected.filter((p) => !found.includes(p)),
        ]
        expect(differing.filter((p) => !doubtful.includes(p))).toEqual([])
      }),
    )
  })

  test('of a brush of size 1 is one pixel, wherever the pointer is in it', () => {
    for (const x of [7, 7.01, 7.5, 7.99]) {
      const at = snapped({ x, y: 3.2 }, 1)
      expect(pixels((span) => capsule(at, at, 0.5, CLIP, span))).toEqual(['7,3'])
    }
  })

  test('of a brush of size 2 is four pixels around the nearest corner', () => {
    const at = snapped({ x: 7.2, y: 3.2 }, 2)

    expect(pixels((span) => capsule(at, at, 1, CLIP, span))).toEqual(['6,2', '6,3', '7,2', '7,3'])
  })

  test('far outside the photo covers nothing', () => {
    expect(pixels((span) => capsule({ x: -99, y: 5 }, { x: -60, y: 5 }, 10, CLIP, span))).toEqual([])
  })
})

describe('a polygon', () => {
  test('on whole pixels covers them and no neighbour', () => {
    const square = [
      { x: 2, y: 3 },
      { x: 5, y: 3 },
      { x: 5, y: 5 },
      { x: 2, y: 5 },
    ]

    expect(pixels((span) => polygon(square, CLIP, span))).toEqual(['2,3', '2,4', '3,3', '3,4', '4,3', '4,4'])
  })

  test('next to another shares no pixel with it and leaves none between', () => {
    fc.assert(
      fc.property(halves, halves, (top, bottom) => {
        const left = [
          { x: -50, y: -50 },
          { x: top.x, y: -50 },
          top,
          bottom,
          { x: bottom.x, y: 90 },
          { x: -50, y: 90 },
        ]
        const right = [
          { x: 90, y: -50 },
          { x: top.x, y: -50 },
          top,
          bottom,
          { x: bottom.x, y: 90 },
          { x: 90, y: 90 },
        ]
        fc.pre(top.y < bottom.y && top.y > -50)

        const both = [
          ...pixels((span) => polygon(left, CLIP, span)),
          ...pixels((span) => polygon(right, CLIP, span)),
        ]

        expect(both.sort()).toEqual(everyPixel(() => true))
      }),
    )
  })

  test('of two points covers nothing', () => {
    expect(
      pixels((span) =>
        polygon(
          [
            { x: 0, y: 0 },
            { x: 9, y: 9 },
          ],
          CLIP,
          span,
        ),
      ),
    ).toEqual([])
  })
})

test('the footprint of a brush of size 1 is the outline of one pixel', () => {
  expect(footprintPath(1)).toBe('M-0.5 -0.5L0.5 -0.5V0.5L-0.5 0.5V-0.5Z')
})
