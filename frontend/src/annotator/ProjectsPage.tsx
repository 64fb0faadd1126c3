/** All projects of this person: find one, make one, bring one, get one back. */

import { Alert, Button, Group, Loader, Pagination, Text, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconPhotoScan, IconPlus, IconSearch, IconTrash, IconUpload, IconWand } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { Link, useNavigate, useSearchParams } from 'react-router'

import { api } from '../shared/api'
import { JobDialog } from '../shared/JobDialog'
import { EmptyState, Loading, PageHeader, ProblemAlert } from '../shared/parts'
import { t } from '../shared/texts'
import type { Job, Project } from '../shared/types'
import { DropGround } from './imports/DropGround'
import type { Chosen } from './imports/files'
import { ImportDialog } from './imports/ImportDialog'
import { NewProjectDialog } from './projects/NewProjectDialog'
import { ProjectCard } from './projects/ProjectCard'
import styles from './projects/projects.module.css'
import { PROJECTS_PER_PAGE, useProjects, useRefreshProject } from './records'

export default function ProjectsPage() {
  const [params, setParams] = useSearchParams()
  const isTrash = params.get('trash') === '1'
  const search = params.get('search') ?? ''
  const page = Math.max(1, Number(params.get('page')) || 1)
  const [dialog, setDialog] = useState<'new' | 'import' | null>(null)
  const [dropped, setDropped] = useState<Chosen[]>([])
  const sample = useSample()
  const importId = Number(params.get('import')) || null

  const change = (news: Record<string, string>) =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before)
        for (const [name, value] of Object.entries(news)) {
          if (value) next.set(name, value)
          else next.delete(name)
        }
        return next
      },
      { replace: 'search' in news },
    )
  const bring = (files: Chosen[]) => {
    setDropped(files)
    setDialog('import')
  }

  const projects = useProjects(search, isTrash, page)
  const isEmpty = projects.data?.count === 0 && !search
  const buttons = (
    <>
      <Button
        variant={isEmpty ? 'filled' : 'default'}
        leftSection={<IconWand size={18} />}
        loading={sample.isBusy}
        onClick={sample.start}
      >
        {t('projects:list.sample')}
      </Button>
      <Button variant="default" leftSection={<IconUpload size={18} />} onClick={() => bring([])}>
        {t('projects:list.import')}
      </Button>
      <Button
        variant={isEmpty ? 'default' : 'filled'}
        leftSection={<IconPlus size={18} />}
        onClick={() => setDialog('new')}
      >
        {t('projects:new.title')}
      </Button>
    </>
  )
  return (
    <DropGround label={t('projects:list.drop')} onDrop={bring}>
      <PageHeader
        title={t(isTrash ? 'shared:trash' : 'projects:all')}
        back={isTrash ? { to: '/projects', label: t('projects:all') } : undefined}
        subtitle={isTrash ? t('projects:list.trash_about') : undefined}
      >
        {!isTrash && !isEmpty && buttons}
      </PageHeader>
      <ProblemAlert error={sample.error} />
      <ProjectList
        key={String(isTrash)}
        projects={projects}
        search={search}
        isTrash={isTrash}
        page={page}
        onSearch={(text) => change({ search: text, page: '' })}
        onPage={(number) => change({ page: number > 1 ? String(number) : '' })}
        firstSteps={buttons}
      />
      <NewProjectDialog isOpen={dialog === 'new'} onClose={() => setDialog(null)} />
      <ImportDialog
        isOpen={dialog === 'import' || importId !== null}
        project={null}
        dropped={dropped}
        importId={importId}
        onImport={(id) => change({ import: id ? String(id) : '' })}
        onClose={() => {
          setDialog(null)
          setDropped([])
          change({ import: '' })
        }}
      />
      <JobDialog
        jobId={sample.jobId}
        title={t('projects:list.drawing')}
        onClose={sample.close}
        onEnded={sample.ended}
      />
    </DropGround>
  )
}

function ProjectList(props: {
  projects: ReturnType<typeof useProjects>
  search: string
  isTrash: boolean
  page: number
  onSearch: (text: string) => void
  onPage: (page: number) => void
  firstSteps: ReactNode
}) {
  const { projects, search, isTrash, page } = props
  const [text, setText] = useState(search)
  const find = useDebouncedCallback(props.onSearch, 250)
  if (projects.isPending) return <Loading label={t('projects:list.loading')} />
  if (!projects.data) return <ProblemAlert error={projects.error} title={t('projects:list.not_loaded')} />
  const { results, count } = projects.data
  const isEmpty = count === 0 && !search
  const pages = Math.ceil(count / PROJECTS_PER_PAGE)
  return (
    <>
      {!isEmpty && (
        <Group mb="md" justify="space-between">
          <Group gap="sm">
            <TextInput
              aria-label={t('projects:list.search')}
              placeholder={t('projects:list.search')}
              type="search"
              leftSection={<IconSearch size={16} />}
              rightSection={projects.isFetching ? <Loader size={14} /> : null}
              value={text}
              onChange={(event) => {
                setText(event.currentTarget.value)
                find(event.currentTarget.value)
              }}
              w={300}
            />
            <Text size="sm" c="dimmed" role="status">
              {t('projects:count', { count })}
            </Text>
          </Group>
          {!isTrash && <TrashLink />}
        </Group>
      )}
      {isEmpty && isTrash && (
        <EmptyState
          icon={<IconTrash size={40} stroke={1.3} />}
          title={t('projects:list.trash_empty')}
          action={
            <Button component={Link} to="/projects" variant="default">
              {t('app:failure.back')}
            </Button>
          }
        >
          {t('projects:list.trash_what')}
        </EmptyState>
      )}
      {isEmpty && !isTrash && (
        <EmptyState
          icon={<IconPhotoScan size={44} stroke={1.3} />}
          title={t('projects:list.none')}
          action={props.firstSteps}
        >
          {t('projects:list.what')}
          <br />
          <TrashLink />
        </EmptyState>
      )}
      {count === 0 && search && (
        <EmptyState
          title={t('projects:list.not_found')}
          action={
            <Button
              onClick={() => {
                setText('')
                props.onSearch('')
              }}
            >
              {t('shared:show_all')}
            </Button>
          }
        >
          {t('projects:list.not_found_what', { search })}
        </EmptyState>
      )}
      <div className={styles.grid}>
        {results.map((project) => (
          <ProjectCard
            key={project.id}
            project={project}
            action={isTrash ? <RestoreButton project={project} /> : undefined}
          />
        ))}
      </div>
      {pages > 1 && (
        <Group justify="center" mt="lg">
          <Pagination
            total={pages}
            value={page}
            onChange={props.onPage}
            getControlProps={(control) => ({
              'aria-label': t(control === 'previous' ? 'shared:page_before' : 'shared:page_after'),
            })}
            getItemProps={(n) => ({ 'aria-label': t('shared:page_n', { number: n }) })}
          />
        </Group>
      )}
    </>
  )
}

const TrashLink = () => <Link to="/projects?trash=1">{t('shared:trash')}</Link>

function RestoreButton({ project }: { project: Project }) {
  const refresh = useRefreshProject(project.id)
  const [error, setError] = useState<unknown>(null)
  if (project.role !== 'owner') return <Alert p="xs">{t('projects:list.only_owner')}</Alert>
  const restore = () =>
    api
      .post(`/api/projects/${project.id}/restore/`)
      .then(() => refresh())
      .catch(setError)
  return (
    <>
      <Button variant="light" size="compact-sm" onClick={() => void restore()}>
        {t('shared:restore')}
      </Button>
      <ProblemAlert error={error} />
    </>
  )
}

/** The drawn project with which everything can be tried. */
function useSample() {
  const [jobId, setJobId] = useState<number | null>(null)
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const navigate = useNavigate()
  const start = () => {
    setBusy(true)
    setError(null)
    api
      .post<Job>('/api/sample/')
      .then((job) => setJobId(job.id))
      .catch(setError)
      .finally(() => setBusy(false))
  }
  const ended = (job: Job) => {
    const project = job.result.project
    if (job.status === 'finished' && project) void navigate(`/projects/${String(project)}`)
  }
  return { start, ended, jobId, isBusy, error, close: () => setJobId(null) }
}
