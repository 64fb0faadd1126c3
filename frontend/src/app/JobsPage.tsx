/** Everything that is queued, runs or has ended, live. */

import { Box, Button, Group, Progress, Select, Table, Text } from '@mantine/core'
import { useInterval } from '@mantine/hooks'
import { IconListCheck } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useSearchParams } from 'react-router'

import { api, type Page } from '../shared/api'
import { ago, duration, when } from '../shared/format'
import { useJobs } from '../shared/jobs'
import { EmptyState, Loading, PageHeader, ProblemAlert, StatusBadge } from '../shared/parts'
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
      <PageHeader
        title="Jobs"
        subtitle="Everything that takes a while. You may close the page: it goes on."
      />
      <Group mb="md" gap="sm">
        <Select
          aria-label="Kind"
          placeholder="All kinds"
          clearable
          value={kind || null}
          onChange={(value) => change('kind', value)}
          data={Object.entries(KINDS).map(([value, label]) => ({ value, label }))}
          w={190}
        />
        <Select
          aria-label="Status"
          placeholder="Any status"
          clearable
          value={status || null}
          onChange={(value) => change('status', value)}
          data={STATUSES}
          w={170}
        />
      </Group>
      {!live && <Loading label="Loading jobs" />}
      {live && jobs.length === 0 && (
        <EmptyState
          icon={<IconListCheck size={40} stroke={1.3} />}
          title={kind || status ? 'No such jobs' : 'No jobs yet'}
          action={
            kind || status ? (
              <Button variant="default" onClick={() => setParams({})}>
                Show all
              </Button>
            ) : (
              <Button component={Link} to="/projects" variant="default">
                Go to the projects
              </Button>
            )
          }
        >
          {!kind &&
            !status &&
            'Imports, dataset queries, trainings and predictions appear here while they run and after.'}
        </EmptyState>
      )}
      {jobs.length > 0 && (
        <Table verticalSpacing="sm" bg="var(--surface)" withTableBorder aria-label="Jobs" layout="fixed">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Job</Table.Th>
              <Table.Th w={170}>Project</Table.Th>
              <Table.Th w={90}>Who</Table.Th>
              <Table.Th w={142}>Status</Table.Th>
              <Table.Th w={130}>Begun</Table.Th>
              <Table.Th w={120} aria-label="Steer" />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {jobs.map((job) => (
              <JobRow key={job.id} job={job} now={now} projectName={names.get(job.project_id ?? 0)} />
            ))}
          </Table.Tbody>
        </Table>
      )}
      <ProblemAlert error={older.error} />
      {mayHaveMore && (
        <Group justify="center" mt="md">
          <Button variant="default" loading={older.isFetching} onClick={() => void older.fetchNextPage()}>
            Older jobs
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
              {Math.round(100 * job.done)} %
            </Text>
            <Progress value={100 * job.done} size="sm" animated aria-label={`Progress of ${job.title}`} />
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
          {seconds === null ? 'waiting' : `${job.status === 'running' ? 'for' : 'took'} ${duration(seconds)}`}
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
