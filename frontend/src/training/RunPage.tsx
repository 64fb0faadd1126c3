/** One training run, live: curves, pace, log, checkpoints and the models made of them. */

import { Alert, Anchor, Button, Code, Group, Progress, Stack, Text, Title } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useRef } from 'react'
import { Link, useParams } from 'react-router'

import { ago, count, duration } from '../shared/format'
import { cancelJob, resumeJob, stopJob, useJob, useWhenEnded } from '../shared/jobs'
import { ConfirmButton, Loading, PageHeader, ProblemAlert, StatusBadge } from '../shared/parts'
import type { Job } from '../shared/types'
import { Charts } from './train/Charts'
import { Checkpoints } from './train/Checkpoints'
import { type Run, startWords, useRun } from './train/records'
import { type Line, reached, type Story, storyOf } from './train/story'
import classes from './train/train.module.css'

export default function RunPage() {
  const id = Number(useParams().runId)
  const run = useRun(id)
  if (run.error) {
    return (
      <>
        <PageHeader title="Training run" back={{ to: '/training', label: 'Training' }} />
        <ProblemAlert error={run.error} />
      </>
    )
  }
  if (!run.data) {
    return (
      <>
        <PageHeader title="Training run" back={{ to: '/training', label: 'Training' }} />
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
        back={{ to: '/training', label: 'Training' }}
        subtitle={
          <Group gap="xs">
            <StatusBadge status={job.status} />
            <span>
              {run.network} on{' '}
              {run.project ? (
                <Anchor component={Link} to={`/projects/${run.project.id}`} inherit>
                  {run.project.name}
                </Anchor>
              ) : (
                'a deleted project'
              )}
              , starting from {startOf(run)}
            </span>
          </Group>
        }
      >
        <Actions job={job} />
      </PageHeader>
      <Stack gap="lg">
        {job.problem && <Failure job={job} />}
        {job.status === 'cancelled' && <Alert color="gray">Cancelled. Nothing it had learnt was kept.</Alert>}
        <section className={classes.panel} aria-label="Progress">
          <Progress
            mb="sm"
            value={100 * job.done}
            animated={job.status === 'running'}
            aria-label={`Progress of ${run.title}`}
          />
          <Facts job={job} story={story} facts={facts} epochs={epochs} />
        </section>
        {!!facts.leak && (
          <Text size="sm" c="dimmed">
            {count(facts.leak)} of {count(facts.val ?? 0)} validation samples come from photos that training
            sees too: the validation curves look better than new photos will.
          </Text>
        )}
        <section className={classes.panel} aria-label="Charts">
          <Charts story={story} about={foreground} />
        </section>
        {run.models.length > 0 && (
          <section className={classes.panel} aria-label="Models">
            <Title order={2} mb="xs">
              {run.models.length === 1 ? 'The model' : 'Models'}
            </Title>
            <Stack gap={4}>
              {run.models.map((model) => (
                <Group key={model.id} gap="md">
                  <Anchor component={Link} to={`/models?model=${model.id}`} fw={600}>
                    {model.title}
                  </Anchor>
                  <Anchor component={Link} to={`/predict?model=${model.id}`} size="sm">
                    Predict with it
                  </Anchor>
                </Group>
              ))}
            </Stack>
          </section>
        )}
        <section className={classes.panel} aria-label="Checkpoints">
          <Title order={2} mb="xs">
            Checkpoints
          </Title>
          <Checkpoints run={run} />
        </section>
        <section className={classes.panel} aria-label="Log">
          <Title order={2} mb="xs">
            Log
          </Title>
          <Log lines={story.log} />
        </section>
        <details>
          <summary>Config and facts</summary>
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
      {job.wish && isActive && <Text size="sm">{job.wish === 'stop' ? 'Stopping …' : 'Cancelling …'}</Text>}
      {job.can_stop && (
        <Button
          variant="default"
          loading={stop.isPending}
          onClick={() => stop.mutate()}
          title="Ends after this step, validates once more and keeps the weights"
        >
          Stop
        </Button>
      )}
      {isActive && !job.wish && (
        <ConfirmButton
          label="Cancel"
          variant="light"
          question="Cancel this training?"
          explanation="Everything it has learnt is discarded. Stop keeps the weights instead."
          confirm="Discard it"
          onConfirm={() => cancelJob(job.id)}
        />
      )}
      {job.can_resume && (
        <Button loading={resume.isPending} onClick={() => resume.mutate()}>
          Resume
        </Button>
      )}
    </>
  )
}

function Failure({ job }: { job: Job }) {
  return (
    <Alert
      color="red"
      title={job.status === 'interrupted' ? 'Interrupted' : 'It could not go on'}
      role="alert"
    >
      <Text size="sm">{job.problem}</Text>
      {job.can_resume && <Text size="sm">Resume goes on from where it was last saved.</Text>}
      {job.details && (
        <details>
          <summary>Details</summary>
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
      <Fact name={job.finished_at ? 'Ended' : 'Doing'}>{doing(job)}</Fact>
      <Fact name="Epoch">
        {step === undefined ? '–' : epoch} of {epochs}
      </Fact>
      <Fact name="Step">
        {step === undefined ? '–' : count(step)}
        {steps ? ` of ${count(steps)}` : ''}
      </Fact>
      <Fact name={isRunning ? 'Remaining' : 'Took'}>{isRunning ? duration(story.etaS) : took(job)}</Fact>
      <Fact name="Images/s">{Number.isFinite(story.imagesPerS) ? story.imagesPerS.toFixed(1) : '–'}</Fact>
      <Fact name="Device">
        {facts.device_name && facts.device !== 'cpu' ? facts.device_name : (facts.device ?? '–')}
      </Fact>
      <Fact name="Precision">{facts.precision ?? '–'}</Fact>
      <Fact name="Train + val">
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
        Nothing has been said yet.
      </Text>
    )
  }
  return (
    <div
      ref={box}
      className={`mono ${classes.log}`}
      role="log"
      aria-label="Log of the run"
      tabIndex={0}
      onScroll={(event) => {
        const { scrollTop, scrollHeight, clientHeight } = event.currentTarget
        follows.current = scrollTop + clientHeight >= scrollHeight - 8
      }}
    >
      {lines.map((line) => (
        <div key={line.seq} data-level={line.level}>
          <time dateTime={line.at}>{new Date(line.at).toLocaleTimeString()}</time>
          {line.text}
        </div>
      ))}
    </div>
  )
}

function doing(job: Job): string {
  if (job.status === 'queued') return 'Waiting for a free worker'
  if (job.status === 'running') return job.doing.startsWith('Step ') ? 'Training' : job.doing || 'Starting'
  return job.finished_at ? ago(job.finished_at) : '–'
}

const took = (job: Job) =>
  job.started_at && job.finished_at
    ? duration((Date.parse(job.finished_at) - Date.parse(job.started_at)) / 1000)
    : '–'

const startOf = (run: Run) =>
  run.start_from === 'model' && run.start_model
    ? run.start_model.title
    : startWords[run.start_from].toLowerCase().replace('imagenet', 'ImageNet') +
      (run.start_from === 'random' ? ' weights' : '')

/** The one class beside the background, when there is one: Dice and IoU are of it. */
function foregroundOf(found: unknown): string {
  if (typeof found !== 'object' || found === null) return ''
  const names = Object.entries(found).filter(([, index]) => index !== 0 && index !== 255)
  return names.length === 1 ? `of ${names[0]![0]}` : ''
}
