/** Running the query: its options, its progress in place, and the way to the result. */

import { Anchor, Button, Checkbox, Group, NumberInput, Stack, Text, Title } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { Link } from 'react-router'

import { api } from '../../shared/api'
import { count, plural } from '../../shared/format'
import { cancelJob, isActive, useJob, useWhenEnded } from '../../shared/jobs'
import { JobProgress, ProblemAlert } from '../../shared/parts'
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
          {checked?.result?.project ? `Make ${checked.result.project}` : 'Run the query'}
        </Title>
        <Text size="sm" c="dimmed">
          The result is a new project. When the name is taken it gets a number behind it; nothing is
          overwritten.
        </Text>
        <Group align="flex-start" grow>
          <NumberInput
            label="Seed"
            description="The same seed gives the same result, bit for bit."
            value={options.seed}
            min={0}
            max={2 ** 31 - 1}
            allowDecimal={false}
            onChange={(seed) => props.onOptions({ ...options, seed: Number(seed) || 0 })}
          />
          <Checkbox
            mt={28}
            label="Write photos losslessly"
            description="PNG instead of the source's format at quality 95: larger files, no new artefacts."
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
            Start
          </Button>
          {isRunning && (
            <Button variant="subtle" color="red" disabled={!!job.wish} onClick={() => void cancelJob(job.id)}>
              {job.wish ? 'Cancelling …' : 'Cancel'}
            </Button>
          )}
          {!props.canRun && (
            <Text size="sm" c="dimmed">
              Solve the problems below the text first.
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
  if (job.status === 'cancelled') return <Text>Cancelled. Nothing was kept.</Text>
  if (job.status !== 'finished') return <JobProgress job={job} />
  const {
    project,
    images,
    train,
    val,
    shared_photos: shared,
  } = job.result as Record<string, number | undefined>
  const counts = [
    images !== undefined && `${count(images)} images`,
    train !== undefined && `${count(train)} tagged train`,
    val !== undefined && `${count(val)} tagged val`,
  ].filter(Boolean)
  return (
    <Stack gap={6} role="status">
      <Text>
        Done{counts.length ? `: ${counts.join(', ')}` : ''}.{' '}
        {project !== undefined && (
          <Anchor component={Link} to={`/projects/${project}`} fw={600}>
            Open the result
          </Anchor>
        )}
      </Text>
      {!!shared && (
        <Text size="sm" c="orange.9">
          {plural(shared, 'source photo')} {shared === 1 ? 'has' : 'have'} crops both in training and in
          validation, so validation will look better than it is.
        </Text>
      )}
      {project !== undefined && (
        <Text size="sm">
          <Anchor component={Link} to={`/training?project=${project}`}>
            Train a network on it
          </Anchor>
        </Text>
      )}
    </Stack>
  )
}
