/** One job: how far it is, what it says, what it made, and what went wrong. */

import { Anchor, Box, Button, Code, Group, Stack, Table, Text, Title } from '@mantine/core'
import { useInterval } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, useState } from 'react'
import { Trans } from 'react-i18next'
import { Link, useParams } from 'react-router'

import { api } from '../shared/api'
import { ago, bytes, count, duration, time, when } from '../shared/format'
import { isActive, useJob } from '../shared/jobs'
import { JobProgress, Loading, PageHeader, ProblemAlert, StatusBadge } from '../shared/parts'
import { t } from '../shared/texts'
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
        <PageHeader title={t('app:jobs.job')} back={{ to: '/jobs', label: t('app:place.jobs') }} />
        {known.error ? <ProblemAlert error={known.error} /> : <Loading label={t('app:job.loading')} />}
      </>
    )
  }
  const seconds = ran(shown, now)
  const projectName = names.get(shown.project_id ?? 0)
  return (
    <>
      <PageHeader
        title={shown.title}
        back={{ to: '/jobs', label: t('app:place.jobs') }}
        subtitle={
          <Group gap="sm">
            <StatusBadge status={shown.status} />
            <span>{kindName(shown.kind)}</span>
            <span title={when(shown.created_at)}>
              {shown.user
                ? t('app:job.by', { when: ago(shown.created_at, now), user: shown.user })
                : ago(shown.created_at, now)}
            </span>
            {seconds !== null && <span>{duration(seconds)}</span>}
            {shown.project_id && projectName && (
              <span>
                <Trans
                  ns="app"
                  i18nKey="job.in_project"
                  values={{ name: projectName }}
                  components={{ project: <Link to={`/projects/${shown.project_id}`} /> }}
                />
              </span>
            )}
          </Group>
        }
      >
        <JobButtons job={shown} size="sm" />
      </PageHeader>
      <Stack gap="lg">
        {(isActive(shown) || shown.problem) && <JobProgress job={shown} />}
        {shown.details && <Disclosure title={t('app:job.failure')} text={shown.details} />}
        <Results job={shown} />
        <Log key={shown.id} lines={log(events)} />
        <Facts job={shown} />
        <Disclosure title={t('app:job.settings')} text={JSON.stringify(shown.settings, null, 2)} />
      </Stack>
    </>
  )
}

function Results({ job }: { job: Job }) {
  const found = results(job)
  if (!found.length) return null
  return (
    <Group gap="sm" role="group" aria-label={t('app:job.results')}>
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
        {t('app:job.result')}
      </Title>
      <Table
        variant="vertical"
        withTableBorder
        bg="var(--surface)"
        maw={640}
        aria-label={t('app:job.result')}
      >
        <Table.Tbody>
          {facts.map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th w={200}>{name.replaceAll('_', ' ')}</Table.Th>
              <Table.Td>
                {name === 'size'
                  ? bytes(Number(value))
                  : typeof value === 'number'
                    ? count(value)
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
        {isOpen ? t('app:job.hide', { title }) : title}
      </Anchor>
      {isOpen && (
        <Code block mt="xs" tabIndex={0} aria-label={title} style={{ maxHeight: 420, overflow: 'auto' }}>
          {text}
        </Code>
      )}
    </div>
  )
}

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
        {t('app:job.log')}
      </Title>
      <Box
        ref={box}
        role="log"
        aria-label={t('app:job.log')}
        tabIndex={0}
        className={styles.log}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          isAtEnd.current = scrollTop + clientHeight > scrollHeight - 30
        }}
      >
        {!lines.length && (
          <Text size="sm" c="dimmed" p="xs">
            {t('app:job.silent')}
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
                <time dateTime={line.at}>{time(line.at)}</time>
                <span>{line.text}</span>
              </div>
            )
          })}
        </div>
      </Box>
    </div>
  )
}
