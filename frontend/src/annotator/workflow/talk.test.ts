import { expect, test } from 'vitest'

import type { Choice } from '../canvas/choice'
import { Store } from '../canvas/store'
import { type Pin, Talk } from './talk'

const begin = (mayPaint = true) => {
  const choice = new Store({ tool: 'lasso', panel: 'paint' } as Choice)
  const talk = new Talk(choice, () => mayPaint)
  choice.set({ tool: 'lasso', panel: 'paint', size: 3 })
  return { choice, talk }
}
const pin = (id: number, x: number): Pin => ({ id, number: id, at: { x, y: 0 }, isResolved: false })
const from = (x: number) => (one: Pin) => Math.abs(one.at.x - x)

test('a clicked place becomes the place of a comment, and the tool before is taken again', () => {
  const { choice, talk } = begin()
  talk.point()

  talk.placed({ x: 10.123, y: 20 }, from(10))

  expect(talk.get().draft).toEqual({ text: '', at: { x: 10.1, y: 20 }, isReturn: false })
  expect(choice.get()).toMatchObject({ tool: 'lasso', panel: 'talk' })
})

test('who may not paint gets no brush afterwards', () => {
  const { choice, talk } = begin(false)
  talk.point()

  talk.placed({ x: 1, y: 1 }, from(1))

  expect(choice.get().tool).toBe('move')
})

test('a click on a pin opens its comment, the nearest of several', () => {
  const { talk } = begin()
  talk.set({ pins: [pin(1, 90), pin(2, 100), pin(3, 300)] })
  talk.point()

  talk.placed({ x: 99, y: 0 }, from(99))

  expect(talk.get()).toMatchObject({ open: 2, draft: null })
})

test('a comment begun keeps its words when its place is clicked, even on a pin', () => {
  const { talk } = begin()
  talk.set({ pins: [pin(1, 50)] })
  talk.write({ text: 'Too wide', isReturn: true })

  talk.placed({ x: 50, y: 0 }, from(50))

  expect(talk.get().draft).toEqual({ text: 'Too wide', at: { x: 50, y: 0 }, isReturn: true })
})
