/** What a training would do, or what stands in its way, and how long it would take. */

import { Alert, Anchor, Badge, Button, Group, Stack, Table, Text } from '@mantine/core'
import { IconAlertTriangle, IconCircleX, IconInfoCircle } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Trans } from 'react-i18next'
import { Link } from 'react-router'

import { api } from '../../shared/api'
import { decimal, duration } from '../../shared/format'
import { isActive, useJob } from '../../shared/jobs'
import { JobProgress, ProblemAlert } from '../../shared/parts'
import { t } from '../../shared/texts'
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
        {t('training:check.choose')}
      </Text>
    )
  }
  if (!check) {
    return (
      <Text size="sm" c="dimmed">
        {t('training:check.busy')}
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
          {t('training:check.build')}
        </Anchor>
      )}
      {summary && (
        <>
          <Table withRowBorders={false} verticalSpacing={2} horizontalSpacing={0} fz="sm">
            <Table.Tbody>
              <Row name={t('training:check.samples')}>
                {t('training:check.samples_n', { train: summary.train, val: summary.val })}
              </Row>
              <Row name={t('training:check.steps_title')}>
                {t('training:check.steps', { steps: summary.steps_per_epoch, count: summary.checkpoints })}
              </Row>
              <Row name={t('training:check.outputs')}>
                <Group gap={6}>
                  {summary.classes.map((one) => (
                    <Badge key={one.name} variant="light" color="gray" tt="none">
                      {one.index} {one.name}
                    </Badge>
                  ))}
                </Group>
              </Row>
              <Row name={t('training:check.left_out')}>{summary.neutral ?? t('training:check.nothing')}</Row>
            </Table.Tbody>
          </Table>
          {summary.leak > 0 && (
            <Alert color="orange" py="xs" icon={<IconAlertTriangle size={17} />}>
              <Text size="sm">{t('training:check.leak', { count: summary.leak, all: summary.val })}</Text>
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
        {t('training:check.estimate')}
      </Button>
      <ProblemAlert error={start.error} />
      {job && !result && <JobProgress job={job} />}
      {result && (
        <Text size="sm" role="status" c={asked?.of === about ? undefined : 'dimmed'}>
          <Trans
            ns="training"
            i18nKey="check.estimated"
            components={{ b: <b /> }}
            values={{
              time: duration(result.seconds),
              steps: result.steps,
              step: stepTime(result.seconds_per_step),
              device: result.device,
              precision: result.precision,
              pace: decimal(result.images_per_s, 1),
            }}
          />
          {asked?.of !== about && ` ${t('training:check.changed')}`}
        </Text>
      )}
    </Stack>
  )
}

const stepTime = (seconds: number) =>
  seconds < 1 ? `${Math.round(1000 * seconds)} ms` : `${decimal(seconds, seconds < 10 ? 1 : 0)} s`
