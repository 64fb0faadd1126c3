import { describe, expect, it } from 'vitest'

import { counterpartOf, type ReviewClass, tableOf } from './look'

const one = (index: number, name: string, more: Partial<ReviewClass> = {}): ReviewClass => ({
  index,
  name,
  colour: '#102030',
  pattern: '',
  ...more,
})

describe('what a predicted class is called in an annotation', () => {
  it('is its name without the suffix', () => {
    expect(counterpartOf('Isolator_unet', [one(1, 'Pole'), one(2, 'Isolator')])?.index).toBe(2)
  })

  it('is the longest name that fits', () => {
    expect(counterpartOf('Isolator glass_unet', [one(1, 'Isolator'), one(2, 'Isolator glass')])?.index).toBe(
      2,
    )
  })

  it('is never neutral, and nothing when no name fits', () => {
    expect(counterpartOf('neutral_unet', [one(1, 'neutral', { is_neutral: true })])).toBeNull()
  })
})

it('a class that is not listed is not shown', () => {
  const table = tableOf([one(3, 'a'), one(4, 'neutral', { pattern: 'hatch' })])

  expect([...table.slice(12, 16)]).toEqual([16, 32, 48, 255])
  expect(table[19]).toBe(128)
  expect(table[23]).toBe(0)
})
