/** The controls of the review: what to show, what to compare with, and adopting. */

import {
  Button,
  Group,
  Modal,
  Radio,
  SegmentedControl,
  Select,
  Slider,
  Stack,
  Switch,
  Table,
  Text,
  Title,
} from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { Trans } from 'react-i18next'

import { api, sentenceOf } from '../../shared/api'
import { decimal, percent } from '../../shared/format'
import { ProblemAlert } from '../../shared/parts'
import { t } from '../../shared/texts'
import type { Adopted, Agreement, Counterpart, Image, Probability } from '../../shared/types'
import { uuid } from '../../shared/uuid'
import type { Wanted } from '../ReviewPage'
import { DIFFERENCE, type ReviewClass } from './look'
import classes from './review.module.css'
import { useAgreement } from './useReview'

export type ReviewPanelProps = {
  image: Image
  wanted: Wanted
  want: (part: Partial<Wanted>) => void
  probability: Probability | null
  probabilities: Probability[]
  counterpart: Counterpart | null
  counterparts: Counterpart[]
  predictedClass: ReviewClass | null
  annotatedClass: ReviewClass | null
  error: unknown
}

export function ReviewPanel(props: ReviewPanelProps) {
  const { wanted, want, probability, probabilities, counterpart, counterparts } = props
  return (
    <aside className={classes.panel} aria-label={t('review:title')}>
      <Stack gap="lg">
        <ProblemAlert error={props.error} />
        <Stack gap="xs">
          <Title order={2} size="h5">
            {t('review:show')}
          </Title>
          <SegmentedControl
            aria-label={t('review:what')}
            size="xs"
            data={[
              { value: 'mask', label: t('review:mask') },
              { value: 'heat', label: t('review:probability'), disabled: !probability },
              { value: 'difference', label: t('review:differences'), disabled: !counterpart },
            ]}
            value={wanted.mode}
            onChange={(mode) => want({ mode: mode as Wanted['mode'] })}
            fullWidth
          />
          {probabilities.length > 1 && (
            <Select
              label={t('review:class')}
              data={probabilities.map((one) => ({ value: String(one.id), label: one.class_name }))}
              value={String(probability?.id ?? '')}
              onChange={(value) => want({ probability: Number(value) })}
              allowDeselect={false}
            />
          )}
          <Threshold {...props} />
          <Text size="sm" fw={500}>
            {t('review:opacity')}
          </Text>
          <Slider
            thumbLabel={t('review:opacity')}
            min={0}
            max={1}
            step={0.05}
            value={wanted.opacity}
            onChange={(opacity) => want({ opacity })}
            label={(value) => percent(value)}
          />
          <Switch
            label={t('review:windows')}
            checked={wanted.grid}
            onChange={(event) => want({ grid: event.currentTarget.checked })}
            mt="xs"
          />
        </Stack>

        <Stack gap="xs">
          <Title order={2} size="h5">
            {t('review:annotation')}
          </Title>
          {counterparts.length === 0 ? (
            <Text size="sm" c="dimmed">
              {t('review:no_counterpart')}
            </Text>
          ) : (
            <>
              <Select
                label={t('review:from')}
                data={counterparts.map((one) => ({ value: String(one.image), label: one.project.name }))}
                value={String(counterpart?.image ?? '')}
                onChange={(value) => want({ counterpart: Number(value), annotatedClass: null })}
                allowDeselect={false}
              />
              <Select
                label={t('review:means', { name: props.predictedClass?.name ?? t('review:the_prediction') })}
                data={counterpart?.classes.filter((one) => !one.is_neutral).map((one) => one.name) ?? []}
                value={props.annotatedClass?.name ?? null}
                onChange={(annotatedClass) => want({ annotatedClass })}
                allowDeselect={false}
              />
              <SegmentedControl
                aria-label={t('review:where')}
                data={[
                  { value: 'off', label: t('review:hide') },
                  { value: 'under', label: t('review:under') },
                  { value: 'beside', label: t('review:beside') },
                ]}
                value={wanted.place}
                onChange={(place) => want({ place: place as Wanted['place'] })}
                fullWidth
              />
              {wanted.mode === 'difference' && <Legend />}
              <Scores {...props} />
              <Adopt {...props} />
            </>
          )}
        </Stack>
      </Stack>
    </aside>
  )
}

function Threshold({ wanted, want, probability }: ReviewPanelProps) {
  if (!probability) return null
  return (
    <div>
      <Group justify="space-between" mb={6}>
        <Text size="sm" fw={500}>
          {t('review:threshold')}
        </Text>
        {wanted.threshold === null ? (
          <Text size="sm" c="dimmed">
            {t('review:as_predicted')}
          </Text>
        ) : (
          <Button size="compact-xs" variant="subtle" onClick={() => want({ threshold: null })}>
            {t('review:to_predicted')}
          </Button>
        )}
      </Group>
      <Slider
        thumbLabel={t('review:threshold')}
        min={1}
        max={255}
        value={wanted.threshold ?? 128}
        onChange={(threshold) => want({ threshold })}
        label={(value) => decimal(value / 255, 2)}
      />
    </div>
  )
}

function Legend() {
  const rows = [
    [DIFFERENCE.both, t('review:both')],
    [DIFFERENCE.only_predicted, t('review:only_predicted')],
    [DIFFERENCE.only_annotated, t('review:only_annotated')],
  ] as const
  return (
    <Stack gap={4}>
      {rows.map(([colour, words]) => (
        <Group key={words} gap="xs">
          <span className={classes.swatch} style={{ background: colour }} />
          <Text size="sm">{words}</Text>
        </Group>
      ))}
      <Text size="xs" c="dimmed">
        {t('review:neutral')}
      </Text>
    </Stack>
  )
}

/** What is compared or adopted: the same choice, in the server's words. */
function choiceOf({ wanted, probability, predictedClass, annotatedClass }: ReviewPanelProps) {
  if (!predictedClass || !annotatedClass) return null
  const isThresholded = wanted.threshold !== null && probability !== null
  return {
    classes: { [predictedClass.name]: annotatedClass.name },
    probability: isThresholded ? probability.id : null,
    threshold: isThresholded ? wanted.threshold : null,
  }
}

function Scores(props: ReviewPanelProps) {
  const { counterpart, image } = props
  const choice = choiceOf(props)
  const asked = useMemo(
    () => (choice && counterpart ? { with: counterpart.image, ...choice } : null),
    [choice, counterpart],
  )
  const [settled] = useDebouncedValue(JSON.stringify(asked), 350)
  const agreement = useAgreement(image.id, JSON.parse(settled) as typeof asked)
  if (!asked) return null
  return (
    <div aria-live="polite">
      <ProblemAlert error={agreement.error} />
      {agreement.data && <ScoreTable found={agreement.data} />}
    </div>
  )
}

const SCORES = ['iou', 'dice', 'precision', 'recall'] as const

function ScoreTable({ found }: { found: Agreement }) {
  const show = (value: number | null) => (value === null ? '–' : decimal(value, 3))
  return (
    <>
      <Table withRowBorders={false} verticalSpacing={2} className={classes.scores}>
        <Table.Tbody>
          {SCORES.map((name) => (
            <Table.Tr key={name}>
              <Table.Td>{t(`review:score.${name}`)}</Table.Td>
              <Table.Td ta="right" className="mono" data-score={name}>
                {show(found[name])}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {found.ignored > 0 && (
        <Text size="xs" c="dimmed">
          {t('review:ignored', { count: found.ignored })}
        </Text>
      )}
    </>
  )
}

function Adopt(props: ReviewPanelProps) {
  const { counterpart, image, predictedClass, annotatedClass, wanted } = props
  const [isOpen, setOpen] = useState(false)
  const [mode, setMode] = useState('only_background')
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const queries = useQueryClient()
  const choice = choiceOf(props)
  if (!counterpart || counterpart.is_prediction || !choice) return null

  const adopt = async () => {
    setBusy(true)
    setError(null)
    try {
      const edit = await api.post<Adopted>(`/api/images/${image.id}/adopt/`, {
        into: counterpart.image,
        mode,
        uuid: uuid(),
        ...choice,
      })
      setOpen(false)
      void queries.invalidateQueries({ queryKey: ['images'] })
      tell(counterpart, edit.seq, () => void queries.invalidateQueries({ queryKey: ['images'] }))
    } catch (problem) {
      setError(problem)
    } finally {
      setBusy(false)
    }
  }

  return (
    <>
      <Button onClick={() => setOpen(true)} mt="xs">
        {t('review:adopt_open')}
      </Button>
      <Modal opened={isOpen} onClose={() => setOpen(false)} title={t('review:adopt_title')} centered>
        <Stack>
          <Text>
            <Trans
              ns="review"
              i18nKey={wanted.threshold === null ? 'adopt_about' : 'adopt_about_above'}
              values={{
                predicted: predictedClass?.name ?? '',
                threshold: decimal((wanted.threshold ?? 0) / 255, 2),
                annotated: annotatedClass?.name ?? '',
                project: counterpart.project.name,
              }}
              components={{ b: <b /> }}
            />
          </Text>
          <Radio.Group label={t('review:adopt_where')} value={mode} onChange={setMode}>
            <Stack gap="xs" mt="xs">
              <Radio value="only_background" label={t('review:adopt_keep')} />
              <Radio value="replace" label={t('review:adopt_replace')} />
            </Stack>
          </Radio.Group>
          <ProblemAlert error={error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setOpen(false)}>
              {t('review:not_now')}
            </Button>
            <Button onClick={() => void adopt()} loading={isBusy}>
              {t('review:adopt')}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  )
}

/** Say that it is done, with the way to it and the way back. Notifications live outside of the router. */
function tell(counterpart: Counterpart, seq: number, refresh: () => void): void {
  const id = `adopted-${counterpart.image}-${seq}`
  const undo = async () => {
    try {
      await api.post(`/api/images/${counterpart.image}/edits/${seq}/undo/`, { uuid: uuid() })
      notifications.update({ id, message: t('review:undone'), autoClose: 4000 })
    } catch (problem) {
      notifications.update({ id, color: 'red', message: sentenceOf(problem), autoClose: 8000 })
    }
    refresh()
  }
  notifications.show({
    id,
    title: t('review:adopted'),
    autoClose: 15_000,
    message: (
      <Group gap="xs" mt={4}>
        <Button size="compact-sm" variant="light" component="a" href={`/images/${counterpart.image}`}>
          {t('review:open')}
        </Button>
        <Button size="compact-sm" variant="subtle" onClick={() => void undo()}>
          {t('shared:undo')}
        </Button>
      </Group>
    ),
  })
}
