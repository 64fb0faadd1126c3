/** Everything that is queued, runs or has ended, live. */

import { Box, Button, Group, Progress, Select, Table, Text } from '@mantine/core'
import { useInterval } from '@mantine/hooks'
import { IconListCheck } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useSearchParams } from 'react-router'

import { api, type Page } from '../shared/api'
import { ago, duration, percent, when } from '../shared/format'
import { useJobs } from '../shared/jobs'
import { EmptyState, Loading, PageHeader, ProblemAlert, StatusBadge } from '../shared/parts'
import { t } from '../shared/texts'
import type { Job } from '../shared/types'
import { JobButtons, KindIcon, useProjectNames } from './JobParts'
import { fitting, kindName, KINDS, ran, STATUSES, together } from './jobs'

const PER_PAGE = 100 // as many as the socket sends

export default function JobsPage() {
  const live = useJobs()
  const older = useInfiniteQuery({
    queryKey: ['jobs', 'older'],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Job>>('/api/jobs/', { page: pageParam, page_size: PER_PAGE }, signal),
    initialPageParam: 2,
    getNextPageParam: (last, _, page) => (last.next ? page + 1 : null),
    enabled: false,
  })
  const [params, setParams] = useSearchParams()
  const kind = params.get('kind') ?? ''
  const status = params.get('status') ?? ''
  const names = useProjectNames()
  const [now, setNow] = useState(() => Date.now())
  useInterval(() => setNow(Date.now()), 1000, { autoInvoke: true })

  const change = (name: string, value: string | null) =>
    setParams((before) => {
      const next = new URLSearchParams(before)
      if (value) next.set(name, value)
      else next.delete(name)
      return next
    })
  const all = together(live ?? [], older.data?.pages.flatMap(({ results }) => results) ?? [])
  const jobs = fitting(all, kind, status)
  const mayHaveMore = all.length >= PER_PAGE && (!older.data || older.hasNextPage)
  return (
    <>
      <PageHeader title={t('app:place.jobs')} subtitle={t('app:jobs.subtitle')} />
      <Group mb="md" gap="sm">
        <Select
          aria-label={t('app:jobs.kind')}
          placeholder={t('app:jobs.all_kinds')}
          clearable
          value={kind || null}
          onChange={(value) => change('kind', value)}
          data={KINDS.map((value) => ({ value, label: kindName(value) }))}
          w={190}
        />
        <Select
          aria-label={t('app:jobs.status')}
          placeholder={t('app:jobs.any_status')}
          clearable
          value={status || null}
          onChange={(value) => change('status', value)}
          data={STATUSES.map((value) => ({ value, label: t(`shared:status.${value}`) }))}
          w={170}
        />
      </Group>
      {!live && <Loading label={t('app:jobs.loading')} />}
      {live && jobs.length === 0 && (
        <EmptyState
          icon={<IconListCheck size={40} stroke={1.3} />}
          title={kind || status ? t('app:jobs.none_such') : t('app:jobs.none')}
          action={
            kind || status ? (
              <Button variant="default" onClick={() => setParams({})}>
                {t('app:jobs.show_all')}
              </Button>
            ) : (
              <Button component={Link} to="/projects" variant="default">
                {t('app:jobs.to_projects')}
              </Button>
            )
          }
        >
          {!kind && !status && t('app:jobs.about')}
        </EmptyState>
      )}
      {jobs.length > 0 && (
        <Table.ScrollContainer minWidth={940}>
          <Table
            verticalSpacing="sm"
            bg="var(--surface)"
            withTableBorder
            aria-label={t('app:place.jobs')}
            layout="fixed"
          >
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('app:jobs.job')}</Table.Th>
                <Table.Th w={170}>{t('app:made.project')}</Table.Th>
                <Table.Th w={90}>{t('app:jobs.who')}</Table.Th>
                <Table.Th w={142}>{t('app:jobs.status')}</Table.Th>
                <Table.Th w={150}>{t('app:jobs.begun')}</Table.Th>
                <Table.Th w={120} aria-label={t('app:jobs.steer')} />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {jobs.map((job) => (
                <JobRow key={job.id} job={job} now={now} projectName={names.get(job.project_id ?? 0)} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <ProblemAlert error={older.error} />
      {mayHaveMore && (
        <Group justify="center" mt="md">
          <Button variant="default" loading={older.isFetching} onClick={() => void older.fetchNextPage()}>
            {t('app:jobs.older')}
          </Button>
        </Group>
      )}
    </>
  )
}

function JobRow({ job, now, projectName }: { job: Job; now: number; projectName?: string }) {
  const seconds = ran(job, now)
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap="sm" wrap="nowrap" align="flex-start">
          <KindIcon kind={job.kind} />
          <Box style={{ minWidth: 0, flex: 1 }}>
            <Text size="sm" truncate title={job.title}>
              <Link to={`/jobs/${job.id}`}>{job.title}</Link>
            </Text>
            <Text size="xs" c={job.problem ? 'red.8' : 'dimmed'} truncate title={job.problem || job.doing}>
              {kindName(job.kind)}
              {job.problem
                ? `: ${job.problem}`
                : job.doing && job.status === 'running'
                  ? `: ${job.doing}`
                  : ''}
            </Text>
          </Box>
        </Group>
      </Table.Td>
      <Table.Td>
        <Text size="sm" truncate title={projectName}>
          {job.project_id && projectName ? (
            <Link to={`/projects/${job.project_id}`}>{projectName}</Link>
          ) : (
            '–'
          )}
        </Text>
      </Table.Td>
      <Table.Td>
        <Text size="sm" truncate>
          {job.user ?? '–'}
        </Text>
      </Table.Td>
      <Table.Td>
        {job.status === 'running' ? (
          <Box>
            <Text size="xs" mb={2}>
              {percent(job.done)}
            </Text>
            <Progress
              value={100 * job.done}
              size="sm"
              striped
              aria-label={t('shared:progress_of', { title: job.title })}
            />
          </Box>
        ) : (
          <StatusBadge status={job.status} />
        )}
      </Table.Td>
      <Table.Td>
        <Text size="sm" title={when(job.created_at)}>
          {ago(job.created_at, now)}
        </Text>
        <Text size="xs" c="dimmed">
          {seconds === null
            ? t('app:jobs.waiting')
            : t(job.status === 'running' ? 'app:jobs.running_for' : 'app:jobs.took', {
                time: duration(seconds),
              })}
        </Text>
      </Table.Td>
      <Table.Td>
        <Group gap={4} justify="flex-end">
          <JobButtons job={job} />
        </Group>
      </Table.Td>
    </Table.Tr>
  )
}
