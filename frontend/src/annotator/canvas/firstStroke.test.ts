import { expect, test } from 'vitest'

import { doneAfter, doneAtFirst, type Seen, STEPS } from './firstStroke'

const idle: Seen = { chosen: 1, first: 1, neutral: 2, canUndo: false, canRedo: false, waiting: 0 }
const painted = { ...idle, canUndo: true, waiting: 1 }
const undone = { ...idle, canRedo: true }

test('who has the first class chosen is asked to paint', () => {
  expect(STEPS[doneAtFirst(idle)]).toBe('paint')
  expect(STEPS[doneAtFirst({ ...idle, chosen: 2 })]).toBe('choose')
})

test('a stroke is noticed, but not that of an earlier visit', () => {
  expect(doneAfter(1, idle, painted)).toBe(2)
  expect(doneAfter(1, { ...idle, canUndo: true }, painted)).toBe(2)
  expect(doneAfter(1, idle, { ...idle, canUndo: true })).toBe(1)
})

test('a stroke with another class is not the one that was asked for', () => {
  expect(doneAfter(1, { ...idle, chosen: 2 }, { ...painted, chosen: 2 })).toBe(1)
})

test('undo, redo and neutral follow one another, and then it is over', () => {
  let done = doneAfter(1, idle, painted)
  done = doneAfter(done, painted, undone)
  expect(STEPS[done]).toBe('redo')
  done = doneAfter(done, undone, painted)
  expect(STEPS[done]).toBe('neutral')
  done = doneAfter(done, painted, { ...painted, chosen: 2 })
  expect(done).toBe(STEPS.length)
  expect(doneAfter(done, painted, painted)).toBe(STEPS.length)
})

test('what belongs to a later step does not count before its turn', () => {
  expect(doneAfter(1, idle, { ...idle, chosen: 2 })).toBe(1)
  expect(doneAfter(1, idle, undone)).toBe(1)
})
