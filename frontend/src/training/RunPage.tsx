/** One training run, live: curves, pace, log, checkpoints and the models made of them. */

import { Alert, Anchor, Button, Code, Group, Progress, Stack, Text, Title } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useRef } from 'react'
import { Trans } from 'react-i18next'
import { Link, useParams } from 'react-router'

import { ago, count, decimal, duration, time } from '../shared/format'
import { cancelJob, resumeJob, stopJob, useJob, useWhenEnded } from '../shared/jobs'
import { ConfirmButton, Loading, PageHeader, ProblemAlert, StatusBadge } from '../shared/parts'
import { t } from '../shared/texts'
import type { Job } from '../shared/types'
import { Charts } from './train/Charts'
import { Checkpoints } from './train/Checkpoints'
import { type Run, useRun } from './train/records'
import { type Line, reached, type Story, storyOf } from './train/story'
import classes from './train/train.module.css'

export default function RunPage() {
  const id = Number(useParams().runId)
  const run = useRun(id)
  if (run.error) {
    return (
      <>
        <PageHeader
          title={t('training:run.title')}
          back={{ to: '/training', label: t('training:training') }}
        />
        <ProblemAlert error={run.error} />
      </>
    )
  }
  if (!run.data) {
    return (
      <>
        <PageHeader
          title={t('training:run.title')}
          back={{ to: '/training', label: t('training:training') }}
        />
        <Loading />
      </>
    )
  }
  return <RunView run={run.data} />
}

function RunView({ run }: { run: Run }) {
  const queries = useQueryClient()
  const { job: heard, events } = useJob(run.job.id)
  const job = heard ?? run.job
  const story = useMemo(() => storyOf(events), [events])
  useWhenEnded(heard)
  useEffect(() => {
    if (story.news) void queries.invalidateQueries({ queryKey: ['training', 'run', run.id] })
  }, [story.news, run.id, queries])

  const facts = { ...run.facts, ...story.facts } as Story['facts'] & { device_name?: string; leak?: number }
  const epochs = facts.epochs ?? (typeof run.config.epochs === 'number' ? run.config.epochs : 1)
  const foreground = foregroundOf(facts.classes)
  return (
    <>
      <PageHeader
        title={run.title}
        back={{ to: '/training', label: t('training:training') }}
        subtitle={
          <Group gap="xs">
            <StatusBadge status={job.status} />
            <span>
              <Trans
                ns="training"
                i18nKey={run.project ? 'run.about' : 'run.about_deleted'}
                values={{ network: run.network, project: run.project?.name ?? '', start: startOf(run) }}
                components={{
                  project: <Anchor component={Link} to={`/projects/${run.project?.id}`} inherit />,
                }}
              />
            </span>
          </Group>
        }
      >
        <Actions job={job} />
      </PageHeader>
      <Stack gap="lg">
        {job.problem && <Failure job={job} />}
        {job.status === 'cancelled' && <Alert color="gray">{t('training:run.cancelled')}</Alert>}
        <section className={classes.panel} aria-label={t('training:run.progress')}>
          <Progress
            mb="sm"
            value={100 * job.done}
            striped={job.status === 'running'}
            aria-label={t('shared:progress_of', { title: run.title })}
          />
          <Facts job={job} story={story} facts={facts} epochs={epochs} />
        </section>
        {!!facts.leak && (
          <Text size="sm" c="dimmed">
            {t('training:run.leak', { leak: facts.leak, count: facts.val ?? 0 })}
          </Text>
        )}
        <section className={classes.panel} aria-label={t('training:run.charts')}>
          <Charts story={story} about={foreground} />
        </section>
        {run.models.length > 0 && (
          <section className={classes.panel} aria-label={t('training:run.models')}>
            <Title order={2} mb="xs">
              {run.models.length === 1 ? t('training:run.model') : t('training:run.models')}
            </Title>
            <Stack gap={4}>
              {run.models.map((model) => (
                <Group key={model.id} gap="md">
                  <Anchor component={Link} to={`/models?model=${model.id}`} fw={600}>
                    {model.title}
                  </Anchor>
                  <Anchor component={Link} to={`/predict?model=${model.id}`} size="sm">
                    {t('training:run.predict')}
                  </Anchor>
                </Group>
              ))}
            </Stack>
          </section>
        )}
        <section className={classes.panel} aria-label={t('training:run.checkpoints')}>
          <Title order={2} mb="xs">
            {t('training:run.checkpoints')}
          </Title>
          <Checkpoints run={run} />
        </section>
        <section className={classes.panel} aria-label={t('training:run.log')}>
          <Title order={2} mb="xs">
            {t('training:run.log')}
          </Title>
          <Log lines={story.log} />
        </section>
        <details>
          <summary>{t('training:run.config')}</summary>
          <Group grow align="flex-start" mt="sm">
            <Code block>{JSON.stringify(run.config, null, 2)}</Code>
            <Code block>{JSON.stringify({ seed: run.seed, ...run.facts }, null, 2)}</Code>
          </Group>
        </details>
      </Stack>
    </>
  )
}

function Actions({ job }: { job: Job }) {
  const queries = useQueryClient()
  const stop = useMutation({ mutationFn: () => stopJob(job.id) })
  const resume = useMutation({
    mutationFn: () => resumeJob(job.id),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['training'] }),
  })
  const isActive = job.status === 'queued' || job.status === 'running'
  return (
    <>
      {(stop.error || resume.error) && (
        <Text size="sm" c="red.8" role="alert">
          {(stop.error ?? resume.error)!.message}
        </Text>
      )}
      {job.wish && isActive && (
        <Text size="sm">{job.wish === 'stop' ? t('training:run.stopping') : t('shared:cancelling')}</Text>
      )}
      {job.can_stop && (
        <Button
          variant="default"
          loading={stop.isPending}
          onClick={() => stop.mutate()}
          title={t('training:run.stop_about')}
        >
          {t('training:run.stop')}
        </Button>
      )}
      {isActive && !job.wish && (
        <ConfirmButton
          label={t('shared:cancel')}
          variant="light"
          question={t('training:run.cancel_question')}
          explanation={t('training:run.cancel_about')}
          confirm={t('training:run.discard')}
          onConfirm={() => cancelJob(job.id)}
        />
      )}
      {job.can_resume && (
        <Button loading={resume.isPending} onClick={() => resume.mutate()}>
          {t('training:run.resume')}
        </Button>
      )}
    </>
  )
}

function Failure({ job }: { job: Job }) {
  return (
    <Alert
      color="red"
      title={job.status === 'interrupted' ? t('training:run.interrupted') : t('training:run.failed')}
      role="alert"
    >
      <Text size="sm">{job.problem}</Text>
      {job.can_resume && <Text size="sm">{t('training:run.resume_about')}</Text>}
      {job.details && (
        <details>
          <summary>{t('shared:details')}</summary>
          <Code block>{job.details}</Code>
        </details>
      )}
    </Alert>
  )
}

function Facts(props: {
  job: Job
  story: Story
  facts: Story['facts'] & { device_name?: string }
  epochs: number
}) {
  const { job, story, facts, epochs } = props
  const step = story.train.step.at(-1)
  const steps = facts.steps_per_epoch ? facts.steps_per_epoch * epochs : undefined
  const isRunning = job.status === 'running'
  const epoch = Math.min(epochs, Math.floor(reached(story)) + (isRunning ? 1 : 0))
  return (
    <dl className={classes.facts}>
      <Fact name={job.finished_at ? t('training:run.ended') : t('training:run.doing')}>{doing(job)}</Fact>
      <Fact name={t('training:run.epoch')}>
        {t('training:run.of', { value: step === undefined ? '–' : count(epoch), all: count(epochs) })}
      </Fact>
      <Fact name={t('training:run.step')}>
        {steps
          ? t('training:run.of', { value: step === undefined ? '–' : count(step), all: count(steps) })
          : step === undefined
            ? '–'
            : count(step)}
      </Fact>
      <Fact name={isRunning ? t('training:run.remaining') : t('training:run.took')}>
        {isRunning ? duration(story.etaS) : took(job)}
      </Fact>
      <Fact name={t('training:run.images_s')}>
        {Number.isFinite(story.imagesPerS) ? decimal(story.imagesPerS, 1) : '–'}
      </Fact>
      <Fact name={t('training:run.device')}>
        {facts.device_name && facts.device !== 'cpu' ? facts.device_name : (facts.device ?? '–')}
      </Fact>
      <Fact name={t('training:run.precision')}>{facts.precision ?? '–'}</Fact>
      <Fact name={t('training:run.train_val')}>
        {facts.train === undefined ? '–' : `${count(facts.train)} + ${count(facts.val ?? 0)}`}
      </Fact>
    </dl>
  )
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function Log({ lines }: { lines: Line[] }) {
  const box = useRef<HTMLDivElement>(null)
  const follows = useRef(true)
  useEffect(() => {
    if (follows.current && box.current) box.current.scrollTop = box.current.scrollHeight
  }, [lines.length])
  if (!lines.length) {
    return (
      <Text size="sm" c="dimmed">
        {t('training:run.silent')}
      </Text>
    )
  }
  return (
    <div
      ref={box}
      className={`mono ${classes.log}`}
      role="log"
      aria-label={t('training:run.log_of')}
      tabIndex={0}
      onScroll={(event) => {
        const { scrollTop, scrollHeight, clientHeight } = event.currentTarget
        follows.current = scrollTop + clientHeight >= scrollHeight - 8
      }}
    >
      {lines.map((line) => (
        <div key={line.seq} data-level={line.level}>
          <time dateTime={line.at}>{time(line.at)}</time>
          {line.text}
        </div>
      ))}
    </div>
  )
}

function doing(job: Job): string {
  if (job.status === 'queued') return t('shared:waiting')
  if (job.status === 'running')
    return job.doing.startsWith('Step ') ? t('training:training') : job.doing || t('training:run.starting')
  return job.finished_at ? ago(job.finished_at) : '–'
}

const took = (job: Job) =>
  job.started_at && job.finished_at
    ? duration((Date.parse(job.finished_at) - Date.parse(job.started_at)) / 1000)
    : '–'

const startOf = (run: Run) =>
  run.start_from === 'model' && run.start_model
    ? run.start_model.title
    : t(`training:start.${run.start_from}`)

/** The one class beside the background, when there is one: Dice and IoU are of it. */
function foregroundOf(found: unknown): string {
  if (typeof found !== 'object' || found === null) return ''
  const names = Object.entries(found).filter(([, index]) => index !== 0 && index !== 255)
  return names.length === 1 ? t('training:run.of_class', { name: names[0]![0] }) : ''
}
