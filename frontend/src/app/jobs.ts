/** Jobs as the list and the page of one job show them. */

import { t } from '../shared/texts'
import type { Job, JobEvent, JobStatus } from '../shared/types'

export const KINDS = [
  'scan',
  'import',
  'export',
  'sample',
  'pyramids',
  'dtl',
  'probe',
  'train',
  'fetch_weights',
  'predict',
] as const
type Kind = (typeof KINDS)[number]

export const kindName = (kind: string) =>
  KINDS.includes(kind as Kind) ? t(`app:kind.${kind as Kind}`) : kind

export const STATUSES: JobStatus[] = [
  'queued',
  'running',
  'finished',
  'stopped',
  'cancelled',
  'failed',
  'interrupted',
]

/** Live jobs and older pages as one list, newest first, each once; the live row wins. */
export function together(live: readonly Job[], older: readonly Job[]): Job[] {
  const byId = new Map([...older, ...live].map((job) => [job.id, job]))
  return [...byId.values()].sort((a, b) => b.id - a.id)
}

export function fitting(jobs: readonly Job[], kind: string, status: string): Job[] {
  return jobs.filter((job) => (!kind || job.kind === kind) && (!status || job.status === status))
}

/** Seconds a job ran, or has been running; null while it waits. */
export function ran(job: Pick<Job, 'started_at' | 'finished_at'>, now: number): number | null {
  if (!job.started_at) return null
  const end = job.finished_at ? new Date(job.finished_at).getTime() : now
  return Math.max(0, (end - new Date(job.started_at).getTime()) / 1000)
}

export type Result = { label: string; to: string; isDownload?: boolean }

/** Where what a job made can be seen. */
export function results(job: Job): Result[] {
  const made = { ...job.settings, ...job.result }
  const found: Result[] = []
  const add = (value: unknown, label: string, address: (id: number) => string) => {
    if (typeof value === 'number') found.push({ label, to: address(value) })
  }
  if (job.kind === 'train') add(made.run, t('app:made.run'), (id) => `/training/runs/${id}`)
  if (job.kind === 'predict') add(made.run, t('app:made.prediction'), (id) => `/predictions/${id}`)
  // What was looked at waits for a decision, also where nobody waited for it.
  if (job.kind === 'scan') {
    const place = job.project_id === null ? '/projects' : `/projects/${job.project_id}`
    add(job.result.import, t('app:made.import'), (id) => `${place}?import=${id}`)
  }
  add(idOf(job.result.project), t('app:made.project'), (id) => `/projects/${id}`)
  if (idOf(job.result.model) !== null) found.push({ label: t('app:place.models'), to: '/models' })
  if (job.kind === 'export' && job.status === 'finished') {
    found.push({ label: t('app:made.zip'), to: `/api/jobs/${job.id}/download/`, isDownload: true })
  }
  return found
}

/** An id written as a number or as {"id": n}. */
function idOf(value: unknown): number | null {
  if (typeof value === 'number') return value
  const id = (value as { id?: unknown } | null | undefined)?.id
  return typeof id === 'number' ? id : null
}

const statusName = (status: unknown) =>
  STATUSES.includes(status as JobStatus) ? t(`shared:status.${status as JobStatus}`) : t('app:ended')

export type Line = { seq: number; at: string; text: string; level: string }

/** The log of a job: what it said, and how it ended. */
export function log(events: readonly JobEvent[]): Line[] {
  return events.flatMap(({ seq, at, kind, data }) => {
    if (kind === 'log')
      return [{ seq, at, text: String(data.text ?? ''), level: String(data.level ?? 'info') }]
    if (kind === 'end') {
      const problem = String(data.problem ?? '')
      const status = statusName(data.status)
      const text = problem ? `${status}: ${problem}` : status
      return [{ seq, at, text, level: problem ? 'error' : 'info' }]
    }
    return []
  })
}
