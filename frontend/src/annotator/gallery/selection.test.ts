import { expect, test } from 'vitest'

import { each, toggled } from './selection'

const order = [11, 12, 13, 14, 15]

test('a click selects, another lets go', () => {
  const one = toggled(new Set(), 12, { order, last: null, isRange: false })

  expect([...one]).toEqual([12])
  expect([...toggled(one, 12, { order, last: 12, isRange: false })]).toEqual([])
})

test('Shift selects everything from the last click on, in both directions', () => {
  expect([...toggled(new Set([12]), 14, { order, last: 12, isRange: true })]).toEqual([12, 13, 14])
  expect([...toggled(new Set([14]), 12, { order, last: 14, isRange: true })].sort()).toEqual([12, 13, 14])
})

test('Shift on a selected photo lets go of the whole stretch', () => {
  expect([...toggled(new Set([11, 12, 13]), 12, { order, last: 11, isRange: true })]).toEqual([13])
})

test('Shift after the last click left the page selects one', () => {
  expect([...toggled(new Set(), 12, { order, last: 99, isRange: true })]).toEqual([12])
})

test('work on several things stops at the first failure and says what was done', async () => {
  const { done, error } = await each(
    [1, 2, 3, 4],
    async (n) => {
      if (n === 3) throw new Error('no')
    },
    1,
  )

  expect(done).toEqual([1, 2])
  expect(error).toEqual(new Error('no'))
})
