/** One project: its photos, classes, members, and where it comes from. */

import { ActionIcon, Alert, Button, Group, Menu, Modal, Tabs, Text } from '@mantine/core'
import {
  IconBinaryTree2,
  IconDots,
  IconGitFork,
  IconPhotoPlus,
  IconSchool,
  IconStack2,
} from '@tabler/icons-react'
import { useState } from 'react'
import { Link, useNavigate, useParams, useSearchParams } from 'react-router'

import { api } from '../shared/api'
import { Loading, PageHeader, ProblemAlert } from '../shared/parts'
import { t } from '../shared/texts'
import type { Project, QueryCheck } from '../shared/types'
import { Gallery } from './gallery/Gallery'
import { DropGround } from './imports/DropGround'
import type { Chosen } from './imports/files'
import { ImportDialog } from './imports/ImportDialog'
import { MembersTab } from './members/MembersTab'
import { AboutTab } from './projects/AboutTab'
import { ClassesTab } from './projects/ClassesTab'
import { EditProjectDialog } from './projects/EditProjectDialog'
import { ExportMenu } from './projects/ExportMenu'
import { splitNote } from './projects/lineage'
import styles from './projects/projects.module.css'
import { Story } from './projects/Story'
import { canEdit, isOwner, useProject, useRefreshProject } from './records'
import { GuideTab } from './workflow/GuideTab'

const TABS = ['photos', 'classes', 'guide', 'members', 'about'] as const
type Tab = (typeof TABS)[number]

export default function ProjectPage() {
  const id = Number(useParams().projectId)
  const project = useProject(id)
  if (project.isPending) return <Loading label={t('projects:loading_project')} />
  // A refresh that fails, offline for example, takes nothing away that is shown.
  if (!project.data) {
    return (
      <>
        <PageHeader title={t('projects:one')} back={{ to: '/projects', label: t('projects:all') }} />
        <ProblemAlert error={project.error} />
      </>
    )
  }
  return <Opened key={id} project={project.data} />
}

function Opened({ project }: { project: Project }) {
  const [params, setParams] = useSearchParams()
  const tab = TABS.find((name) => name === params.get('tab')) ?? 'photos'
  const importId = Number(params.get('import')) || null
  const [isAdding, setAdding] = useState(false)
  const [dropped, setDropped] = useState<Chosen[]>([])

  const add = (files: Chosen[] = []) => {
    setDropped(files)
    setAdding(true)
  }
  const setImport = (id: number | null) =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before)
        if (id) next.set('import', String(id))
        else next.delete('import')
        return next
      },
      { replace: true },
    )
  // Each tab has an address of its own; the filters of the gallery belong to the gallery.
  const setTab = (next: Tab) => setParams(next === 'photos' ? {} : { tab: next })
  return (
    <DropGround
      label={t('projects:drop', { name: project.name })}
      isOff={!canEdit(project) || isAdding}
      onDrop={add}
    >
      <PageHeader
        title={project.name}
        back={{ to: '/projects', label: t('projects:all') }}
        subtitle={
          <Group gap="md">
            <span>
              {project.image_count
                ? t('projects:annotated', { annotated: project.annotated_count, count: project.image_count })
                : t('projects:no_photos')}
            </span>
            {(project.made_by ?? project.lineage.kind) && <Story project={project} />}
          </Group>
        }
      >
        <Actions project={project} onAdd={() => add()} />
      </PageHeader>
      <SplitRemark project={project} />
      <Tabs value={tab} onChange={(next) => setTab(next as Tab)} keepMounted={false}>
        {project.image_count > 0 && <Uses project={project} />}
        <Tabs.List mb="sm" className={styles.tabs}>
          <Tabs.Tab value="photos">{t('projects:photos')}</Tabs.Tab>
          <Tabs.Tab value="classes">{t('shared:classes')}</Tabs.Tab>
          <Tabs.Tab value="guide">{t('workflow:guide.tab')}</Tabs.Tab>
          <Tabs.Tab value="members">{t('projects:members')}</Tabs.Tab>
          <Tabs.Tab value="about">{t('projects:about.tab')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="photos">
          <Gallery project={project} onAdd={() => add()} />
        </Tabs.Panel>
        <Tabs.Panel value="classes" pt="xs">
          <ClassesTab project={project} />
        </Tabs.Panel>
        <Tabs.Panel value="guide" pt="xs">
          <GuideTab project={project} />
        </Tabs.Panel>
        <Tabs.Panel value="members" pt="xs">
          <MembersTab project={project} />
        </Tabs.Panel>
        <Tabs.Panel value="about" pt="xs">
          <AboutTab project={project} />
        </Tabs.Panel>
      </Tabs>
      <ImportDialog
        isOpen={isAdding || importId !== null}
        project={project}
        dropped={dropped}
        importId={importId}
        onImport={setImport}
        onClose={() => {
          setAdding(false)
          setDropped([])
          setImport(null)
        }}
      />
    </DropGround>
  )
}

function Actions({ project, onAdd }: { project: Project; onAdd: () => void }) {
  const [dialog, setDialog] = useState<'edit' | 'delete' | null>(null)
  const hasPhotos = project.image_count > 0
  return (
    <>
      {canEdit(project) && (
        <Button
          variant={hasPhotos ? 'default' : 'filled'}
          leftSection={<IconPhotoPlus size={18} />}
          onClick={onAdd}
        >
          {t('projects:add_photos')}
        </Button>
      )}
      <ExportMenu project={project} />
      {isOwner(project) && (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="default" size={36} aria-label={t('projects:more')}>
              <IconDots size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => setDialog('edit')}>{t('projects:edit.menu')}</Menu.Item>
            <Menu.Item color="red" onClick={() => setDialog('delete')}>
              {t('shared:delete')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      <EditProjectDialog project={project} isOpen={dialog === 'edit'} onClose={() => setDialog(null)} />
      <DeleteDialog project={project} isOpen={dialog === 'delete'} onClose={() => setDialog(null)} />
    </>
  )
}

/** What comes after annotating: each opens its page with this project chosen. */
function Uses({ project }: { project: Project }) {
  return (
    <Group gap={4} className={styles.uses} role="group" aria-label={t('projects:use.title')}>
      {USES.map(({ to, label, Icon }) => (
        <Button
          key={to}
          component={Link}
          to={`${to}?project=${project.id}`}
          variant="subtle"
          size="compact-sm"
          leftSection={<Icon size={17} stroke={1.6} />}
        >
          {t(`projects:use.${label}`)}
        </Button>
      ))}
    </Group>
  )
}

const USES = [
  { to: '/dtl', label: 'dtl', Icon: IconBinaryTree2 },
  { to: '/training', label: 'training', Icon: IconSchool },
  { to: '/predict', label: 'predict', Icon: IconStack2 },
] as const

function DeleteDialog(props: { project: Project; isOpen: boolean; onClose: () => void }) {
  const { project } = props
  const navigate = useNavigate()
  const refresh = useRefreshProject()
  const [error, setError] = useState<unknown>(null)
  const remove = async () => {
    try {
      await api.delete(`/api/projects/${project.id}/`)
      await navigate('/projects')
      await refresh()
    } catch (problem) {
      setError(problem)
    }
  }
  return (
    <Modal
      opened={props.isOpen}
      onClose={props.onClose}
      title={t('projects:delete_question', { name: project.name })}
      centered
    >
      <Text mb="md">{t('projects:delete_about', { count: project.image_count })}</Text>
      <ProblemAlert error={error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={props.onClose}>
          {t('shared:keep')}
        </Button>
        <Button color="red" onClick={() => void remove()}>
          {t('shared:delete')}
        </Button>
      </Group>
    </Modal>
  )
}

/** What a query hides that splits after cutting, and the way out. */
function SplitRemark({ project }: { project: Project }) {
  const note = splitNote(project.lineage)
  const navigate = useNavigate()
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)
  if (!note) return null
  const repair = async () => {
    setBusy(true)
    setError(null)
    try {
      // The server knows the repaired query: the same text, with the split by source photo.
      let text = note.query
      for (;;) {
        const { notes } = await api.post<QueryCheck>('/api/dtl/check/', { text })
        const fixed = notes[0]?.fix.text
        if (!fixed || fixed === text) break
        text = fixed
      }
      void navigate('/dtl', { state: { text } })
    } catch (problem) {
      setError(problem)
      setBusy(false)
    }
  }
  return (
    <Alert
      icon={<IconGitFork size={18} />}
      color="yellow"
      mb="md"
      title={t('projects:split.remark')}
      styles={{ title: { color: 'var(--mantine-color-text)' } }}
    >
      <Group justify="space-between" wrap="nowrap" align="flex-end">
        <Text size="sm">{note.text}</Text>
        <Button
          variant="white"
          size="compact-sm"
          loading={isBusy}
          onClick={() => void repair()}
          style={{ flexShrink: 0 }}
        >
          {t('projects:split.repair')}
        </Button>
      </Group>
      <ProblemAlert error={error} />
    </Alert>
  )
}
