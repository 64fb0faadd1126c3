/** What the list of jobs and the page of one job share. */

import { Button } from '@mantine/core'
import {
  IconBinaryTree2,
  IconBoxModel2,
  IconCloudDownload,
  IconFileSearch,
  IconPackageExport,
  IconPhotoScan,
  IconSchool,
  IconSettings,
  IconStack2,
  IconUpload,
  IconWand,
} from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'

import { api, type Page } from '../shared/api'
import { cancelJob, isActive, resumeJob, stopJob } from '../shared/jobs'
import { ConfirmButton, ProblemAlert } from '../shared/parts'
import type { Job, Project } from '../shared/types'

const ICONS: Record<string, typeof IconSettings> = {
  scan: IconFileSearch,
  import: IconUpload,
  export: IconPackageExport,
  sample: IconWand,
  pyramids: IconPhotoScan,
  dtl: IconBinaryTree2,
  probe: IconBoxModel2,
  train: IconSchool,
  fetch_weights: IconCloudDownload,
  predict: IconStack2,
}

export function KindIcon({ kind }: { kind: string }) {
  const Icon = ICONS[kind] ?? IconSettings
  return <Icon size={19} stroke={1.6} aria-hidden style={{ flexShrink: 0 }} />
}

/** Cancel, stop, resume: what this job can be asked now. */
export function JobButtons({ job, size = 'compact-sm' }: { job: Job; size?: string }) {
  const [error, setError] = useState<unknown>(null)
  const ask = (wish: (id: number) => Promise<Job>) => {
    setError(null)
    wish(job.id).catch(setError)
  }
  return (
    <>
      {job.can_stop && (
        <Button variant="light" size={size} onClick={() => ask(stopJob)}>
          Stop
        </Button>
      )}
      {job.can_resume && (
        <Button variant="light" size={size} onClick={() => ask(resumeJob)}>
          Resume
        </Button>
      )}
      {isActive(job) && job.wish && (
        <Button variant="subtle" color="gray" size={size} disabled>
          {job.wish === 'stop' ? 'Stopping …' : 'Cancelling …'}
        </Button>
      )}
      {isActive(job) && !job.wish && (
        <ConfirmButton
          label="Cancel"
          size={size}
          question={`Cancel “${job.title}”?`}
          explanation={
            job.can_stop
              ? 'What it has made so far is discarded. Stop ends it early and keeps what is there.'
              : 'What it has made so far is discarded.'
          }
          confirm="Cancel the job"
          onConfirm={() => cancelJob(job.id)}
        />
      )}
      <ProblemAlert error={error} />
    </>
  )
}

/** Names of the projects this person sees, by id. */
export function useProjectNames(): ReadonlyMap<number, string> {
  const projects = useQuery({
    queryKey: ['projects', 'names'],
    queryFn: ({ signal }) => api.get<Page<Project>>('/api/projects/', { page_size: 500 }, signal),
    staleTime: 30_000,
    select: (page) => new Map(page.results.map(({ id, name }) => [id, name])),
  })
  return projects.data ?? new Map()
}
