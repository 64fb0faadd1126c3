/** A predicted photo to look at: mask, probability and differences, and taking over what is right. */

import { ActionIcon, Anchor, Button, Group, Text, Title, Tooltip } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { IconArrowLeft, IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { useEffect, useMemo, useState } from 'react'
import { Link, useNavigate, useParams } from 'react-router'

import { Loading, ProblemAlert } from '../shared/parts'
import { useSession } from '../shared/session'
import { t } from '../shared/texts'
import type { Counterpart, Image } from '../shared/types'
import { counterpartOf, type ReviewLook, tableOf } from './review/look'
import { ReviewPanel } from './review/ReviewPanel'
import classes from './review/review.module.css'
import { Stage, Together } from './review/Stage'
import {
  useCounterparts,
  useImage,
  useMask,
  useNeighbours,
  useProbabilities,
  useProject,
  useWindows,
} from './review/useReview'
import { useRun } from './records'

export default function ReviewPage() {
  const id = Number(useParams().imageId)
  const image = useImage(id)
  if (image.isPending) return <Loading />
  if (image.error) return <ProblemAlert error={image.error} title={t('review:not_shown')} />
  return <Review key={id} image={image.data} />
}

export type Wanted = {
  mode: ReviewLook['mode']
  /** 0..255, as the server compares it; null is the mask as predicted. */
  threshold: number | null
  opacity: number
  probability: number | null
  counterpart: number | null
  annotatedClass: string | null
  place: 'off' | 'under' | 'beside'
  grid: boolean
}

/** Until somebody says otherwise, the grid is shown where the prediction was asked to keep its windows. */
type Chosen = Omit<Wanted, 'grid'> & { grid: boolean | null }

function Review({ image }: { image: Image }) {
  const project = useProject(image.project)
  const probabilities = useProbabilities(image.id)
  const counterparts = useCounterparts(image.id)
  const neighbours = useNeighbours(image.id)
  const [chosen, setWanted] = useState<Chosen>(remembered)
  const keepsWindows = Boolean(project.data?.lineage.show_windows)
  const wanted = useMemo<Wanted>(
    () => ({ ...chosen, grid: chosen.grid ?? keepsWindows }),
    [chosen, keepsWindows],
  )
  const want = (part: Partial<Wanted>) => setWanted((before) => ({ ...before, ...part }))
  const navigate = useNavigate()
  const [together] = useState(() => new Together())

  useEffect(() => {
    document.title = t('review:page_title', { name: image.name })
  }, [image.name])
  useEffect(() => {
    const { mode, opacity, place, grid, threshold } = chosen
    sessionStorage.setItem('review', JSON.stringify({ mode, opacity, place, grid, threshold }))
  }, [chosen])

  const probability =
    probabilities.data?.find((one) => one.id === wanted.probability) ?? probabilities.data?.[0] ?? null
  const counterpart = chosenCounterpart(counterparts.data, wanted.counterpart)
  const predictedMask = useMask(image.id, image)
  const annotatedMask = useMask(counterpart?.image ?? null, image)
  const windows = useWindows(image.id, wanted.grid)

  const predictedClass = useMemo(() => {
    const all = project.data?.classes ?? []
    return all.find((one) => one.name === probability?.class_name) ?? all[0] ?? null
  }, [project.data, probability])
  const annotatedClass = useMemo(() => {
    const all = counterpart?.classes ?? []
    return (
      all.find((one) => one.name === wanted.annotatedClass) ??
      (predictedClass ? counterpartOf(predictedClass.name, all) : null) ??
      all.find((one) => !one.is_neutral) ??
      null
    )
  }, [counterpart, wanted.annotatedClass, predictedClass])

  const look = useMemo<ReviewLook>(
    () => ({
      mode: wanted.mode,
      threshold: wanted.threshold === null ? null : (wanted.threshold - 0.5) / 255,
      opacity: wanted.opacity,
      isAnnotationShown: wanted.place === 'under',
      predicted: predictedClass?.index ?? 0,
      annotated: annotatedClass?.index ?? 0,
      colours: {
        predicted: tableOf(project.data?.classes ?? []),
        annotated: tableOf(counterpart?.classes ?? []),
      },
    }),
    [
      wanted.mode,
      wanted.threshold,
      wanted.opacity,
      wanted.place,
      predictedClass,
      annotatedClass,
      project.data,
      counterpart,
    ],
  )
  const annotationOnly = useMemo<ReviewLook>(
    () => ({ ...look, mode: 'mask', threshold: null, isAnnotationShown: true }),
    [look],
  )
  const photo = useMemo(
    () => ({
      image: image.id,
      width: image.width,
      height: image.height,
      tile: image.photo.tile,
    }),
    [image],
  )

  const go = (to: number | null | undefined) => to && void navigate(`/review/${to}`, { replace: true })
  const hasSingleKeys = useSession().data?.preferences.single_keys ?? true
  useHotkeys([
    ['PageUp', () => go(neighbours.data?.previous)],
    ['PageDown', () => go(neighbours.data?.next)],
  ])
  useHotkeys(
    hasSingleKeys
      ? [
          ['h', () => want({ mode: wanted.mode === 'heat' ? 'mask' : 'heat' })],
          ['d', () => want({ mode: wanted.mode === 'difference' ? 'mask' : 'difference' })],
          ['w', () => want({ grid: !wanted.grid })],
        ]
      : [],
  )

  const run = project.data?.lineage.run
  return (
    <div className={classes.page}>
      <header className={classes.bar}>
        <Group gap="sm" wrap="nowrap" style={{ minWidth: 0 }}>
          <Tooltip label={t('review:back')}>
            <ActionIcon
              component={Link}
              to={run ? `/predictions/${run}` : `/projects/${image.project}`}
              variant="transparent"
              c="gray.3"
              aria-label={t('review:back')}
            >
              <IconArrowLeft size={20} />
            </ActionIcon>
          </Tooltip>
          <Title order={1} size="h4" lineClamp={1}>
            {image.name}
          </Title>
          <Text size="sm" c="gray.5" truncate>
            {project.data?.name}
          </Text>
        </Group>
        <Group gap="xs" wrap="nowrap">
          <RunFacts run={run} />
          <Button component={Link} to={`/images/${image.id}`} variant="default" size="xs">
            {t('review:open')}
          </Button>
          <ActionIcon
            variant="transparent"
            c="gray.3"
            disabled={!neighbours.data?.previous}
            onClick={() => go(neighbours.data?.previous)}
            aria-label={t('review:previous')}
          >
            <IconChevronLeft size={20} />
          </ActionIcon>
          <Text size="sm" c="gray.4" miw={64} ta="center">
            {neighbours.data
              ? t('review:position', { position: neighbours.data.position, count: neighbours.data.count })
              : ''}
          </Text>
          <ActionIcon
            variant="transparent"
            c="gray.3"
            disabled={!neighbours.data?.next}
            onClick={() => go(neighbours.data?.next)}
            aria-label={t('review:next')}
          >
            <IconChevronRight size={20} />
          </ActionIcon>
        </Group>
      </header>
      <main className={classes.stages}>
        <Stage
          label={t('review:with_prediction', { name: image.name })}
          photo={photo}
          predicted={predictedMask.data ?? null}
          annotated={annotatedMask.data ?? null}
          probability={probability}
          look={look}
          windows={wanted.grid ? (windows.data?.boxes ?? null) : null}
          together={together}
        />
        {wanted.place === 'beside' && counterpart && (
          <Stage
            label={t('review:as_annotated', { name: image.name, project: counterpart.project.name })}
            photo={photo}
            predicted={null}
            annotated={annotatedMask.data ?? null}
            probability={null}
            look={annotationOnly}
            windows={null}
            together={together}
          />
        )}
        <ReviewPanel
          image={image}
          wanted={wanted}
          want={want}
          probability={probability}
          probabilities={probabilities.data ?? []}
          counterpart={counterpart}
          counterparts={counterparts.data ?? []}
          predictedClass={predictedClass}
          annotatedClass={annotatedClass}
          error={
            project.error ??
            probabilities.error ??
            counterparts.error ??
            predictedMask.error ??
            annotatedMask.error
          }
        />
      </main>
    </div>
  )
}

function RunFacts({ run }: { run: number | undefined }) {
  if (run === undefined) return null
  return <RunLink run={run} />
}

function RunLink({ run }: { run: number }) {
  const found = useRun(run)
  if (!found.data?.model) return null
  return (
    <Anchor component={Link} to={`/predictions/${run}`} size="sm" c="gray.4" truncate maw={260}>
      {found.data.model.title}
    </Anchor>
  )
}

/** The annotation one asked for, else the first that somebody painted. */
function chosenCounterpart(all: Counterpart[] | undefined, wanted: number | null): Counterpart | null {
  if (!all) return null
  return all.find((one) => one.image === wanted) ?? all.find((one) => !one.is_prediction) ?? all[0] ?? null
}

const PLAIN: Chosen = {
  mode: 'mask',
  threshold: null,
  opacity: 0.6,
  probability: null,
  counterpart: null,
  annotatedClass: null,
  place: 'off',
  grid: null,
}

/** How the last photo was looked at: walking through many photos, one sets it once. */
function remembered(): Chosen {
  try {
    return { ...PLAIN, ...(JSON.parse(sessionStorage.getItem('review') ?? '{}') as Partial<Chosen>) }
  } catch {
    return PLAIN
  }
}
