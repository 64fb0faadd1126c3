import { describe, expect, it } from 'vitest'

import { Seen } from './seen'

describe('what has been looked at', () => {
  it('is nothing at first and everything after a look at the whole photo', () => {
    const seen = new Seen(5000, 3000)
    expect(seen.share).toBe(0)

    expect(seen.look({ left: 0, top: 0, right: 5000, bottom: 3000 })).toBe(true)

    expect(seen.share).toBe(1)
    expect(seen.look({ left: 0, top: 0, right: 5000, bottom: 3000 })).toBe(false)
  })

  it('grows by the part in sight', () => {
    const seen = new Seen(6400, 6400)

    seen.look({ left: 0, top: 0, right: 3200, bottom: 6400 })

    expect(seen.share).toBeCloseTo(0.5, 2)
  })

  it('is the same after it was kept', () => {
    const seen = new Seen(5000, 3000)
    seen.look({ left: 100, top: 200, right: 1500, bottom: 1200 })

    const again = new Seen(5000, 3000, seen.toText())

    expect(again.share).toBe(seen.share)
    expect(again.look({ left: 100, top: 200, right: 1500, bottom: 1200 })).toBe(false)
  })

  it('begins anew from a damaged note or one of another photo', () => {
    expect(new Seen(5000, 3000, '%%%').share).toBe(0)
    expect(new Seen(5000, 3000, new Seen(100, 100).toText()).share).toBe(0)
  })

  it('has one cell for the smallest photo, seen when it is in sight', () => {
    const seen = new Seen(1, 1)

    seen.look({ left: -50, top: -50, right: 50, bottom: 50 })

    expect(seen.share).toBe(1)
  })
})
