import { describe, expect, it } from 'vitest'

import { gauge } from './scale'

const one = (value: number) => ({ mean: value, p5: value, p95: value })

describe('the scale gauge', () => {
  const trained = { mean: 0.34, p5: 0.27, p95: 0.48 }

  it('calls a scale in the middle of the training inside', () => {
    expect(gauge(trained, one(0.36)).verdict).toBe('inside')
  })

  it('calls the window of 512 after crops of 500 to 1000 the edge', () => {
    expect(gauge(trained, one(0.5)).verdict).toBe('edge')
  })

  it('calls a whole photo shrunk to the input outside', () => {
    expect(gauge(trained, one(0.05)).verdict).toBe('outside')
  })

  it('keeps both ranges on the gauge and in order', () => {
    const { trained: a, inference: b } = gauge(trained, one(2))

    for (const share of [a.from, a.to, b.from]) expect(share).toBeGreaterThan(0)
    expect(b.to).toBeLessThan(1)
    expect(a.from).toBeLessThan(a.to)
    expect(a.to).toBeLessThan(b.from)
  })

  it('tolerates a training at one single scale', () => {
    expect(gauge(one(0.5), one(0.51)).verdict).not.toBe('outside')
  })
})
