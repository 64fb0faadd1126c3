import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { type Area, areaOf, boxOfArea, common, outside, sizeOfArea, union, visit, without } from './area'
import { holesOf } from './holes'
import { mended, type Mending } from './mending'
import { grown, shrunk, smoothed } from './morphology'

const PHOTO = { left: 0, top: 0, right: 30, bottom: 22 }

/** Pixels of the photo as a set of numbers. */
const pixelsOf = (area: Area): Set<number> => {
  const found = new Set<number>()
  visit(area, (y, left, right) => {
    for (let x = left; x < right; x++) found.add(y * 100 + x)
  })
  return found
}

const areaFrom = (pixels: Iterable<number>): Area =>
  areaOf(
    [...pixels].map((pixel) => ({ y: Math.floor(pixel / 100), left: pixel % 100, right: (pixel % 100) + 1 })),
  )

function everyPixel(isIn: (x: number, y: number) => boolean): Set<number> {
  const found = new Set<number>()
  for (let y = 0; y < PHOTO.bottom; y++)
    for (let x = 0; x < PHOTO.right; x++) if (isIn(x, y)) found.add(y * 100 + x)
  return found
}

function done<T>(work: Generator<number, T>): T {
  for (let step = work.next(); ; step = work.next()) if (step.done) return step.value
}

/** Blots: boxes here and there, so that holes, bridges and lone pixels come about. */
const areas = fc
  .array(
    fc.record({
      x: fc.nat(29),
      y: fc.nat(21),
      w: fc.integer({ min: 1, max: 12 }),
      h: fc.integer({ min: 1, max: 9 }),
      cut: fc.boolean(),
    }),
    { minLength: 1, maxLength: 9 },
  )
  .map((blots) => {
    const pixels = new Set<number>()
    for (const { x, y, w, h, cut } of blots) {
      for (let py = y; py < Math.min(22, y + h); py++) {
        for (let px = x; px < Math.min(30, x + w); px++) {
          if (cut) pixels.delete(py * 100 + px)
          else pixels.add(py * 100 + px)
        }
      }
    }
    return areaFrom(pixels)
  })

const reaches = fc.integer({ min: 1, max: 6 })
const isNear = (x: number, y: number, pixels: Set<number>, reach: number): boolean => {
  for (const pixel of pixels) {
    if ((x - (pixel % 100)) ** 2 + (y - Math.floor(pixel / 100)) ** 2 <= reach * reach) return true
  }
  return false
}

describe('an area', () => {
  test('joins, takes away, shares and counts as sets of pixels do', () => {
    fc.assert(
      fc.property(areas, areas, (a, b) => {
        const [one, other] = [pixelsOf(a), pixelsOf(b)]

        expect(pixelsOf(without(a, b))).toEqual(new Set([...one].filter((p) => !other.has(p))))
        expect(pixelsOf(union(a, b))).toEqual(new Set([...one, ...other]))
        expect(pixelsOf(common(a, b))).toEqual(new Set([...one].filter((p) => other.has(p))))
        expect(pixelsOf(outside(a, PHOTO))).toEqual(everyPixel((x, y) => !one.has(y * 100 + x)))
        expect(sizeOfArea(a)).toBe(one.size)
      }),
    )
  })

  test('has a tight box', () => {
    expect(boxOfArea(areaFrom([203, 310, 505]))).toEqual({ left: 3, top: 2, right: 11, bottom: 6 })
  })
})

describe('growing and shrinking', () => {
  test('grows by exactly the pixels that are near enough', () => {
    fc.assert(
      fc.property(areas, reaches, (area, reach) => {
        const pixels = pixelsOf(area)

        expect(pixelsOf(done(grown(area, reach, PHOTO)))).toEqual(
          everyPixel((x, y) => isNear(x, y, pixels, reach)),
        )
      }),
      { numRuns: 40 },
    )
  })

  test('shrinks by exactly the pixels that are near to what is outside, and not at the edge of the photo', () => {
    fc.assert(
      fc.property(areas, reaches, (area, reach) => {
        const pixels = pixelsOf(area)
        const rest = everyPixel((x, y) => !pixels.has(y * 100 + x))

        const expected = everyPixel((x, y) => pixels.has(y * 100 + x) && !isNear(x, y, rest, reach))
        expect(pixelsOf(done(shrunk(area, reach, PHOTO)))).toEqual(expected)
      }),
      { numRuns: 40 },
    )
  })

  test('grown and then shrunk it holds what it was, shrunk and then grown it is within it', () => {
    fc.assert(
      fc.property(areas, reaches, (area, reach) => {
        const closed = done(shrunk(done(grown(area, reach, PHOTO)), reach, PHOTO))
        const opened = done(grown(done(shrunk(area, reach, PHOTO)), reach, PHOTO))

        expect(without(area, closed).length).toBe(0)
        expect(without(opened, area).length).toBe(0)
      }),
    )
  })
})

describe('smoothing', () => {
  test('lets the majority around each pixel decide', () => {
    fc.assert(
      fc.property(areas, reaches, (area, reach) => {
        const pixels = pixelsOf(area)

        const expected = everyPixel((x, y) => {
          let votes = 0
          for (let py = Math.max(0, y - reach); py <= Math.min(21, y + reach); py++) {
            for (let px = Math.max(0, x - reach); px <= Math.min(29, x + reach); px++) {
              if ((px - x) ** 2 + (py - y) ** 2 <= reach * reach) votes += pixels.has(py * 100 + px) ? 1 : -1
            }
          }
          return votes > 0 || (votes === 0 && pixels.has(y * 100 + x))
        })
        expect(pixelsOf(done(smoothed(area, reach, PHOTO)))).toEqual(expected)
      }),
      { numRuns: 40 },
    )
  })

  test('takes a lone pixel away, closes a pinhole, and leaves a straight edge as it is', () => {
    const half = everyPixel((x, y) => x < 15 && !(x === 7 && y === 7))

    const smooth = done(smoothed(areaFrom([...half, 1022]), 2, PHOTO))

    expect(pixelsOf(smooth)).toEqual(everyPixel((x) => x < 15))
  })
})

describe('holes', () => {
  test('are what cannot be left by any way over edges', () => {
    fc.assert(
      fc.property(areas, (area) => {
        const pixels = pixelsOf(area)
        const reached = new Set<number>()
        const todo: [number, number][] = [[-1, -1]]
        for (let place = todo.pop(); place; place = todo.pop()) {
          const [x, y] = place
          const key = y * 100 + x
          if (x < -1 || y < -1 || x > 30 || y > 22 || reached.has(key) || (x >= 0 && pixels.has(key)))
            continue
          reached.add(key)
          todo.push([x + 1, y], [x - 1, y], [x, y + 1], [x, y - 1])
        }

        const expected = everyPixel((x, y) => !reached.has(y * 100 + x) && !pixels.has(y * 100 + x))
        expect(pixelsOf(holesOf(area))).toEqual(expected)
      }),
    )
  })

  test('once filled are gone', () => {
    fc.assert(
      fc.property(areas, (area) => {
        const filled = areaFrom([...pixelsOf(area), ...pixelsOf(holesOf(area))])

        expect(holesOf(filled).length).toBe(0)
      }),
    )
  })

  test('may be asked for up to a size', () => {
    const frame = everyPixel((x, y) => x < 12 && y < 5 && !(y === 2 && (x === 2 || (x > 5 && x < 10))))

    expect(pixelsOf(holesOf(areaFrom(frame), 1))).toEqual(new Set([202]))
    expect(sizeOfArea(holesOf(areaFrom(frame)))).toBe(5)
  })
})

test('mending says what to paint and what to erase, region by region', () => {
  const square = areaFrom(everyPixel((x, y) => x >= 5 && x < 10 && y >= 5 && y < 10))
  const line = areaFrom(everyPixel((x, y) => x >= 15 && x < 25 && y === 8))
  const sizes = (how: Mending) =>
    done(mended([square, line], how, 1, PHOTO)).map(({ added, removed }) => [
      sizeOfArea(added),
      sizeOfArea(removed),
    ])

  expect(sizes('holes')).toEqual([[0, 0], [0, 0]]) // prettier-ignore
  expect(sizes('grow')).toEqual([[20, 0], [22, 0]]) // prettier-ignore
  expect(sizes('shrink')).toEqual([[0, 16], [0, 10]]) // prettier-ignore
})
