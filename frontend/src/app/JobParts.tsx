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
import { t } from '../shared/texts'
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
          {t('app:job.stop')}
        </Button>
      )}
      {job.can_resume && (
        <Button variant="light" size={size} onClick={() => ask(resumeJob)}>
          {t('app:job.resume')}
        </Button>
      )}
      {isActive(job) && job.wish && (
        <Button variant="subtle" color="gray" size={size} disabled>
          {job.wish === 'stop' ? t('app:job.stopping') : t('shared:cancelling')}
        </Button>
      )}
      {isActive(job) && !job.wish && (
        <ConfirmButton
          label={t('shared:cancel')}
          size={size}
          question={t('app:job.cancel_question', { title: job.title })}
          explanation={job.can_stop ? t('app:job.cancel_or_stop') : t('app:job.cancel_discards')}
          confirm={t('app:job.cancel_confirm')}
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
