/** Whether the ImageNet weights are here, and the ways to bring them. */

import { Alert, Button, FileButton, Group, Progress, Text } from '@mantine/core'
import { IconCircleCheck, IconDownload, IconUpload } from '@tabler/icons-react'
import { useState } from 'react'

import { door } from '../../annotator/imports/door'
import { upload } from '../../annotator/imports/queue'
import { api } from '../../shared/api'
import { bytes, percent } from '../../shared/format'
import { cancelJob, isActive, useJob, useWhenEnded } from '../../shared/jobs'
import { JobProgress, ProblemAlert } from '../../shared/parts'
import { t } from '../../shared/texts'
import type { Job } from '../../shared/types'
import { useWeights } from './records'

export function WeightsState() {
  const weights = useWeights()
  const [jobId, setJobId] = useState<number | null>(null)
  const { job } = useJob(jobId)
  useWhenEnded(job)
  const [sending, setSending] = useState<{ name: string; share: number } | null>(null)
  const [error, setError] = useState<unknown>(null)

  const follow = async (start: () => Promise<Job>) => {
    setError(null)
    setJobId(null)
    try {
      setJobId((await start()).id)
    } catch (problem) {
      setError(problem)
    } finally {
      setSending(null)
    }
  }
  const send = (file: File | null) => {
    if (!file) return
    void follow(async () => {
      setSending({ name: file.name, share: 0 })
      const id = await upload(
        { path: file.name, file },
        door,
        (news) => setSending({ name: file.name, share: (news.sent ?? 0) / Math.max(file.size, 1) }),
        new AbortController().signal,
      )
      return api.post<Job>('/api/weights/', { upload: id })
    })
  }

  if (weights.error) return <ProblemAlert error={weights.error} />
  if (!weights.data) return null
  const { imagenet } = weights.data
  if (imagenet.present) {
    return (
      <Group gap={6} wrap="nowrap" align="flex-start">
        <IconCircleCheck
          size={17}
          color="var(--mantine-color-green-7)"
          style={{ flexShrink: 0, marginTop: 2 }}
        />
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {t('training:weights.here', {
            size: imagenet.size ? ` (${bytes(imagenet.size)})` : '',
            source: imagenet.source ? t('training:weights.source', { source: imagenet.source }) : '',
          })}
        </Text>
      </Group>
    )
  }
  const isBusy = !!sending || (!!job && isActive(job))
  return (
    <Alert color="gray" title={t('training:weights.missing')}>
      <Text size="sm" mb="xs">
        {t('training:weights.how')}
      </Text>
      <Group gap="sm">
        <Button
          size="xs"
          leftSection={<IconDownload size={15} />}
          disabled={isBusy}
          onClick={() => void follow(() => api.post<Job>('/api/weights/fetch/'))}
        >
          {t('training:weights.fetch')}
        </Button>
        <FileButton accept=".pth,.pt,.safetensors" onChange={send}>
          {(button) => (
            <Button
              {...button}
              size="xs"
              variant="default"
              leftSection={<IconUpload size={15} />}
              disabled={isBusy}
            >
              {t('training:weights.upload')}
            </Button>
          )}
        </FileButton>
        {job && isActive(job) && (
          <Button
            size="xs"
            variant="subtle"
            color="red"
            disabled={!!job.wish}
            onClick={() => void cancelJob(job.id)}
          >
            {t('shared:cancel')}
          </Button>
        )}
      </Group>
      {sending && (
        <>
          <Progress
            mt="sm"
            value={100 * sending.share}
            aria-label={t('training:weights.uploading', { name: sending.name })}
          />
          <Text size="sm" c="dimmed">
            {t('training:weights.uploading', { name: sending.name })}, {percent(sending.share)}
          </Text>
        </>
      )}
      {job && !sending && (
        <div style={{ marginTop: 12 }}>
          <JobProgress job={job} />
        </div>
      )}
      <ProblemAlert error={error} />
    </Alert>
  )
}
