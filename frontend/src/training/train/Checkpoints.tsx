/** The networks kept after each validation; any of them becomes a model, the rest can be swept. */

import { Anchor, Badge, Button, Group, Table, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'

import { api } from '../../shared/api'
import { bytes, count } from '../../shared/format'
import { isActive } from '../../shared/jobs'
import { NameDialog } from '../../shared/NameDialog'
import { ConfirmButton } from '../../shared/parts'
import { t } from '../../shared/texts'
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
        {t('training:cp.none')}
      </Text>
    )
  }
  return (
    <>
      <Table.ScrollContainer minWidth={760}>
        <Table verticalSpacing={6} highlightOnHover>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('training:cp.one')}</Table.Th>
              <Table.Th>{t('training:run.epoch')}</Table.Th>
              <Table.Th>{t('training:metric.loss')}</Table.Th>
              <Table.Th>{t('training:metric.accuracy')}</Table.Th>
              <Table.Th>{t('training:metric.dice')}</Table.Th>
              <Table.Th>{t('training:metric.iou')}</Table.Th>
              <Table.Th>{t('training:cp.size')}</Table.Th>
              <Table.Th>{t('training:cp.model')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {run.checkpoints.map((one) => (
              <Table.Tr key={one.id} style={{ fontVariantNumeric: 'tabular-nums' }}>
                <Table.Td>
                  <Group gap={8}>
                    {one.number}
                    {one.is_best && (
                      <Badge color="green" variant="light" title={t('training:cp.best_why')}>
                        {t('training:cp.best')}
                      </Badge>
                    )}
                  </Group>
                </Table.Td>
                <Table.Td>{count(Number(one.epoch.toFixed(2)))}</Table.Td>
                <Table.Td>{score(one.metrics.loss)}</Table.Td>
                <Table.Td>{score(one.metrics.accuracy)}</Table.Td>
                <Table.Td>{score(one.metrics.dice)}</Table.Td>
                <Table.Td>{score(one.metrics.iou)}</Table.Td>
                <Table.Td>{one.swept_at ? t('training:cp.swept') : bytes(one.size)}</Table.Td>
                <Table.Td>
                  <Group gap="xs">
                    {one.models.map((id) => (
                      <Anchor key={id} component={Link} to={`/models?model=${id}`} size="sm">
                        {run.models.find((model) => model.id === id)?.title ??
                          t('training:cp.model_n', { id })}
                      </Anchor>
                    ))}
                    {!one.swept_at && !one.models.length && (
                      <Button size="compact-xs" variant="light" onClick={() => setMaking(one)}>
                        {t('training:cp.make')}
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
            label={t('training:cp.sweep_n', { count: spare.length })}
            question={t('training:cp.free', { bytes: bytes(spare.reduce((sum, one) => sum + one.size, 0)) })}
            explanation={t('training:cp.sweep_about', { count: spare.length })}
            confirm={t('training:cp.sweep')}
            onConfirm={async () => {
              await api.post(`/api/training/runs/${run.id}/sweep/`, { keep: best ? [best.id] : [] })
              await refresh()
            }}
          />
        </Group>
      )}
      {making && (
        <NameDialog
          title={t('training:cp.make_title', { number: making.number })}
          label={t('training:title')}
          proposed={t('training:cp.proposed', { title: run.title, number: making.number })}
          confirm={t('training:cp.make_confirm')}
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
