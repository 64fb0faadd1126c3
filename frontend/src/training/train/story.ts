/** From the events of a training job to curves, log and news: the same for a live run, a reload and last week's. */

import type { JobEvent } from '../../shared/types'

/** Points of the training steps, column by column; ascending in step. */
export type Steps = {
  step: number[]
  epoch: number[]
  loss: number[]
  accuracy: number[]
  dice: number[]
  iou: number[]
}
export type Metric = 'loss' | 'accuracy' | 'dice' | 'iou'
export const METRICS: Metric[] = ['loss', 'accuracy', 'dice', 'iou']

export type Line = { seq: number; at: string; text: string; level: string }
export type Facts = Partial<{
  device: string
  precision: string
  memory_format: string
  threads: number
  classes: unknown
  train: number
  val: number
  steps_per_epoch: number
  epochs: number
  parameters: number
  seed: number
  network: string
}>

export type Story = {
  facts: Facts
  train: Steps
  val: Steps & { number: number[]; lr: number[] }
  log: Line[]
  /** Of the newest steps; NaN before the first. */
  imagesPerS: number
  /** Seconds that remain; NaN before the first step and after the end. */
  etaS: number
  /** How many checkpoints and models were told of: a reason to ask for them again. */
  news: number
  isOver: boolean
}

const noSteps = (): Steps => ({ step: [], epoch: [], loss: [], accuracy: [], dice: [], iou: [] })

/** Everything a list of events tells, in order. After a resume the steps that were done again replace the old ones. */
export function storyOf(events: readonly JobEvent[]): Story {
  const story: Story = {
    facts: {},
    train: noSteps(),
    val: { ...noSteps(), number: [], lr: [] },
    log: [],
    imagesPerS: NaN,
    etaS: NaN,
    news: 0,
    isOver: false,
  }
  for (const event of events) hear(story, event)
  return story
}

function hear(story: Story, { seq, at, kind, data }: JobEvent): void {
  switch (kind) {
    case 'log':
      story.log.push({ seq, at, text: String(data.text ?? ''), level: String(data.level ?? 'info') })
      break
    case 'facts':
      story.facts = { ...story.facts, ...(data as Facts) }
      break
    case 'resumed': {
      const from = number(data.from_step)
      cut(story.train, from)
      cut(story.val, from)
      story.isOver = false
      story.etaS = NaN
      break
    }
    case 'train': {
      for (const one of (data.steps ?? []) as Record<string, unknown>[]) add(story.train, one)
      story.imagesPerS = number(data.images_per_s)
      story.etaS = number(data.eta_s)
      break
    }
    case 'val':
      add(story.val, data)
      story.val.number.push(number(data.number))
      story.val.lr.push(number(data.lr))
      break
    case 'checkpoint':
    case 'model':
      story.news++
      break
    case 'end':
      story.isOver = true
      story.etaS = NaN
      break
  }
}

function add(steps: Steps, one: Record<string, unknown>): void {
  steps.step.push(number(one.step))
  steps.epoch.push(number(one.epoch))
  for (const metric of METRICS) steps[metric].push(number(one[metric]))
}

/** Forget the points after a step. */
function cut(columns: Record<string, number[]> & { step: number[] }, from: number): void {
  let keep = columns.step.length
  while (keep > 0 && columns.step[keep - 1]! > from) keep--
  for (const column of Object.values(columns)) column.length = Math.min(column.length, keep)
}

/** Curves of one metric against the epoch. Points without a value (no Dice with many classes) are left out. */
export function curveOf(steps: Steps, metric: Metric): { x: number[]; y: number[] } {
  const x: number[] = []
  const y: number[] = []
  steps[metric].forEach((value, index) => {
    if (!Number.isFinite(value)) return
    x.push(steps.epoch[index]!)
    y.push(value)
  })
  return { x, y }
}

/** The epoch the run has reached, as a float: 2.5 is the middle of the third. */
export const reached = (story: Story): number => story.train.epoch.at(-1) ?? story.val.epoch.at(-1) ?? 0

/** null and absent become NaN, which no chart draws. */
const number = (value: unknown): number => (typeof value === 'number' ? value : NaN)
