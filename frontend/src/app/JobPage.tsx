/** One job: how far it is, what it says, what it made, and what went wrong. */

import { Anchor, Box, Button, Code, Group, Stack, Table, Text, Title } from '@mantine/core'
import { useInterval } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, useState } from 'react'
import { Link, useParams } from 'react-router'

import { api } from '../shared/api'
import { ago, bytes, duration, when } from '../shared/format'
import { isActive, useJob } from '../shared/jobs'
import { JobProgress, Loading, PageHeader, ProblemAlert, StatusBadge } from '../shared/parts'
import type { Job } from '../shared/types'
import { JobButtons, useProjectNames } from './JobParts'
import { kindName, type Line, log, ran, results } from './jobs'
import styles from './JobPage.module.css'

export default function JobPage() {
  const id = Number(useParams().jobId)
  const { job, events } = useJob(id)
  // The socket closes silently on a job one may not see; this answer says why.
  const known = useQuery({
    queryKey: ['job', id],
    queryFn: () => api.get<Job>(`/api/jobs/${id}/`),
    enabled: !job,
  })
  const names = useProjectNames()
  const [now, setNow] = useState(() => Date.now())
  useInterval(() => setNow(Date.now()), 1000, { autoInvoke: true })

  const shown = job ?? known.data
  if (!shown) {
    return (
      <>
        <PageHeader title="Job" back={{ to: '/jobs', label: 'Jobs' }} />
        {known.error ? <ProblemAlert error={known.error} /> : <Loading label="Loading the job" />}
      </>
    )
  }
  const seconds = ran(shown, now)
  const projectName = names.get(shown.project_id ?? 0)
  return (
    <>
      <PageHeader
        title={shown.title}
        back={{ to: '/jobs', label: 'Jobs' }}
        subtitle={
          <Group gap="sm">
            <StatusBadge status={shown.status} />
            <span>{kindName(shown.kind)}</span>
            <span title={when(shown.created_at)}>
              {ago(shown.created_at, now)}
              {shown.user && ` by ${shown.user}`}
            </span>
            {seconds !== null && <span>{duration(seconds)}</span>}
            {shown.project_id && projectName && (
              <span>
                in <Link to={`/projects/${shown.project_id}`}>{projectName}</Link>
              </span>
            )}
          </Group>
        }
      >
        <JobButtons job={shown} size="sm" />
      </PageHeader>
      <Stack gap="lg">
        {(isActive(shown) || shown.problem) && <JobProgress job={shown} />}
        {shown.details && <Disclosure title="Details of the failure" text={shown.details} />}
        <Results job={shown} />
        <Log key={shown.id} lines={log(events)} />
        <Facts job={shown} />
        <Disclosure title="Settings" text={JSON.stringify(shown.settings, null, 2)} />
      </Stack>
    </>
  )
}

function Results({ job }: { job: Job }) {
  const found = results(job)
  if (!found.length) return null
  return (
    <Group gap="sm" role="group" aria-label="Results">
      {found.map(({ label, to, isDownload }) =>
        isDownload ? (
          <Button key={to} component="a" href={to} download>
            {label}
          </Button>
        ) : (
          <Button key={to} component={Link} to={to} variant="light">
            {label}
          </Button>
        ),
      )}
    </Group>
  )
}

/** Ids, which the buttons above lead to. */
const LINKED = new Set(['project', 'run', 'model', 'import'])

function Facts({ job }: { job: Job }) {
  const facts = Object.entries(job.result).filter(
    ([name, value]) => !LINKED.has(name) && ['string', 'number', 'boolean'].includes(typeof value),
  )
  if (!facts.length) return null
  return (
    <div>
      <Title order={2} mb="xs">
        Result
      </Title>
      <Table variant="vertical" withTableBorder bg="var(--surface)" maw={640} aria-label="Result">
        <Table.Tbody>
          {facts.map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th w={200}>{name.replaceAll('_', ' ')}</Table.Th>
              <Table.Td>
                {name === 'size'
                  ? bytes(Number(value))
                  : typeof value === 'number'
                    ? value.toLocaleString()
                    : String(value)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}

/** Text that most people do not need, one click away. */
function Disclosure({ title, text }: { title: string; text: string }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <div>
      <Anchor
        component="button"
        type="button"
        size="sm"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {isOpen ? `Hide: ${title}` : title}
      </Anchor>
      {isOpen && (
        <Code block mt="xs" tabIndex={0} aria-label={title} style={{ maxHeight: 420, overflow: 'auto' }}>
          {text}
        </Code>
      )}
    </div>
  )
}

const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' })

/** The lines of a job; stays at the last one until somebody scrolls up. */
function Log({ lines }: { lines: Line[] }) {
  const box = useRef<HTMLDivElement>(null)
  const isAtEnd = useRef(true)
  // We compile nothing, so what the virtualizer returns may change as it likes.
  // eslint-disable-next-line react-hooks/incompatible-library
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => 24,
    overscan: 12,
  })
  useEffect(() => {
    if (isAtEnd.current && lines.length) rows.scrollToIndex(lines.length - 1)
  }, [lines.length, rows])
  return (
    <div>
      <Title order={2} mb="xs">
        Log
      </Title>
      <Box
        ref={box}
        role="log"
        aria-label="Log"
        tabIndex={0}
        className={styles.log}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          isAtEnd.current = scrollTop + clientHeight > scrollHeight - 30
        }}
      >
        {!lines.length && (
          <Text size="sm" c="dimmed" p="xs">
            Nothing was said yet.
          </Text>
        )}
        <div style={{ position: 'relative', height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((row) => {
            const line = lines[row.index]!
            return (
              <div
                key={row.key}
                data-index={row.index}
                ref={rows.measureElement}
                className={styles.line}
                data-level={line.level}
                style={{ transform: `translateY(${row.start}px)` }}
              >
                <time dateTime={line.at}>{TIME.format(new Date(line.at))}</time>
                <span>{line.text}</span>
              </div>
            )
          })}
        </div>
      </Box>
    </div>
  )
}
