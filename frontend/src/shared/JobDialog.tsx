/** A job that somebody is waiting for, in a dialog: its progress, then whatever comes of it. */

import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { Link } from 'react-router'

import { cancelJob, isActive, useJob, useWhenEnded } from './jobs'
import { JobProgress } from './parts'
import { t } from './texts'
import type { Job } from './types'

export function JobDialog(props: {
  jobId: number | null
  title: string
  onClose: () => void
  onEnded?: (job: Job) => void
  /** What to show once the job is finished. */
  children?: (job: Job) => ReactNode
}) {
  return (
    <Modal
      opened={props.jobId !== null}
      onClose={props.onClose}
      title={props.title}
      closeOnClickOutside={false}
      centered
    >
      {props.jobId !== null && <Story {...props} jobId={props.jobId} />}
    </Modal>
  )
}

function Story(props: Parameters<typeof JobDialog>[0] & { jobId: number }) {
  const { job } = useJob(props.jobId)
  useWhenEnded(job, props.onEnded)
  if (!job) return <Text c="dimmed">{t('shared:starting')}</Text>
  const isDone = job.status === 'finished' || job.status === 'stopped'
  return (
    <Stack>
      {isDone && props.children ? props.children(job) : <JobProgress job={job} />}
      {job.status === 'cancelled' && <Text>{t('shared:cancelled')}</Text>}
      <Group justify="space-between">
        <Link to={`/jobs/${job.id}`}>{t('shared:details')}</Link>
        <Group gap="sm">
          {isActive(job) && (
            <Button variant="subtle" color="red" onClick={() => void cancelJob(job.id)} disabled={!!job.wish}>
              {job.wish ? t('shared:cancelling') : t('shared:cancel')}
            </Button>
          )}
          <Button variant="default" onClick={props.onClose}>
            {isActive(job) ? t('shared:background') : t('shared:close')}
          </Button>
        </Group>
      </Group>
    </Stack>
  )
}
