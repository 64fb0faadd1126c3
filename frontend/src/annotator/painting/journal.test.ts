import { afterEach, expect, test, vi } from 'vitest'

import { nextMoment } from './journal'

afterEach(() => vi.useRealTimers())

test('strokes made in one millisecond, or after the clock was set back, come in their order', () => {
  vi.useFakeTimers({ now: 1_000_000_000_000 })
  const moments = [nextMoment(), nextMoment()]
  vi.setSystemTime(999_999_000_000)
  moments.push(nextMoment())

  expect([...moments].sort((a, b) => a - b)).toEqual(moments)
  expect(new Set(moments).size).toBe(3)
})
