/** Following jobs over sockets that send everything missed, in order, then what is new. */

import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'

import { api } from './api'
import { language } from './texts'
import type { Job, JobEvent } from './types'

export const isActive = (job: Job) => job.status === 'queued' || job.status === 'running'
export const hasEnded = (job: Job) => !isActive(job)

/** Open a socket and keep it open: reconnects after 1, 2, 4 ... 10 seconds. Returns a function that closes it. */
export function follow(address: () => string, hear: (message: never) => void): () => void {
  let socket: WebSocket | null = null
  let wait = 1000
  let timer = 0
  let closed = false
  const open = () => {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
    socket = new WebSocket(`${scheme}://${location.host}${address()}`)
    socket.onmessage = (event) => {
      wait = 1000
      hear(JSON.parse(event.data as string) as never)
    }
    socket.onclose = (event) => {
      if (closed || event.code === 4401 || event.code === 4404) return
      timer = window.setTimeout(open, wait)
      wait = Math.min(wait * 2, 10_000)
    }
  }
  open()
  return () => {
    closed = true
    window.clearTimeout(timer)
    socket?.close()
  }
}

/** One job and its whole story so far, live. */
export function useJob(jobId: number | null | undefined): { job: Job | null; events: JobEvent[] } {
  const [story, setStory] = useState<{ id: number | null; job: Job | null; events: JobEvent[] }>({
    id: null,
    job: null,
    events: [],
  })
  useEffect(() => {
    if (!jobId) return
    let after = 0
    return follow(
      () => `/ws/jobs/${jobId}/?after=${after}&language=${language()}`,
      (message: { job: Job; events: JobEvent[] }) => {
        const fresh = message.events.filter((event) => event.seq > after)
        after = fresh.at(-1)?.seq ?? after
        setStory((before) => ({
          id: jobId,
          job: message.job,
          events: before.id === jobId ? [...before.events, ...fresh] : fresh,
        }))
      },
    )
  }, [jobId])
  return story.id === jobId ? story : { job: null, events: [] }
}

/** The newest jobs this person may see, live. */
export function useJobs(): Job[] | null {
  const [jobs, setJobs] = useState<Job[] | null>(null)
  useEffect(
    () =>
      follow(
        () => `/ws/jobs/?language=${language()}`,
        (message: { jobs: Job[] }) => setJobs(message.jobs),
      ),
    [],
  )
  return jobs
}

/** Call `then` once when a job ends (also when it had ended before), and refresh everything that was fetched. */
export function useWhenEnded(job: Job | null, then?: (job: Job) => void): void {
  const queries = useQueryClient()
  const told = useRef<number | null>(null)
  useEffect(() => {
    if (!job || !hasEnded(job) || told.current === job.id) return
    told.current = job.id
    void queries.invalidateQueries()
    then?.(job)
  }, [job, then, queries])
}

export const cancelJob = (id: number) => api.post<Job>(`/api/jobs/${id}/cancel/`)
export const stopJob = (id: number) => api.post<Job>(`/api/jobs/${id}/stop/`)
export const resumeJob = (id: number) => api.post<Job>(`/api/jobs/${id}/resume/`)
