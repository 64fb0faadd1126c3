/** What a training would do, or what stands in its way, and how long it would take. */

import { Alert, Anchor, Badge, Button, Group, Stack, Table, Text } from '@mantine/core'
import { IconAlertTriangle, IconCircleX, IconInfoCircle } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'

import { api } from '../../shared/api'
import { count, duration, plural } from '../../shared/format'
import { isActive, useJob } from '../../shared/jobs'
import { JobProgress, ProblemAlert } from '../../shared/parts'
import type { Job } from '../../shared/types'
import type { Request, TrainingCheck } from './records'
import classes from './train.module.css'

export function CheckSummary(props: {
  check: TrainingCheck | undefined
  project: number | null
  error: unknown
}) {
  const { check } = props
  if (props.error) return <ProblemAlert error={props.error} />
  if (props.project === null) {
    return (
      <Text size="sm" c="dimmed">
        Choose a project to see what would be trained.
      </Text>
    )
  }
  if (!check) {
    return (
      <Text size="sm" c="dimmed">
        Checking …
      </Text>
    )
  }
  const summary = check.summary
  return (
    <Stack gap="xs" aria-live="polite">
      {check.complaints.map((one) => (
        <Group key={one.path + one.message} gap={6} wrap="nowrap" align="flex-start">
          {one.level === 'info' ? (
            <IconInfoCircle size={16} className={classes.info} />
          ) : one.level === 'warning' ? (
            <IconAlertTriangle size={16} className={classes.warning} />
          ) : (
            <IconCircleX size={16} className={classes.error} />
          )}
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {one.path && (
              <span className="mono" style={{ fontSize: 12 }}>
                {one.path}:{' '}
              </span>
            )}
            {one.message}
          </Text>
        </Group>
      ))}
      {check.complaints.some((one) => one.path.startsWith('dataset_tags') && one.level === 'error') && (
        <Anchor component={Link} to={`/dtl?project=${props.project}`} size="sm">
          Build a dataset of this project
        </Anchor>
      )}
      {summary && (
        <>
          <Table withRowBorders={false} verticalSpacing={2} horizontalSpacing={0} fz="sm">
            <Table.Tbody>
              <Row name="Samples">
                {count(summary.train)} to train, {count(summary.val)} to validate
              </Row>
              <Row name="Steps">
                {count(summary.steps_per_epoch)} per epoch, {plural(summary.checkpoints, 'checkpoint')}
              </Row>
              <Row name="Outputs">
                <Group gap={6}>
                  {summary.classes.map((one) => (
                    <Badge key={one.name} variant="light" color="gray" tt="none">
                      {one.index} {one.name}
                    </Badge>
                  ))}
                </Group>
              </Row>
              <Row name="Left out">{summary.neutral ?? 'nothing'}</Row>
            </Table.Tbody>
          </Table>
          {summary.leak > 0 && (
            <Alert color="orange" py="xs" icon={<IconAlertTriangle size={17} />}>
              <Text size="sm">
                {count(summary.leak)} of {plural(summary.val, 'validation sample')}{' '}
                {summary.leak === 1 ? 'comes' : 'come'} from photos that training sees too. Scores will look
                better than they are on new photos.
              </Text>
            </Alert>
          )}
        </>
      )}
    </Stack>
  )
}

function Row({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <Table.Tr>
      <Table.Td c="dimmed" w={84} style={{ verticalAlign: 'top' }}>
        {name}
      </Table.Td>
      <Table.Td>{children}</Table.Td>
    </Table.Tr>
  )
}

export type Estimated = {
  seconds: number
  seconds_per_step: number
  steps: number
  images_per_s: number
  device: string
  precision: string
}

/** Time one step on this machine and say how long the whole would take. */
export function Estimate({ request, canRun }: { request: Request; canRun: boolean }) {
  const [asked, setAsked] = useState<{ jobId: number; of: string } | null>(null)
  const { job } = useJob(asked?.jobId)
  const about = JSON.stringify([request.project, request.config, request.network])
  const start = useMutation({
    mutationFn: () => api.post<Job>('/api/training/estimate/', request),
    onSuccess: (started) => setAsked({ jobId: started.id, of: about }),
  })
  const isRunning = !!job && isActive(job)
  const result = job?.status === 'finished' ? (job.result as unknown as Estimated) : null
  return (
    <Stack gap="xs">
      <Button
        variant="default"
        loading={start.isPending || isRunning}
        disabled={!canRun}
        onClick={() => start.mutate()}
      >
        Estimate duration
      </Button>
      <ProblemAlert error={start.error} />
      {job && !result && <JobProgress job={job} />}
      {result && (
        <Text size="sm" role="status" c={asked?.of === about ? undefined : 'dimmed'}>
          About <b>{duration(result.seconds)}</b>: {count(result.steps)} steps of{' '}
          {stepTime(result.seconds_per_step)} on {result.device} in {result.precision},{' '}
          {result.images_per_s.toFixed(1)} images/s.
          {asked?.of !== about && ' The settings have changed since.'}
        </Text>
      )}
    </Stack>
  )
}

const stepTime = (seconds: number) =>
  seconds < 1 ? `${Math.round(1000 * seconds)} ms` : `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`
