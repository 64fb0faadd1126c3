/** Predictions so far, and starting a new one. */

import { Anchor, Badge, Button, Group, Paper, Progress, Table, Text } from '@mantine/core'
import { IconStack2 } from '@tabler/icons-react'
import { useState } from 'react'
import { Link, useSearchParams } from 'react-router'

import { ago, when } from '../shared/format'
import { isActive } from '../shared/jobs'
import { EmptyState, Loading, PageHeader, ProblemAlert, StatusBadge } from '../shared/parts'
import { t } from '../shared/texts'
import type { PredictionRun } from '../shared/types'
import { NewPrediction } from './NewPrediction'
import { useRuns } from './records'

export default function PredictPage() {
  const [search] = useSearchParams()
  const [isAsking, setAsking] = useState(search.has('model') || search.has('project'))
  const runs = useRuns()
  return (
    <>
      <PageHeader title={t('inference:title')} subtitle={t('inference:subtitle')}>
        {!isAsking && <Button onClick={() => setAsking(true)}>{t('inference:new.title')}</Button>}
      </PageHeader>
      {isAsking && <NewPrediction onClose={() => setAsking(false)} />}
      {runs.isPending && <Loading />}
      <ProblemAlert error={runs.error} />
      {runs.data?.results.length === 0 && !isAsking && (
        <EmptyState
          icon={<IconStack2 size={48} stroke={1.3} />}
          title={t('inference:none')}
          action={
            <>
              <Button onClick={() => setAsking(true)}>{t('inference:new.title')}</Button>
              <Button variant="default" component={Link} to="/training">
                {t('inference:train_first')}
              </Button>
            </>
          }
        >
          {t('inference:none_what')}
        </EmptyState>
      )}
      {runs.data && runs.data.results.length > 0 && <Runs runs={runs.data.results} />}
    </>
  )
}

function Runs({ runs }: { runs: PredictionRun[] }) {
  return (
    <Paper withBorder>
      <Table.ScrollContainer minWidth={760}>
        <Table verticalSpacing="sm" horizontalSpacing="md">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('inference:table.result')}</Table.Th>
              <Table.Th>{t('inference:model')}</Table.Th>
              <Table.Th>{t('inference:table.photos_of')}</Table.Th>
              <Table.Th>{t('shared:classes')}</Table.Th>
              <Table.Th>{t('inference:table.status')}</Table.Th>
              <Table.Th>{t('inference:table.when')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {runs.map((run) => (
              <Table.Tr key={run.id}>
                <Table.Td>
                  <Anchor component={Link} to={`/predictions/${run.id}`} fw={500}>
                    {run.result?.name ?? t('inference:one_n', { id: run.id })}
                  </Anchor>
                </Table.Td>
                <Table.Td>
                  {run.model?.title ?? <Text c="dimmed">{t('inference:table.deleted')}</Text>}
                </Table.Td>
                <Table.Td>
                  {run.project ? (
                    <Anchor component={Link} to={`/projects/${run.project.id}`}>
                      {run.project.name}
                    </Anchor>
                  ) : (
                    <Text c="dimmed">{t('inference:table.deleted')}</Text>
                  )}
                </Table.Td>
                <Table.Td>
                  <Group gap={6}>
                    {run.classes.map((one) => (
                      <Badge
                        key={one.name}
                        variant="outline"
                        color="gray"
                        tt="none"
                        leftSection={<Dot colour={one.colour} />}
                      >
                        {one.name}
                      </Badge>
                    ))}
                  </Group>
                </Table.Td>
                <Table.Td w={150}>
                  {isActive(run.job) ? (
                    <>
                      <StatusBadge status={run.job.status} />
                      <Progress
                        value={100 * run.job.done}
                        size="sm"
                        mt={6}
                        aria-label={t('inference:progress')}
                      />
                    </>
                  ) : (
                    <StatusBadge status={run.job.status} />
                  )}
                </Table.Td>
                <Table.Td>
                  <Text size="sm" c="dimmed" title={when(run.job.created_at)}>
                    {ago(run.job.created_at)}
                    {typeof run.facts.windows === 'number'
                      ? ` · ${t('inference:windows', { count: run.facts.windows })}`
                      : ''}
                  </Text>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Paper>
  )
}

function Dot({ colour }: { colour: string }) {
  return <span style={{ display: 'block', width: 10, height: 10, borderRadius: 5, background: colour }} />
}
