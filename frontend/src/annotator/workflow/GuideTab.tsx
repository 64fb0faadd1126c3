/** The guide on its project's page: everybody reads it, an owner writes it and chooses its pictures. */

import { ActionIcon, Button, Group, Stack, Text, Textarea, Tooltip } from '@mantine/core'
import {
  IconArrowLeft,
  IconArrowRight,
  IconBook2,
  IconCrop,
  IconPencil,
  IconPhotoUp,
  IconTrash,
} from '@tabler/icons-react'
import { useRef, useState } from 'react'

import { api } from '../../shared/api'
import { ago } from '../../shared/format'
import { EmptyState, Loading, ProblemAlert } from '../../shared/parts'
import { t } from '../../shared/texts'
import type { Example, Guide, Project } from '../../shared/types'
import { isOwner } from '../records'
import { ChangeExample, NewPicture, NewRegion } from './ExampleDialogs'
import { GuideView, nameOf } from './GuideView'
import { Markup } from './Markup'
import { hasGuide, useGuide, useRefreshGuide } from './records'
import css from './workflow.module.css'

type Dialog =
  { kind: 'region' } | { kind: 'picture'; file: File } | { kind: 'change'; example: Example } | null

export function GuideTab({ project }: { project: Project }) {
  const guide = useGuide(project.id)
  const [isWriting, setWriting] = useState(false)
  if (guide.isPending) return <Loading label={t('workflow:guide.tab')} />
  if (!guide.data) return <ProblemAlert error={guide.error} />
  if (isWriting) return <Writing project={project} guide={guide.data} onDone={() => setWriting(false)} />
  if (!hasGuide(guide.data)) {
    return (
      <EmptyState
        icon={<IconBook2 size={44} stroke={1.3} />}
        title={t('workflow:guide.none_title')}
        action={
          isOwner(project) && (
            <>
              <Button onClick={() => setWriting(true)}>{t('workflow:guide.write')}</Button>
              <ExampleButtons project={project} />
            </>
          )
        }
      >
        {isOwner(project) ? t('workflow:guide.none_owner') : t('workflow:guide.none_other')}
      </EmptyState>
    )
  }
  return <Reading project={project} guide={guide.data} onWrite={() => setWriting(true)} />
}

function Reading(props: { project: Project; guide: Guide; onWrite: () => void }) {
  const { project, guide } = props
  const { changed_at, changed_by } = guide
  return (
    <Stack gap="md" maw={960}>
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {changed_at && t('workflow:guide.changed', { when: ago(changed_at), name: changed_by ?? '–' })}
        </Text>
        {isOwner(project) && (
          <Group gap="xs">
            <Button variant="default" leftSection={<IconPencil size={17} />} onClick={props.onWrite}>
              {guide.text.trim() ? t('workflow:guide.edit') : t('workflow:guide.write')}
            </Button>
            <ExampleButtons project={project} />
          </Group>
        )}
      </Group>
      <div className={css.sheet}>
        <GuideView
          guide={guide}
          headingFrom={2}
          tools={
            isOwner(project)
              ? (example, place) => (
                  <ExampleTools
                    project={project}
                    example={example}
                    place={place}
                    isLast={place === guide.examples.length - 1}
                  />
                )
              : undefined
          }
        />
      </div>
    </Stack>
  )
}

/** The two ways to a picture. */
function ExampleButtons({ project }: { project: Project }) {
  const [dialog, setDialog] = useState<Dialog>(null)
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      {project.image_count > 0 && (
        <Button
          variant="default"
          leftSection={<IconCrop size={17} />}
          onClick={() => setDialog({ kind: 'region' })}
        >
          {t('workflow:guide.add_region')}
        </Button>
      )}
      <Button
        variant="default"
        leftSection={<IconPhotoUp size={17} />}
        onClick={() => input.current?.click()}
      >
        {t('workflow:guide.add_picture')}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        accept="image/jpeg,image/png,image/webp,image/tiff,image/bmp"
        aria-label={t('workflow:guide.add_picture')}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0]
          event.currentTarget.value = ''
          if (file) setDialog({ kind: 'picture', file })
        }}
      />
      <NewRegion project={project} isOpen={dialog?.kind === 'region'} onClose={() => setDialog(null)} />
      <NewPicture
        project={project}
        file={dialog?.kind === 'picture' ? dialog.file : null}
        onClose={() => setDialog(null)}
      />
    </>
  )
}

function ExampleTools(props: { project: Project; example: Example; place: number; isLast: boolean }) {
  const { project, example, place, isLast } = props
  const refresh = useRefreshGuide(project.id)
  const [isChanging, setChanging] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const caption = nameOf(example)
  const move = async (to: number) => {
    setBusy(true)
    await api.patch(`/api/examples/${example.id}/`, { place: to }).catch(() => {})
    await refresh()
    setBusy(false)
  }
  const steps = [
    {
      to: place - 1,
      label: t('workflow:guide.earlier', { caption }),
      Icon: IconArrowLeft,
      isOff: place === 0,
    },
    { to: place + 1, label: t('workflow:guide.later', { caption }), Icon: IconArrowRight, isOff: isLast },
  ]
  return (
    <>
      {steps.map(({ to, label, Icon, isOff }) => (
        <Tooltip key={to} label={label}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={label}
            disabled={isOff || isBusy}
            onClick={() => void move(to)}
          >
            <Icon size={16} />
          </ActionIcon>
        </Tooltip>
      ))}
      <Tooltip label={t('workflow:guide.change')}>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t('workflow:guide.change_example', { caption })}
          onClick={() => setChanging(true)}
        >
          <IconPencil size={16} />
        </ActionIcon>
      </Tooltip>
      <ChangeExample
        project={project}
        example={isChanging ? example : null}
        onClose={() => setChanging(false)}
        removeIcon={<IconTrash size={16} />}
      />
    </>
  )
}

function Writing(props: { project: Project; guide: Guide; onDone: () => void }) {
  const { project, guide, onDone } = props
  const [text, setText] = useState(guide.text)
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const refresh = useRefreshGuide(project.id)
  const save = async () => {
    setBusy(true)
    setError(null)
    try {
      await api.patch(`/api/projects/${project.id}/guide/`, { text })
      await refresh()
      onDone()
    } catch (problem) {
      setError(problem)
      setBusy(false)
    }
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <div className={css.writing}>
        <Textarea
          label={t('workflow:guide.text')}
          description={t('workflow:guide.marks')}
          placeholder={t('workflow:guide.placeholder')}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          autosize
          minRows={14}
          maxRows={26}
          maxLength={20_000}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 14 } }}
          data-autofocus
          autoFocus
        />
        <section aria-label={t('workflow:guide.preview')}>
          <Text size="sm" fw={500} mb={4}>
            {t('workflow:guide.preview')}
          </Text>
          <div className={css.sheet}>
            <Markup text={text} headingFrom={2} />
          </div>
        </section>
      </div>
      <ProblemAlert error={error} />
      <Group mt="md">
        <Button type="submit" loading={isBusy}>
          {t('workflow:guide.save')}
        </Button>
        <Button variant="default" onClick={onDone}>
          {t('workflow:guide.cancel')}
        </Button>
      </Group>
    </form>
  )
}
