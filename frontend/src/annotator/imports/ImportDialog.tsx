/** Bringing photos in, step by step: choose, send, read the report, take it or leave it. */

import { Button, Checkbox, Group, Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { Link } from 'react-router'

import { api } from '../../shared/api'
import { useJob, useWhenEnded } from '../../shared/jobs'
import { JobProgress, Loading, ProblemAlert } from '../../shared/parts'
import { t } from '../../shared/texts'
import type { Import, ImportFormat, Project } from '../../shared/types'
import { useRefreshProject } from '../records'
import { ChooseFiles } from './ChooseFiles'
import { door } from './door'
import { type Chosen, merged, proposedName } from './files'
import { ImportReport } from './ImportReport'
import { totals, UploadQueue } from './queue'
import styles from './imports.module.css'
import { formatName, FORMATS } from './report'
import { UploadList } from './UploadList'

type Props = {
  isOpen: boolean
  /** Where the photos go; null makes a new project of them. */
  project: Project | null
  dropped: Chosen[]
  /** The import to show, once there is one: it stands in the address, so that a reload shows it again. */
  importId: number | null
  onImport: (id: number | null) => void
  onClose: () => void
}

export function ImportDialog(props: Props) {
  const title = props.project ? t('imports:title_into', { name: props.project.name }) : t('imports:title')
  return (
    <Modal
      opened={props.isOpen}
      onClose={props.onClose}
      title={title}
      size={760}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      {props.importId === null ? <Sending {...props} /> : <Reported {...props} importId={props.importId} />}
    </Modal>
  )
}

/** The first two steps: nothing exists on the server yet but uploads. */
function Sending({ project, dropped, onImport, onClose }: Props) {
  const [queue] = useState(() => new UploadQueue(door))
  const [more, setMore] = useState<Chosen[]>([])
  const chosen = merged(dropped, more)
  const [typedName, setTypedName] = useState<string | null>(null)
  const [format, setFormat] = useState<ImportFormat>('auto')
  const [isSending, setSending] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const name = typedName ?? proposedName(chosen)

  useEffect(() => () => queue.stop(), [queue])
  useEffect(() => {
    if (!isSending) return
    const warn = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', warn)
    return () => window.removeEventListener('beforeunload', warn)
  }, [isSending])

  const report = async (uploads: number[]) => {
    const wish = { project: project?.id ?? null, project_name: project ? '' : name.trim(), format, uploads }
    const made = await api.post<Import>('/api/imports/', wish)
    onImport(made.id)
  }
  const attempt = async (uploads: () => Promise<number[]>) => {
    setSending(true)
    setError(null)
    try {
      await report(await uploads())
    } catch (problem) {
      if (!(problem instanceof DOMException && problem.name === 'AbortError')) setError(problem)
    }
  }
  const { failed } = totals(queue.items)
  const hasFailed = error !== null

  if (isSending) {
    return (
      <Stack>
        <Text>{t('imports:sending')}</Text>
        <UploadList queue={queue} />
        <ProblemAlert error={error} />
        {hasFailed && failed > 0 && failed <= 3 && <Failures queue={queue} />}
        <Steps>
          <Button
            variant="default"
            onClick={() => {
              queue.stop()
              setSending(false)
              setError(null)
            }}
          >
            {t('imports:stop')}
          </Button>
          {hasFailed && failed > 0 && failed < queue.items.length && (
            <Button variant="default" onClick={() => void attempt(async () => queue.leaveOutFailed())}>
              {t('imports:leave_out', { count: failed })}
            </Button>
          )}
          {hasFailed && (
            <Button onClick={() => void attempt(() => queue.retry())}>{t('imports:again')}</Button>
          )}
        </Steps>
      </Stack>
    )
  }
  return (
    <Stack
      component="form"
      onSubmit={(event) => {
        event.preventDefault()
        void attempt(() => queue.run(chosen))
      }}
    >
      <ChooseFiles chosen={chosen} onChoose={(files) => setMore((before) => merged(before, files))} />
      {!project && (
        <TextInput
          label={t('imports:name')}
          value={name}
          onChange={(event) => setTypedName(event.currentTarget.value)}
          required
        />
      )}
      <NativeSelect
        label={t('imports:what')}
        data={FORMATS.map((value) => ({ value, label: formatName(value) }))}
        value={format}
        onChange={(event) => setFormat(event.currentTarget.value as ImportFormat)}
      />
      <Steps>
        <Button variant="default" onClick={onClose}>
          {t('shared:cancel')}
        </Button>
        <Button type="submit" disabled={!chosen.length || (!project && !name.trim())}>
          {chosen.length ? t('imports:send_n', { count: chosen.length }) : t('imports:send')}
        </Button>
      </Steps>
    </Stack>
  )
}

function Failures({ queue }: { queue: UploadQueue }) {
  return (
    <>
      {queue.items
        .filter(({ state }) => state === 'failed')
        .map(({ path, problem }) => (
          <Text key={path} size="sm" c="red.8">
            {path}: {problem}
          </Text>
        ))}
    </>
  )
}

/** The later steps: the server has the files and looks at them, then waits for a decision. */
function Reported({ importId, project: here, onImport, onClose }: Props & { importId: number }) {
  const queries = useQueryClient()
  const found = useQuery({
    queryKey: ['import', importId],
    queryFn: ({ signal }) => api.get<Import>(`/api/imports/${importId}/`, {}, signal),
    refetchInterval: ({ state }) =>
      state.data?.state === 'scanning' || state.data?.state === 'importing' ? 1500 : false,
  })
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)
  const [hasRead, setRead] = useState(false)

  const act = async (work: () => Promise<unknown>) => {
    setBusy(true)
    setError(null)
    try {
      await work()
    } catch (problem) {
      setError(problem)
    } finally {
      setBusy(false)
    }
  }
  const discard = () =>
    act(async () => {
      await api.delete(`/api/imports/${importId}/`)
      onClose()
    })
  const commit = () =>
    act(async () => {
      await api.post(`/api/imports/${importId}/commit/`)
      await queries.invalidateQueries({ queryKey: ['import', importId] })
    })

  if (found.isPending) return <Loading label={t('imports:loading')} />
  if (!found.data) {
    return (
      <>
        <ProblemAlert error={found.error} />
        <Steps>
          <Button variant="default" onClick={onClose}>
            {t('shared:close')}
          </Button>
        </Steps>
      </>
    )
  }
  const { state, report, scan, job, project } = found.data
  if (state === 'scanning') {
    return (
      <Stack>
        <Text>{t('imports:scanning')}</Text>
        <Progress jobId={scan} />
        <ProblemAlert error={error} />
        <Steps>
          <Button variant="default" loading={isBusy} onClick={() => void discard()}>
            {t('imports:discard')}
          </Button>
        </Steps>
      </Stack>
    )
  }
  if (state === 'importing') {
    return (
      <Stack>
        <Text>{t('imports:importing', { count: report?.images ?? 0 })}</Text>
        <Progress jobId={job} />
        <Steps>
          <Button variant="default" onClick={onClose}>
            {t('shared:background')}
          </Button>
        </Steps>
      </Stack>
    )
  }
  if (state === 'done') return <Done found={found.data} isHere={!!here} onClose={onClose} />
  if (state === 'failed') {
    return (
      <Stack>
        <Text>{t('imports:nothing')}</Text>
        <Progress jobId={job ?? scan} />
        <Steps>
          <Button variant="default" onClick={onClose}>
            {t('shared:close')}
          </Button>
          <Button onClick={() => onImport(null)}>{t('imports:others')}</Button>
        </Steps>
      </Stack>
    )
  }
  const mustRead = !!report?.can_commit && report.refused > 0
  return (
    <Stack>
      {report && <ImportReport report={report} />}
      {report && !report.can_commit && <ProblemAlert error={new Error(t('imports:impossible'))} />}
      {mustRead && (
        <Checkbox
          label={t('imports:without', { count: report.refused })}
          checked={hasRead}
          onChange={(event) => setRead(event.currentTarget.checked)}
        />
      )}
      <ProblemAlert error={error} />
      <Steps>
        <Button variant="default" loading={isBusy} onClick={() => void discard()}>
          {t('imports:discard')}
        </Button>
        {report?.can_commit && (
          <Button loading={isBusy} disabled={mustRead && !hasRead} onClick={() => void commit()}>
            {t(project === null ? 'imports:import_new' : 'imports:import_n', { count: report.images })}
          </Button>
        )}
      </Steps>
    </Stack>
  )
}

function Progress({ jobId }: { jobId: number | null }) {
  const { job } = useJob(jobId)
  const queries = useQueryClient()
  const [refresh] = useState(() => () => void queries.invalidateQueries({ queryKey: ['import'] }))
  useWhenEnded(job, refresh)
  return job ? <JobProgress job={job} /> : <Text c="dimmed">{t('shared:starting')}</Text>
}

function Done({ found, isHere, onClose }: { found: Import; isHere: boolean; onClose: () => void }) {
  const refresh = useRefreshProject(found.project ?? undefined)
  useEffect(() => {
    void refresh()
    // Once, when the last step is reached.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [])
  return (
    <Stack>
      <Text role="status">{t('imports:imported', { count: found.report?.images ?? 0 })}</Text>
      <Steps>
        <Button variant={isHere ? 'filled' : 'default'} onClick={onClose}>
          {t('shared:close')}
        </Button>
        {found.project !== null && !isHere && (
          <Button component={Link} to={`/projects/${found.project}`} onClick={onClose}>
            {t('imports:open')}
          </Button>
        )}
      </Steps>
    </Stack>
  )
}

const Steps = ({ children }: { children: ReactNode }) => (
  <Group justify="flex-end" gap="sm" className={styles.steps}>
    {children}
  </Group>
)
