import { expect, test } from 'vitest'

import type { StateChange, Workflow } from '../../shared/types'
import { isOthersWork, moveKey, nextMove, reasonOf, standing } from './states'

const ME = 1
const anton = { id: 2, name: 'anton' }
const me = { id: ME, name: 'olga' }

const workflow = (some: Partial<Workflow>): Workflow => ({
  state: 'open',
  holder: null,
  held_since: null,
  is_idle: false,
  submitted_by: null,
  locked: '',
  moves: [],
  changes: [],
  ...some,
})

const change = (id: number, after: StateChange['after'], text = ''): StateChange => ({
  id,
  user: 'olga',
  action: 'return',
  before: 'submitted',
  after,
  text,
  comment: null,
  created_at: '2026-11-22T12:00:00Z',
})

test('the move offered first goes on from where the photo is', () => {
  expect(nextMove(workflow({ moves: ['claim', 'finish', 'submit'] }), ME)).toBe('claim')
  const claimed = workflow({ state: 'claimed', holder: me, moves: ['release', 'finish', 'submit'] })
  expect(nextMove(claimed, ME)).toBe('finish')
  const left = workflow({
    state: 'claimed',
    holder: anton,
    is_idle: true,
    moves: ['claim', 'finish', 'submit'],
  })
  expect(nextMove(left, ME)).toBe('claim')
  expect(nextMove(workflow({ state: 'done', holder: me, moves: ['claim', 'release', 'submit'] }), ME)).toBe(
    'submit',
  )
  expect(nextMove(workflow({ state: 'submitted', moves: ['withdraw', 'accept', 'return'] }), ME)).toBe(
    'accept',
  )
})

test('who can only look is offered nothing', () => {
  expect(nextMove(workflow({ state: 'submitted' }), ME)).toBeNull()
})

test('nothing that goes back is offered first', () => {
  expect(nextMove(workflow({ state: 'accepted', moves: ['return', 'reopen'] }), ME)).toBeNull()
  expect(nextMove(workflow({ state: 'submitted', moves: ['withdraw'] }), ME)).toBeNull()
})

test('claiming is called by what it means', () => {
  expect(moveKey('claim', workflow({}), ME)).toBe('claim')
  expect(moveKey('claim', workflow({ state: 'claimed', holder: anton, is_idle: true }), ME)).toBe('take_over')
  expect(moveKey('claim', workflow({ state: 'done', holder: me }), ME)).toBe('work_again')
  expect(moveKey('submit', workflow({}), ME)).toBe('submit')
})

test('a claim that was left is told from one in use', () => {
  expect(standing(workflow({ state: 'claimed', holder: anton }), ME)).toBe('claimed_other')
  expect(standing(workflow({ state: 'claimed', holder: anton, is_idle: true }), ME)).toBe('claimed_idle')
  expect(standing(workflow({ state: 'claimed', holder: me, is_idle: true }), ME)).toBe('claimed_me')
})

test('a note is due while somebody else works on the photo', () => {
  expect(isOthersWork(workflow({ state: 'claimed', holder: anton }), ME)).toBe(true)
  expect(isOthersWork(workflow({ state: 'claimed', holder: anton, is_idle: true }), ME)).toBe(false)
  expect(isOthersWork(workflow({ state: 'claimed', holder: me }), ME)).toBe(false)
  expect(isOthersWork(workflow({ state: 'done', holder: anton }), ME)).toBe(false)
})

test('the reason for returning stays until the photo is handed in again', () => {
  const changes = [change(1, 'submitted'), change(2, 'returned', 'Too wide'), change(3, 'claimed')]

  expect(reasonOf(workflow({ state: 'claimed', changes }))?.text).toBe('Too wide')
  expect(reasonOf(workflow({ state: 'submitted', changes: [...changes, change(4, 'submitted')] }))).toBeNull()
  const again = [...changes, change(4, 'submitted'), change(5, 'accepted'), change(6, 'claimed')]
  expect(reasonOf(workflow({ state: 'claimed', changes: again }))).toBeNull()
})
