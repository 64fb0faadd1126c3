import { expect, test } from 'vitest'

import type { JobEvent } from '../../shared/types'
import { curveOf, reached, storyOf } from './story'

let seq = 0
const event = (kind: string, data: Record<string, unknown> = {}): JobEvent => ({
  seq: ++seq,
  at: '2026-01-01',
  kind,
  data,
})
const steps = (from: number, to: number, loss = 1) =>
  event('train', {
    steps: Array.from({ length: to - from + 1 }, (_, index) => ({
      step: from + index,
      epoch: (from + index) / 10,
      loss,
      accuracy: 0.9,
      dice: null,
      iou: 0.5,
    })),
    images_per_s: 12,
    eta_s: 34,
  })
const validation = (step: number, number: number, loss = 0.5) =>
  event('val', { step, epoch: step / 10, number, loss, accuracy: 0.9, dice: 0.4, iou: 0.3, lr: 0.001 })

test('steps and validations become curves against the epoch', () => {
  const story = storyOf([event('facts', { device: 'cpu' }), steps(1, 10), validation(10, 1), steps(11, 20)])

  expect(curveOf(story.train, 'loss').x).toHaveLength(20)
  expect(curveOf(story.val, 'loss')).toEqual({ x: [1], y: [0.5] })
  expect(reached(story)).toBe(2)
  expect(story).toMatchObject({ imagesPerS: 12, etaS: 34 })
  expect(story.facts.device).toBe('cpu')
})

test('a resumed run tells the steps it did again only once', () => {
  const story = storyOf([
    steps(1, 10),
    validation(10, 1),
    steps(11, 18, 2),
    validation(15, 2),
    event('resumed', { from_step: 10 }),
    steps(11, 14, 3),
  ])

  expect(story.train.step).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14])
  expect(story.train.loss.slice(-4)).toEqual([3, 3, 3, 3])
  expect(story.val.number).toEqual([1])
  expect(story.val.lr).toHaveLength(1)
})

test('a run resumed from the start forgets everything but its log', () => {
  const story = storyOf([event('log', { text: 'hello' }), steps(1, 5), event('resumed', { from_step: 0 })])

  expect(story.train.step).toEqual([])
  expect(story.log.map((line) => line.text)).toEqual(['hello'])
})

test('a metric that was not measured has no points', () => {
  expect(curveOf(storyOf([steps(1, 3)]).train, 'dice')).toEqual({ x: [], y: [] })
})

test('the end takes the estimate away, a resume after it brings the run back', () => {
  const ended = [steps(1, 3), event('end', { status: 'interrupted' })]

  expect(storyOf(ended)).toMatchObject({ isOver: true, imagesPerS: 12, etaS: NaN })
  expect(storyOf([...ended, event('resumed', { from_step: 3 })]).isOver).toBe(false)
})

test('checkpoints and models are news', () => {
  expect(storyOf([event('checkpoint', { id: 1 }), event('model', { id: 2 })]).news).toBe(2)
})
