/** One prediction: the windows over the photos while it runs, then the photos to review. */

import { Anchor, Button, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { Trans } from 'react-i18next'
import { Link, useParams } from 'react-router'

import { api, type Page } from '../shared/api'
import { duration, percent } from '../shared/format'
import { cancelJob, isActive, resumeJob, useJob, useWhenEnded } from '../shared/jobs'
import {
  ConfirmButton,
  EmptyState,
  JobProgress,
  Loading,
  PageHeader,
  ProblemAlert,
  StatusBadge,
} from '../shared/parts'
import { t } from '../shared/texts'
import type { Image, PredictionRun } from '../shared/types'
import { LivePhoto } from './LivePhoto'
import classes from './PredictionPage.module.css'
import { useRun } from './records'
import { photosOf, secondsLeft } from './windows'

export default function PredictionPage() {
  const id = Number(useParams().runId)
  const run = useRun(id)
  if (run.isPending) return <Loading />
  if (run.error) return <ProblemAlert error={run.error} title={t('inference:not_shown')} />
  return <Prediction run={run.data} />
}

function Prediction({ run }: { run: PredictionRun }) {
  const { job, events } = useJob(run.job.id)
  useWhenEnded(job)
  const photos = useMemo(() => photosOf(events), [events])
  // The result project is made when the work begins, which is after this page was opened.
  const hasBegun = events.some((event) => event.kind === 'facts')
  const queries = useQueryClient()
  useEffect(() => {
    if (hasBegun && !run.result) void queries.invalidateQueries({ queryKey: ['inference'] })
  }, [hasBegun, run.result, queries])
  const shown = job ?? run.job
  const current = photos.at(-1)
  const left = secondsLeft(photos)
  const facts = events.findLast((event) => event.kind === 'facts')?.data ?? run.facts
  return (
    <>
      <PageHeader
        title={run.result?.name ?? t('inference:one_n', { id: run.id })}
        back={{ to: '/predict', label: t('inference:all') }}
        subtitle={
          <Trans
            ns="inference"
            i18nKey={run.project ? 'about' : 'about_deleted'}
            values={{
              model: run.model?.title ?? t('inference:deleted_model'),
              project: run.project?.name ?? '',
            }}
            components={{
              project: <Anchor component={Link} to={`/projects/${run.project?.id}`} inherit />,
            }}
          />
        }
      >
        <StatusBadge status={shown.status} />
        {isActive(shown) && (
          <ConfirmButton
            label={t('shared:cancel')}
            question={t('inference:cancel_question')}
            explanation={t('inference:cancel_about')}
            confirm={t('inference:cancel_confirm')}
            onConfirm={() => cancelJob(shown.id)}
          />
        )}
        {shown.can_resume && (
          <Button onClick={() => void resumeJob(shown.id)}>{t('inference:resume')}</Button>
        )}
        {run.result && (
          <Button component={Link} to={`/projects/${run.result.id}`} variant="default">
            {t('inference:open_result')}
          </Button>
        )}
      </PageHeader>
      {(isActive(shown) || shown.problem) && <JobProgress job={shown} />}
      <Text c="dimmed" size="sm" mb="md" mih="1.5em">
        {[
          typeof facts.windows === 'number' && t('inference:windows', { count: facts.windows }),
          typeof facts.images === 'number' && t('shared:photos', { count: facts.images }),
          typeof facts.device === 'string' &&
            t('inference:on_device', { device: facts.device === 'cpu' ? 'CPU' : 'GPU' }),
          facts.precision,
          isActive(shown) && left !== null && t('inference:left', { time: duration(left) }),
        ]
          .filter(Boolean)
          .join(' · ')}
      </Text>
      {isActive(shown) && current && (
        <Paper withBorder p="md" mb="lg">
          <Group justify="space-between" mb="sm">
            <Title order={2}>{current.name}</Title>
            <Text size="sm" c="dimmed">
              {t('inference:photo_of', { index: current.index, total: current.total })}
              {current.windows > 0 &&
                ` · ${t('inference:window_of', { done: current.boxes.length, all: current.windows })}`}
            </Text>
          </Group>
          <LivePhoto {...current} label={t('inference:with_windows', { name: current.name })} />
        </Paper>
      )}
      {run.result && (
        <Results run={run} result={run.result.id} isRunning={isActive(shown)} done={photos.length} />
      )}
      {!run.result && !isActive(shown) && (
        <EmptyState
          title={t('inference:nothing')}
          action={
            <Button component={Link} to="/predict">
              {t('inference:to_all')}
            </Button>
          }
        >
          {t('inference:nothing_what')}
        </EmptyState>
      )}
    </>
  )
}

function Results({
  run,
  result,
  isRunning,
  done,
}: {
  run: PredictionRun
  result: number
  isRunning: boolean
  done: number
}) {
  const images = useQuery({
    queryKey: ['images', result, 'prediction', done],
    queryFn: () => api.get<Page<Image>>(`/api/projects/${result}/images/`, { page_size: 60 }),
    placeholderData: (before) => before,
  })
  if (!images.data) return null
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={2}>{isRunning ? t('inference:so_far') : t('inference:review')}</Title>
        {images.data.count > images.data.results.length && (
          <Anchor component={Link} to={`/projects/${result}`}>
            {t('inference:all_photos', { count: images.data.count })}
          </Anchor>
        )}
      </Group>
      <SimpleGrid cols={{ base: 2, md: 3, lg: 4, xl: 5 }}>
        {images.data.results.map((image) => (
          <Link key={image.id} to={`/review/${image.id}`} className={classes.card}>
            <div className={classes.picture} style={{ aspectRatio: `${image.width} / ${image.height}` }}>
              <img src={image.thumbnail} alt="" loading="lazy" />
              {image.overlay && <img src={image.overlay} alt="" loading="lazy" />}
            </div>
            <Text size="sm" truncate mt={6}>
              {image.name}
            </Text>
            <Text size="xs" c="dimmed">
              {found(image, run)}
            </Text>
          </Link>
        ))}
      </SimpleGrid>
    </Stack>
  )
}

function found(image: Image, run: PredictionRun): string {
  const px = Object.values(image.class_px).reduce((sum, n) => sum + n, 0)
  if (px === 0)
    return run.classes[0] ? t('inference:none_of', { name: run.classes[0].name }) : t('inference:none_found')
  return t('inference:share', { share: percent(px / (image.width * image.height), 2) })
}
