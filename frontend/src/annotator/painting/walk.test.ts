import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { isAtWindow, middleOfWindow, nearestWindow, walkOf, windowAt } from './walk'

const photo = { width: 5000, height: 4000 }
const window = { width: 1200, height: 900 }

describe('a walk over a photo', () => {
  it('turns round at the end of each row', () => {
    const { columns } = walkOf(photo, window)

    const last = middleOfWindow(photo, window, columns - 1)
    const next = middleOfWindow(photo, window, columns)

    expect(next.x).toBe(last.x)
    expect(next.y).toBeGreaterThan(last.y)
  })

  it('is one window when the whole photo is in sight', () => {
    expect(walkOf(photo, { width: 6000, height: 5000 }).count).toBe(1)
    expect(middleOfWindow(photo, { width: 6000, height: 5000 }, 0)).toEqual({ x: 2500, y: 2000 })
  })

  it('shows every pixel, and neighbours share a tenth of a window', () => {
    const size = fc.record({
      width: fc.integer({ min: 1, max: 20000 }),
      height: fc.integer({ min: 1, max: 20000 }),
    })
    const view = fc.record({
      width: fc.integer({ min: 200, max: 4000 }),
      height: fc.integer({ min: 200, max: 4000 }),
    })
    fc.assert(
      fc.property(size, view, (photo, view) => {
        const { columns, rows, count } = walkOf(photo, view)
        const boxes = Array.from({ length: columns }, (_, i) =>
          windowAt(middleOfWindow(photo, view, i), view),
        )
        expect(boxes[0]!.left).toBeLessThanOrEqual(1e-6)
        expect(boxes.at(-1)!.right).toBeGreaterThanOrEqual(photo.width - 1e-6)
        for (let i = 1; i < boxes.length; i++) {
          expect(boxes[i - 1]!.right - boxes[i]!.left).toBeGreaterThanOrEqual(view.width * 0.1 - 1e-6)
        }
        const bottom = windowAt(middleOfWindow(photo, view, count - 1), view).bottom
        expect(bottom).toBeGreaterThanOrEqual(photo.height - 1e-6)
        expect(count).toBe(columns * rows)
      }),
    )
  })

  it('knows where it is', () => {
    for (const number of [0, 3, 7]) {
      const place = middleOfWindow(photo, window, number)
      expect(nearestWindow(photo, window, place)).toBe(number)
      expect(isAtWindow(photo, window, number, place)).toBe(true)
      expect(isAtWindow(photo, window, number, { x: place.x + 200, y: place.y })).toBe(false)
    }
  })
})
