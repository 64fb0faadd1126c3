import { describe, expect, it } from 'vitest'

import type { Probability } from '../../shared/types'
import { heatLevel, heatPlaces } from './heat'

const probability: Probability = { id: 1, class_name: 'a', width: 2500, height: 2500, levels: 5, tile: 256 }
const photo = { width: 5000, height: 5000 }

describe('tiles of a probability', () => {
  it('are the finest when one looks closely', () => {
    expect(heatLevel(probability, 5000, 1)).toBe(0)
  })

  it('get coarser as one goes away, and never coarser than there is', () => {
    expect(heatLevel(probability, 5000, 0.125)).toBe(2)
    expect(heatLevel(probability, 5000, 0.0001)).toBe(4)
  })

  it('cover the whole photo without a gap', () => {
    const view = { left: 0, top: 0, scale: 1, width: 5000, height: 5000 }

    const places = heatPlaces(probability, photo, view, 0)

    expect(places).toHaveLength(100)
    const last = places.at(-1)!
    expect(last.left + last.width).toBeCloseTo(5000)
    expect(last.top + last.height).toBeCloseTo(5000)
  })

  it('out of sight are left out', () => {
    const view = { left: -2000, top: -2000, scale: 1, width: 500, height: 500 }

    const places = heatPlaces(probability, photo, view, 0)

    expect(places.map(({ x, y }) => [x, y])).toEqual([[3, 3], [4, 3], [3, 4], [4, 4]]) // prettier-ignore
  })
})
