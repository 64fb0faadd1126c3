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

import { api, sentenceOf } from '../../shared/api'
import { count, percent } from '../../shared/format'
import { ProblemAlert } from '../../shared/parts'
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
    <aside className={classes.panel} aria-label="Review">
      <Stack gap="lg">
        <ProblemAlert error={props.error} />
        <Stack gap="xs">
          <Title order={2} size="h5">
            Show
          </Title>
          <SegmentedControl
            aria-label="What to show"
            size="xs"
            data={[
              { value: 'mask', label: 'Mask' },
              { value: 'heat', label: 'Probability', disabled: !probability },
              { value: 'difference', label: 'Differences', disabled: !counterpart },
            ]}
            value={wanted.mode}
            onChange={(mode) => want({ mode: mode as Wanted['mode'] })}
            fullWidth
          />
          {probabilities.length > 1 && (
            <Select
              label="Class"
              data={probabilities.map((one) => ({ value: String(one.id), label: one.class_name }))}
              value={String(probability?.id ?? '')}
              onChange={(value) => want({ probability: Number(value) })}
              allowDeselect={false}
            />
          )}
          <Threshold {...props} />
          <Text size="sm" fw={500}>
            Opacity
          </Text>
          <Slider
            thumbLabel="Opacity"
            min={0}
            max={1}
            step={0.05}
            value={wanted.opacity}
            onChange={(opacity) => want({ opacity })}
            label={(value) => percent(value)}
          />
          <Switch
            label="Windows of the prediction"
            checked={wanted.grid}
            onChange={(event) => want({ grid: event.currentTarget.checked })}
            mt="xs"
          />
        </Stack>

        <Stack gap="xs">
          <Title order={2} size="h5">
            Annotation of the same photo
          </Title>
          {counterparts.length === 0 ? (
            <Text size="sm" c="dimmed">
              No other project you can see holds this photo. Add it to an annotation project to compare and
              adopt.
            </Text>
          ) : (
            <>
              <Select
                label="From"
                data={counterparts.map((one) => ({ value: String(one.image), label: one.project.name }))}
                value={String(counterpart?.image ?? '')}
                onChange={(value) => want({ counterpart: Number(value), annotatedClass: null })}
                allowDeselect={false}
              />
              <Select
                label={`Class that ${props.predictedClass?.name ?? 'the prediction'} means`}
                data={counterpart?.classes.filter((one) => !one.is_neutral).map((one) => one.name) ?? []}
                value={props.annotatedClass?.name ?? null}
                onChange={(annotatedClass) => want({ annotatedClass })}
                allowDeselect={false}
              />
              <SegmentedControl
                aria-label="Where to show the annotation"
                data={[
                  { value: 'off', label: 'Hide' },
                  { value: 'under', label: 'Under' },
                  { value: 'beside', label: 'Beside' },
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
          Threshold
        </Text>
        {wanted.threshold === null ? (
          <Text size="sm" c="dimmed">
            as predicted
          </Text>
        ) : (
          <Button size="compact-xs" variant="subtle" onClick={() => want({ threshold: null })}>
            As predicted
          </Button>
        )}
      </Group>
      <Slider
        thumbLabel="Threshold"
        min={1}
        max={255}
        value={wanted.threshold ?? 128}
        onChange={(threshold) => want({ threshold })}
        label={(value) => (value / 255).toFixed(2)}
      />
    </div>
  )
}

function Legend() {
  const rows = [
    [DIFFERENCE.both, 'both agree'],
    [DIFFERENCE.only_predicted, 'only predicted'],
    [DIFFERENCE.only_annotated, 'only annotated'],
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
        Neutral is hatched and left out.
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

function ScoreTable({ found }: { found: Agreement }) {
  const show = (value: number | null) => (value === null ? '–' : value.toFixed(3))
  return (
    <>
      <Table withRowBorders={false} verticalSpacing={2} className={classes.scores}>
        <Table.Tbody>
          {(['iou', 'dice', 'precision', 'recall'] as const).map((name) => (
            <Table.Tr key={name}>
              <Table.Td>
                {{ iou: 'IoU', dice: 'Dice', precision: 'Precision', recall: 'Recall' }[name]}
              </Table.Td>
              <Table.Td ta="right" className="mono" data-score={name}>
                {show(found[name])}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {found.ignored > 0 && (
        <Text size="xs" c="dimmed">
          {count(found.ignored)} neutral pixels left out
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
        Adopt …
      </Button>
      <Modal opened={isOpen} onClose={() => setOpen(false)} title="Adopt this prediction" centered>
        <Stack>
          <Text>
            {predictedClass?.name}
            {wanted.threshold !== null && ` above ${(wanted.threshold / 255).toFixed(2)}`} becomes{' '}
            <b>{annotatedClass?.name}</b> on this photo in <b>{counterpart.project.name}</b>. It is an
            ordinary edit: it can be undone, painted over and seen in the history.
          </Text>
          <Radio.Group label="Where something is annotated already" value={mode} onChange={setMode}>
            <Stack gap="xs" mt="xs">
              <Radio value="only_background" label="Keep the annotation; fill only what is not annotated" />
              <Radio value="replace" label={`The prediction wins; it replaces what is there`} />
            </Stack>
          </Radio.Group>
          <ProblemAlert error={error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setOpen(false)}>
              Not now
            </Button>
            <Button onClick={() => void adopt()} loading={isBusy}>
              Adopt
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
      notifications.update({ id, message: 'The adoption was undone.', autoClose: 4000 })
    } catch (problem) {
      notifications.update({ id, color: 'red', message: sentenceOf(problem), autoClose: 8000 })
    }
    refresh()
  }
  notifications.show({
    id,
    title: 'Adopted',
    autoClose: 15_000,
    message: (
      <Group gap="xs" mt={4}>
        <Button size="compact-sm" variant="light" component="a" href={`/images/${counterpart.image}`}>
          Open in the annotator
        </Button>
        <Button size="compact-sm" variant="subtle" onClick={() => void undo()}>
          Undo
        </Button>
      </Group>
    ),
  })
}
