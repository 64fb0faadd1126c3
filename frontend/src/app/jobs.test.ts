import { expect, test } from 'vitest'

import type { Job } from '../shared/types'
import { fitting, log, ran, results, together } from './jobs'

const job = (news: Partial<Job>): Job => ({
  id: 1,
  kind: 'import',
  title: 'Import',
  user: 'ada',
  project_id: null,
  queue: 'default',
  status: 'finished',
  wish: '',
  settings: {},
  result: {},
  done: 1,
  doing: '',
  problem: '',
  details: '',
  attempts: 1,
  created_at: '2026-01-01T00:00:00Z',
  started_at: null,
  finished_at: null,
  can_stop: false,
  can_resume: false,
  ...news,
})

test('older pages are added to the live jobs, and the live row wins', () => {
  const live = [job({ id: 3 }), job({ id: 2, status: 'running' })]

  const all = together(live, [job({ id: 2, status: 'queued' }), job({ id: 1 })])

  expect(all.map(({ id, status }) => [id, status])).toEqual([
    [3, 'finished'],
    [2, 'running'],
    [1, 'finished'],
  ])
})

test('jobs are found by kind and status', () => {
  const jobs = [
    job({ id: 1 }),
    job({ id: 2, kind: 'train' }),
    job({ id: 3, kind: 'train', status: 'failed' }),
  ]

  expect(fitting(jobs, 'train', '').map(({ id }) => id)).toEqual([2, 3])
  expect(fitting(jobs, 'train', 'failed').map(({ id }) => id)).toEqual([3])
})

test('a job that runs has run until now', () => {
  const now = new Date('2026-01-01T00:01:00Z').getTime()

  expect(ran(job({ started_at: '2026-01-01T00:00:00Z' }), now)).toBe(60)
  expect(ran(job({ started_at: '2026-01-01T00:00:00Z', finished_at: '2026-01-01T00:00:05Z' }), now)).toBe(5)
  expect(ran(job({}), now)).toBeNull()
})

test('what a job made is linked', () => {
  expect(results(job({ result: { project: 4 } }))).toEqual([{ label: 'Project', to: '/projects/4' }])
  expect(
    results(job({ kind: 'train', settings: { run: 2 }, result: { model: 9 } })).map(({ to }) => to),
  ).toEqual(['/training/runs/2', '/models'])
  expect(results(job({ id: 8, kind: 'export' }))[0]).toMatchObject({
    to: '/api/jobs/8/download/',
    isDownload: true,
  })
})

test('what was looked at for an import is gone on with, where it was begun', () => {
  const scan = { kind: 'scan', result: { import: 7 } } as const

  expect(results(job(scan))[0]!.to).toBe('/projects?import=7')
  expect(results(job({ ...scan, project_id: 3 }))[0]!.to).toBe('/projects/3?import=7')
})

test('the log holds what was said and how it ended', () => {
  const events = [
    { seq: 1, at: 'a', kind: 'log', data: { text: 'There is no GPU', level: 'warning' } },
    { seq: 2, at: 'b', kind: 'train', data: { steps: [] } },
    { seq: 3, at: 'c', kind: 'end', data: { status: 'failed', problem: 'The disk is full.' } },
  ]

  expect(log(events).map(({ text, level }) => [level, text])).toEqual([
    ['warning', 'There is no GPU'],
    ['error', 'failed: The disk is full.'],
  ])
})
