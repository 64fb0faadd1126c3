import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import type { Point } from './box'
import {
  beside,
  boxBetween,
  capsule,
  ellipse,
  footprint,
  footprintPath,
  glide,
  polygon,
  rectangle,
  sizeUnder,
  snapped,
  sweep,
} from './shapes'

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

describe('what a round brush covers on its way and not where it was', () => {
  test('is its capsule without its footprint', () => {
    fc.assert(
      fc.property(halves, halves, fc.integer({ min: 1, max: 40 }), (one, other, size) => {
        const [a, b] = [snapped(one, size), snapped(other, size)]
        const resting = footprint('round', size)

        const found = pixels((span) => glide(a, b, size, resting, CLIP, beside(a, resting, span)))

        const before = new Set(pixels((span) => capsule(a, a, size / 2, CLIP, span)))
        const expected = pixels((span) => capsule(a, b, size / 2, CLIP, span)).filter((p) => !before.has(p))
        expect(found).toEqual(expected)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('a square brush', () => {
  test('of any size covers as many pixels as it says, where the cursor shows it', () => {
    fc.assert(
      fc.property(halves, fc.integer({ min: 1, max: 12 }), (at, size) => {
        const place = snapped({ x: 15 + (at.x % 5), y: 15 + (at.y % 5) }, size)

        const found = pixels((span) => sweep('square', place, size, place, size, CLIP, span))

        expect(found.length).toBe(size * size)
      }),
    )
    expect(footprintPath(3, 'square')).toBe('M-1.5 -1.5h3v3h-3Z')
  })

  test('on its way covers what one of its squares does', () => {
    const places = fc.tuple(halves, halves, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
    fc.assert(
      fc.property(places, ([from, to, small, large]) => {
        const [a, b] = [snapped(from, small), snapped(to, large)]

        const found = new Set(pixels((span) => sweep('square', a, small, b, large, CLIP, span)))

        for (let t = 0; t <= 1; t += 1 / 64) {
          const [x, y] = [a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)]
          // A hair smaller, so that rounding does not decide.
          const half = (small + t * (large - small)) / 2 - 1e-9
          const covered = everyPixel((px, py) => Math.abs(px - x) <= half && Math.abs(py - y) <= half)
          expect(covered.filter((p) => !found.has(p))).toEqual([])
        }
      }),
      { numRuns: 30 },
    )
  })
})

describe('a brush under a pen', () => {
  test('is least where it barely touches, and its own size where it presses', () => {
    expect([0, 0.5, 1].map((pressure) => sizeUnder(pressure, 41, 5))).toEqual([5, 23, 41])
    expect(sizeUnder(0, 9, 0)).toBe(1)
  })

  test('on its way covers what one of its discs does, and nothing else', () => {
    const places = fc.tuple(halves, halves, fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 }))
    fc.assert(
      fc.property(places, ([from, to, small, large]) => {
        const [a, b] = [snapped(from, small), snapped(to, large)]
        const beyond = (x: number, y: number, t: number) =>
          Math.hypot(a.x + t * (b.x - a.x) - x, a.y + t * (b.y - a.y) - y) - (small + t * (large - small)) / 2

        const found = new Set(pixels((span) => sweep('round', a, small, b, large, CLIP, span)))

        const steps = Array.from({ length: 257 }, (_, i) => i / 256)
        const nearest = (x: number, y: number) => Math.min(...steps.map((t) => beyond(x, y, t)))
        expect(everyPixel((x, y) => nearest(x, y) < -1e-9).filter((p) => !found.has(p))).toEqual([])
        expect(everyPixel((x, y) => nearest(x, y) > 0.05).filter((p) => found.has(p))).toEqual([])
      }),
      { numRuns: 20 },
    )
  })
})

describe('a box drawn from corner to corner', () => {
  test('holds both pixels, whichever way it is drawn', () => {
    expect(boxBetween({ x: 7.9, y: 9.1 }, { x: 3.2, y: 4.8 })).toEqual({
      left: 3,
      top: 4,
      right: 8,
      bottom: 10,
    })
  })

  test('is as wide as high with Shift, and around its beginning with Ctrl', () => {
    expect(boxBetween({ x: 10, y: 10 }, { x: 4, y: 12 }, true)).toEqual({
      left: 4,
      top: 10,
      right: 11,
      bottom: 17,
    })
    expect(boxBetween({ x: 10, y: 10 }, { x: 13, y: 11 }, false, true)).toEqual({
      left: 7,
      top: 9,
      right: 14,
      bottom: 12,
    })
  })

  test('is cut at the edges of the photo', () => {
    const corner = { left: 38, top: -5, right: 50, bottom: 1 }

    expect(pixels((span) => rectangle(corner, CLIP, span))).toEqual(['38,0', '39,0'])
  })
})

test('an ellipse is the same from both sides and lies in its box', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 38 }), fc.integer({ min: 1, max: 28 }), (width, height) => {
      const box = { left: 1, top: 1, right: 1 + width, bottom: 1 + height }

      const found = pixels((span) => ellipse(box, CLIP, span))

      const places = found.map((p) => p.split(',').map(Number) as [number, number])
      const turned = places.map(([x, y]) => `${width + 1 - x},${height + 1 - y}`).sort()
      expect(turned).toEqual(found)
      expect(places.every(([x, y]) => x >= 1 && y >= 1 && x <= width && y <= height)).toBe(true)
      expect(found.length).toBeGreaterThan(0)
    }),
  )
})

test('a lasso that overlaps itself holds the overlap, a polygon does not', () => {
  const twice = [
    { x: 2, y: 2 },
    { x: 20, y: 2 },
    { x: 20, y: 20 },
    { x: 2, y: 20 },
    { x: 2, y: 2 },
    { x: 10, y: 2 },
    { x: 10, y: 10 },
    { x: 2, y: 10 },
  ]

  expect(pixels((span) => polygon(twice, CLIP, span, 'winding')).length).toBe(18 * 18)
  expect(pixels((span) => polygon(twice, CLIP, span)).length).toBe(18 * 18 - 8 * 8)
})
