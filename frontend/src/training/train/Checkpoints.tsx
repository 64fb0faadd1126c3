/** The networks kept after each validation; any of them becomes a model, the rest can be swept. */

import { Anchor, Badge, Button, Group, Table, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'

import { api } from '../../shared/api'
import { bytes, plural } from '../../shared/format'
import { isActive } from '../../shared/jobs'
import { NameDialog } from '../../shared/NameDialog'
import { ConfirmButton } from '../../shared/parts'
import type { Checkpoint, Run } from './records'
import { score } from './scores'

export function Checkpoints({ run }: { run: Run }) {
  const queries = useQueryClient()
  const [making, setMaking] = useState<Checkpoint | null>(null)
  const best = run.checkpoints.findLast((one) => one.is_best)
  const unused = run.checkpoints.filter((one) => !one.swept_at && !one.models.length)
  const spare = unused.filter((one) => one.id !== best?.id)
  const refresh = () => queries.invalidateQueries()
  if (!run.checkpoints.length) {
    return (
      <Text size="sm" c="dimmed">
        The first checkpoint comes with the first validation.
      </Text>
    )
  }
  return (
    <>
      <Table.ScrollContainer minWidth={760}>
        <Table verticalSpacing={6} highlightOnHover>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Checkpoint</Table.Th>
              <Table.Th>Epoch</Table.Th>
              <Table.Th>Loss</Table.Th>
              <Table.Th>Accuracy</Table.Th>
              <Table.Th>Dice</Table.Th>
              <Table.Th>IoU</Table.Th>
              <Table.Th>Size</Table.Th>
              <Table.Th>Model</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {run.checkpoints.map((one) => (
              <Table.Tr key={one.id} style={{ fontVariantNumeric: 'tabular-nums' }}>
                <Table.Td>
                  <Group gap={8}>
                    {one.number}
                    {one.is_best && (
                      <Badge color="green" variant="light" title="The lowest validation loss">
                        best
                      </Badge>
                    )}
                  </Group>
                </Table.Td>
                <Table.Td>{Number(one.epoch.toFixed(2))}</Table.Td>
                <Table.Td>{score(one.metrics.loss)}</Table.Td>
                <Table.Td>{score(one.metrics.accuracy)}</Table.Td>
                <Table.Td>{score(one.metrics.dice)}</Table.Td>
                <Table.Td>{score(one.metrics.iou)}</Table.Td>
                <Table.Td>{one.swept_at ? 'swept' : bytes(one.size)}</Table.Td>
                <Table.Td>
                  <Group gap="xs">
                    {one.models.map((id) => (
                      <Anchor key={id} component={Link} to={`/models?model=${id}`} size="sm">
                        {run.models.find((model) => model.id === id)?.title ?? `model ${id}`}
                      </Anchor>
                    ))}
                    {!one.swept_at && !one.models.length && (
                      <Button size="compact-xs" variant="light" onClick={() => setMaking(one)}>
                        Make a model
                      </Button>
                    )}
                  </Group>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {spare.length > 0 && !isActive(run.job) && (
        <Group mt="xs">
          <ConfirmButton
            label={`Sweep ${plural(spare.length, 'unused checkpoint')}`}
            question={`Free ${bytes(spare.reduce((sum, one) => sum + one.size, 0))}?`}
            explanation={`The weights of ${plural(spare.length, 'checkpoint')} that no model uses are removed. The best checkpoint and all models stay, and so do the curves.`}
            confirm="Sweep"
            onConfirm={async () => {
              await api.post(`/api/training/runs/${run.id}/sweep/`, { keep: best ? [best.id] : [] })
              await refresh()
            }}
          />
        </Group>
      )}
      {making && (
        <NameDialog
          title={`Make a model of checkpoint ${making.number}`}
          label="Title"
          proposed={`${run.title} (checkpoint ${making.number})`}
          confirm="Make the model"
          onClose={() => setMaking(null)}
          onConfirm={async (title) => {
            await api.post(`/api/checkpoints/${making.id}/model/`, { title })
            await refresh()
            setMaking(null)
          }}
        />
      )}
    </>
  )
}
