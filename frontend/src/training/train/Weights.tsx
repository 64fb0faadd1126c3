/** Whether the ImageNet weights are here, and the ways to bring them. */

import { Alert, Button, FileButton, Group, Progress, Text } from '@mantine/core'
import { IconCircleCheck, IconDownload, IconUpload } from '@tabler/icons-react'
import { useState } from 'react'

import { door } from '../../annotator/imports/door'
import { upload } from '../../annotator/imports/queue'
import { api } from '../../shared/api'
import { bytes } from '../../shared/format'
import { cancelJob, isActive, useJob, useWhenEnded } from '../../shared/jobs'
import { JobProgress, ProblemAlert } from '../../shared/parts'
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
          ImageNet weights are here{imagenet.size ? ` (${bytes(imagenet.size)})` : ''}
          {imagenet.source ? `, from ${imagenet.source}` : ''}.
        </Text>
      </Group>
    )
  }
  const isBusy = !!sending || (!!job && isActive(job))
  return (
    <Alert color="gray" title="The ImageNet weights are not here yet">
      <Text size="sm" mb="xs">
        Fetch them once from torchvision (528 MB), or upload vgg16_bn.pth or .safetensors if this machine has
        no network. Or start from random weights, or from a model of yours.
      </Text>
      <Group gap="sm">
        <Button
          size="xs"
          leftSection={<IconDownload size={15} />}
          disabled={isBusy}
          onClick={() => void follow(() => api.post<Job>('/api/weights/fetch/'))}
        >
          Fetch
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
              Upload a file
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
            Cancel
          </Button>
        )}
      </Group>
      {sending && (
        <>
          <Progress mt="sm" value={100 * sending.share} aria-label={`Uploading ${sending.name}`} />
          <Text size="sm" c="dimmed">
            Uploading {sending.name}, {Math.round(100 * sending.share)} %
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
