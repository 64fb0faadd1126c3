/** Bringing photos in, step by step: choose, send, read the report, take it or leave it. */

import { Button, Checkbox, Group, Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { Link } from 'react-router'

import { api } from '../../shared/api'
import { plural } from '../../shared/format'
import { useJob, useWhenEnded } from '../../shared/jobs'
import { JobProgress, Loading, ProblemAlert } from '../../shared/parts'
import type { Import, ImportFormat, Project } from '../../shared/types'
import { useRefreshProject } from '../records'
import { ChooseFiles } from './ChooseFiles'
import { door } from './door'
import { type Chosen, merged, proposedName } from './files'
import { ImportReport } from './ImportReport'
import { totals, UploadQueue } from './queue'
import styles from './imports.module.css'
import { FORMATS } from './report'
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
  const title = props.project ? `Add photos to ${props.project.name}` : 'Import a project'
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
        <Text>Sending the files. Nothing is imported before you have read the report.</Text>
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
            Stop
          </Button>
          {hasFailed && failed > 0 && failed < queue.items.length && (
            <Button variant="default" onClick={() => void attempt(async () => queue.leaveOutFailed())}>
              Leave out {plural(failed, 'file')}
            </Button>
          )}
          {hasFailed && <Button onClick={() => void attempt(() => queue.retry())}>Try again</Button>}
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
          label="Name of the new project"
          value={name}
          onChange={(event) => setTypedName(event.currentTarget.value)}
          required
        />
      )}
      <NativeSelect
        label="What the files are"
        data={FORMATS}
        value={format}
        onChange={(event) => setFormat(event.currentTarget.value as ImportFormat)}
      />
      <Steps>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" disabled={!chosen.length || (!project && !name.trim())}>
          {chosen.length ? `Send ${plural(chosen.length, 'file')}` : 'Send'}
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

  if (found.isPending) return <Loading label="Loading the report" />
  if (!found.data) {
    return (
      <>
        <ProblemAlert error={found.error} />
        <Steps>
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
        </Steps>
      </>
    )
  }
  const { state, report, scan, job, project } = found.data
  if (state === 'scanning') {
    return (
      <Stack>
        <Text>Looking at the files. Nothing is imported yet.</Text>
        <Progress jobId={scan} />
        <ProblemAlert error={error} />
        <Steps>
          <Button variant="default" loading={isBusy} onClick={() => void discard()}>
            Discard
          </Button>
        </Steps>
      </Stack>
    )
  }
  if (state === 'importing') {
    return (
      <Stack>
        <Text>
          Importing {report ? plural(report.images, 'photo') : ''}. You may go on with other things.
        </Text>
        <Progress jobId={job} />
        <Steps>
          <Button variant="default" onClick={onClose}>
            Go on in the background
          </Button>
        </Steps>
      </Stack>
    )
  }
  if (state === 'done') return <Done found={found.data} isHere={!!here} onClose={onClose} />
  if (state === 'failed') {
    return (
      <Stack>
        <Text>Nothing was imported.</Text>
        <Progress jobId={job ?? scan} />
        <Steps>
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
          <Button onClick={() => onImport(null)}>Choose other files</Button>
        </Steps>
      </Stack>
    )
  }
  const mustRead = !!report?.can_commit && report.refused > 0
  return (
    <Stack>
      {report && <ImportReport report={report} />}
      {report && !report.can_commit && (
        <ProblemAlert
          error={new Error('These files cannot be imported as they are. The reasons are above.')}
        />
      )}
      {mustRead && (
        <Checkbox
          label={`Import without the ${plural(report.refused, 'refused file')}`}
          checked={hasRead}
          onChange={(event) => setRead(event.currentTarget.checked)}
        />
      )}
      <ProblemAlert error={error} />
      <Steps>
        <Button variant="default" loading={isBusy} onClick={() => void discard()}>
          Discard
        </Button>
        {report?.can_commit && (
          <Button loading={isBusy} disabled={mustRead && !hasRead} onClick={() => void commit()}>
            Import {plural(report.images, 'photo')}
            {project === null ? ' as a new project' : ''}
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
  return job ? <JobProgress job={job} /> : <Text c="dimmed">Starting …</Text>
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
      <Text role="status">Imported {plural(found.report?.images ?? 0, 'photo')}.</Text>
      <Steps>
        <Button variant={isHere ? 'filled' : 'default'} onClick={onClose}>
          Close
        </Button>
        {found.project !== null && !isHere && (
          <Button component={Link} to={`/projects/${found.project}`} onClick={onClose}>
            Open the project
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
