/** Everything a model's card says. */

import { Anchor, Badge, Button, Code, Drawer, Group, Stack, Table, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'

import { api } from '../../shared/api'
import { bytes, decimal, when } from '../../shared/format'
import { Loading, ProblemAlert } from '../../shared/parts'
import { t } from '../../shared/texts'
import type { NetworkModel } from '../train/records'
import { score } from '../train/scores'

export function ModelDetails({ id, onClose }: { id: number | null; onClose: () => void }) {
  const model = useQuery({
    queryKey: ['models', 'one', id],
    queryFn: ({ signal }) => api.get<NetworkModel>(`/api/models/${id}/`, {}, signal),
    enabled: id !== null,
  })
  return (
    <Drawer
      opened={id !== null}
      onClose={onClose}
      position="right"
      size={560}
      title={model.data?.title ?? t('models:one')}
      closeButtonProps={{ 'aria-label': t('models:close') }}
    >
      <ProblemAlert error={model.error} />
      {model.isPending && !model.error && <Loading />}
      {model.data && <Card model={model.data} />}
    </Drawer>
  )
}

function Card({ model }: { model: NetworkModel }) {
  const { card } = model
  const indices = Object.entries(card.class_title_to_idx ?? {})
  const colours = new Map(card.classes?.map((one) => [one.title, one.color]))
  const facts: [string, React.ReactNode][] = [
    [t('models:network'), model.network],
    [t('models:input'), card.input_size ? `${card.input_size.width} × ${card.input_size.height} px` : '–'],
    [t('models:made'), when(model.created_at)],
    [t('models:size'), bytes(model.size)],
    [
      t('models:trained_in'),
      model.run ? (
        <Anchor component={Link} to={`/training/runs/${model.run.id}`} inherit>
          {model.run.title}
          {model.checkpoint ? `, ${t('models:checkpoint', { number: model.checkpoint.number })}` : ''}
        </Anchor>
      ) : (
        '–'
      ),
    ],
    [
      t('models:validation'),
      t('models:all_scores', {
        iou: score(card.scores?.iou),
        dice: score(card.scores?.dice),
        loss: score(card.scores?.loss),
      }),
    ],
    [
      t('models:scale'),
      card.scale
        ? t('models:scale_px', {
            mean: decimal(card.scale.mean, 2),
            from: decimal(card.scale.p5, 2),
            to: decimal(card.scale.p95, 2),
          })
        : '–',
    ],
    ['SHA-256', <Code key="sha">{model.sha256.slice(0, 16)}…</Code>],
  ]
  return (
    <Stack gap="md">
      <Group>
        <Button component={Link} to={`/predict?model=${model.id}`}>
          {t('models:predict')}
        </Button>
        <Button component="a" variant="default" href={`/api/models/${model.id}/download/`} download>
          {t('models:download')}
        </Button>
        <Button component={Link} variant="subtle" to={`/training?model=${model.id}`}>
          {t('models:start_from')}
        </Button>
      </Group>
      <Table withRowBorders={false} verticalSpacing={3} horizontalSpacing={0}>
        <Table.Tbody>
          {facts.map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Td c="dimmed" w={110}>
                {name}
              </Table.Td>
              <Table.Td>{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <div>
        <Title order={3} mb={6}>
          {t('shared:classes')}
        </Title>
        <Group gap={6}>
          {indices.map(([title, index]) => (
            <Badge key={title} variant="dot" color={colours.get(title) ?? 'gray'} tt="none">
              {index} {title}
              {index === 255 ? ` ${t('models:left_out')}` : ''}
            </Badge>
          ))}
        </Group>
      </div>
      <div>
        <Title order={3} mb={6}>
          {t('models:config')}
        </Title>
        <Code block>{JSON.stringify(card.settings ?? {}, null, 2)}</Code>
      </div>
      <details>
        <summary>{t('models:card')}</summary>
        <Code block mt="xs">
          {JSON.stringify(card, null, 2)}
        </Code>
      </details>
    </Stack>
  )
}

/** The classes a network tells apart, without the background. */
export function ClassChips({ card }: { card: NetworkModel['card'] }) {
  const indices = card.class_title_to_idx ?? {}
  const shown = card.classes?.filter((one) => indices[one.title] !== 0) ?? []
  if (!shown.length) return <Text size="sm">–</Text>
  return (
    <Group gap={4} wrap="wrap" miw={90}>
      {shown.map((one) => (
        <Badge key={one.title} variant="dot" color={one.color} tt="none" style={{ flexShrink: 0 }}>
          {one.title}
        </Badge>
      ))}
    </Group>
  )
}
