/** Running the query: its options, its progress in place, and the way to the result. */

import { Anchor, Button, Checkbox, Group, NumberInput, Stack, Text, Title } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { Link } from 'react-router'

import { api } from '../../shared/api'
import { cancelJob, isActive, useJob, useWhenEnded } from '../../shared/jobs'
import { JobProgress, ProblemAlert } from '../../shared/parts'
import { t } from '../../shared/texts'
import type { Job } from '../../shared/types'
import type { Checked } from './records'
import classes from './dtl.module.css'

export type RunOptions = { seed: number; lossless: boolean }

export function RunPanel(props: {
  text: string
  checked: Checked | undefined
  canRun: boolean
  options: RunOptions
  onOptions: (options: RunOptions) => void
  jobId: number | null
  onStarted: (jobId: number) => void
}) {
  const { options, checked } = props
  const { job } = useJob(props.jobId)
  useWhenEnded(job)
  const start = useMutation({
    mutationFn: () => api.post<Job>('/api/dtl/run/', { text: props.text, ...options }),
    onSuccess: (started) => props.onStarted(started.id),
  })
  const isRunning = !!job && isActive(job)
  return (
    <div className={classes.scroll}>
      <Stack gap="md" maw={560}>
        <Title order={2}>
          {checked?.result?.project
            ? t('dtl:outcome.make', { project: checked.result.project })
            : t('dtl:outcome.run')}
        </Title>
        <Text size="sm" c="dimmed">
          {t('dtl:outcome.about')}
        </Text>
        <Group align="flex-start" grow>
          <NumberInput
            label={t('dtl:outcome.seed')}
            description={t('dtl:outcome.seed_about')}
            value={options.seed}
            min={0}
            max={2 ** 31 - 1}
            allowDecimal={false}
            onChange={(seed) => props.onOptions({ ...options, seed: Number(seed) || 0 })}
          />
          <Checkbox
            mt={28}
            label={t('dtl:outcome.lossless')}
            description={t('dtl:outcome.lossless_about')}
            checked={options.lossless}
            onChange={(event) => props.onOptions({ ...options, lossless: event.currentTarget.checked })}
          />
        </Group>
        <Group>
          <Button
            onClick={() => start.mutate()}
            loading={start.isPending}
            disabled={!props.canRun || isRunning}
          >
            {t('dtl:outcome.start')}
          </Button>
          {isRunning && (
            <Button variant="subtle" color="red" disabled={!!job.wish} onClick={() => void cancelJob(job.id)}>
              {t(job.wish ? 'shared:cancelling' : 'shared:cancel')}
            </Button>
          )}
          {!props.canRun && (
            <Text size="sm" c="dimmed">
              {t('dtl:outcome.solve')}
            </Text>
          )}
        </Group>
        <ProblemAlert error={start.error} />
        {job && <Outcome job={job} />}
      </Stack>
    </div>
  )
}

function Outcome({ job }: { job: Job }) {
  if (job.status === 'cancelled') return <Text>{t('shared:cancelled')}</Text>
  if (job.status !== 'finished') return <JobProgress job={job} />
  const {
    project,
    images,
    train,
    val,
    shared_photos: shared,
  } = job.result as Record<string, number | undefined>
  const counts = [
    images !== undefined && t('dtl:outcome.images', { count: images }),
    train !== undefined && t('dtl:outcome.train', { count: train }),
    val !== undefined && t('dtl:outcome.val', { count: val }),
  ].filter(Boolean)
  return (
    <Stack gap={6} role="status">
      <Text>
        {counts.length ? t('dtl:outcome.done_with', { counts: counts.join(', ') }) : t('dtl:outcome.done')}{' '}
        {project !== undefined && (
          <Anchor component={Link} to={`/projects/${project}`} fw={600}>
            {t('dtl:outcome.open')}
          </Anchor>
        )}
      </Text>
      {!!shared && (
        <Text size="sm" c="orange.9">
          {t('dtl:outcome.shared', { count: shared })}
        </Text>
      )}
      {project !== undefined && (
        <Text size="sm">
          <Anchor component={Link} to={`/training?project=${project}`}>
            {t('dtl:outcome.train_on')}
          </Anchor>
        </Text>
      )}
    </Stack>
  )
}
