/** All trainings, newest first. */

import { Anchor, Group, Pagination, Progress, Table, Text } from '@mantine/core'
import { Link } from 'react-router'

import { ago, when } from '../../shared/format'
import { StatusBadge } from '../../shared/parts'
import { t } from '../../shared/texts'
import { bestOf, type Run, RUNS_PER_PAGE } from './records'
import { score } from './scores'
import classes from './train.module.css'

export function RunsTable(props: {
  runs: Run[]
  count: number
  page: number
  onPage: (page: number) => void
}) {
  return (
    <>
      <Table.ScrollContainer minWidth={820} className={classes.table}>
        <Table highlightOnHover verticalSpacing="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={130}>{t('training:table.status')}</Table.Th>
              <Table.Th>{t('training:title')}</Table.Th>
              <Table.Th>{t('training:project')}</Table.Th>
              <Table.Th>{t('training:network')}</Table.Th>
              <Table.Th>{t('training:table.best')}</Table.Th>
              <Table.Th>{t('training:table.lowest')}</Table.Th>
              <Table.Th>{t('training:table.started')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {props.runs.map((run) => (
              <Row key={run.id} run={run} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {props.count > RUNS_PER_PAGE && (
        <Group justify="center" mt="md">
          <Pagination
            total={Math.ceil(props.count / RUNS_PER_PAGE)}
            value={props.page}
            onChange={props.onPage}
            getItemProps={(number) => ({ 'aria-label': t('shared:page_n', { number }) })}
            getControlProps={(control) => ({
              'aria-label': t(control === 'previous' ? 'shared:page_before' : 'shared:page_after'),
            })}
          />
        </Group>
      )}
    </>
  )
}

function Row({ run }: { run: Run }) {
  const best = bestOf(run)
  const at = run.created_at
  return (
    <Table.Tr>
      <Table.Td>
        <StatusBadge status={run.job.status} />
        {run.job.status === 'running' && (
          <Progress
            mt={6}
            size="xs"
            value={100 * run.job.done}
            aria-label={t('shared:progress_of', { title: run.title })}
          />
        )}
      </Table.Td>
      <Table.Td>
        <Anchor component={Link} to={`/training/runs/${run.id}`} fw={600}>
          {run.title}
        </Anchor>
      </Table.Td>
      <Table.Td>
        {run.project ? (
          <Anchor component={Link} to={`/projects/${run.project.id}`}>
            {run.project.name}
          </Anchor>
        ) : (
          <Text size="sm" c="dimmed">
            {t('training:table.deleted')}
          </Text>
        )}
      </Table.Td>
      <Table.Td>{run.network}</Table.Td>
      <Table.Td>{score(best?.metrics.iou)}</Table.Td>
      <Table.Td>{score(best?.metrics.loss)}</Table.Td>
      <Table.Td title={when(at)}>{ago(at)}</Table.Td>
    </Table.Tr>
  )
}
