/** Jobs as the list and the page of one job show them. */

import type { Job, JobEvent, JobStatus } from '../shared/types'

export const KINDS: Record<string, string> = {
  scan: 'Reading files',
  import: 'Import',
  export: 'Export',
  sample: 'Sample project',
  pyramids: 'Preparing photos',
  dtl: 'Dataset',
  probe: 'Estimate',
  train: 'Training',
  fetch_weights: 'Weights',
  predict: 'Prediction',
}
export const kindName = (kind: string) => KINDS[kind] ?? kind

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
  if (job.kind === 'train') add(made.run, 'Training run', (id) => `/training/runs/${id}`)
  if (job.kind === 'predict') add(made.run, 'Prediction', (id) => `/predictions/${id}`)
  add(idOf(job.result.project), 'Project', (id) => `/projects/${id}`)
  if (idOf(job.result.model) !== null) found.push({ label: 'My models', to: '/models' })
  if (job.kind === 'export' && job.status === 'finished') {
    found.push({ label: 'Download the zip', to: `/api/jobs/${job.id}/download/`, isDownload: true })
  }
  return found
}

/** An id written as a number or as {"id": n}. */
function idOf(value: unknown): number | null {
  if (typeof value === 'number') return value
  const id = (value as { id?: unknown } | null | undefined)?.id
  return typeof id === 'number' ? id : null
}

export type Line = { seq: number; at: string; text: string; level: string }

/** The log of a job: what it said, and how it ended. */
export function log(events: readonly JobEvent[]): Line[] {
  return events.flatMap(({ seq, at, kind, data }) => {
    if (kind === 'log')
      return [{ seq, at, text: String(data.text ?? ''), level: String(data.level ?? 'info') }]
    if (kind === 'end') {
      const problem = String(data.problem ?? '')
      const text = problem ? `${String(data.status)}: ${problem}` : String(data.status ?? 'ended')
      return [{ seq, at, text, level: problem ? 'error' : 'info' }]
    }
    return []
  })
}
