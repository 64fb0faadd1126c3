/** What can be done with the selected photos. */

import { Button, Group, Modal, Stack, TagsInput, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'

import { api } from '../../shared/api'
import { ConfirmButton, ProblemAlert } from '../../shared/parts'
import { t } from '../../shared/texts'
import type { Image, Project } from '../../shared/types'
import { canEdit, isOwner, tagName, useRefreshProject } from '../records'
import { BulkMoves } from '../workflow/BulkMoves'
import { each } from './selection'

export function SelectionBar(props: {
  project: Project
  selected: Image[]
  isTrash: boolean
  tags: string[]
  onPage: () => void
  onClear: () => void
}) {
  const { project, selected, isTrash } = props
  const refresh = useRefreshProject(project.id)
  const [isTagging, setTagging] = useState(false)

  const finish = async (error: unknown) => {
    await refresh()
    if (error) throw error
    props.onClear()
  }
  const restore = async (images: Image[]) => {
    const { error } = await each(images, ({ id }) => api.post(`/api/images/${id}/restore/`))
    await finish(error)
  }
  const remove = async () => {
    const { done, error } = await each(selected, ({ id }) => api.delete(`/api/images/${id}/`))
    if (done.length) {
      const id = notifications.show({
        autoClose: 10_000,
        message: (
          <Group justify="space-between">
            {t('gallery:trashed', { count: done.length })}
            <Button
              variant="subtle"
              size="compact-sm"
              onClick={() => {
                notifications.hide(id)
                void restore(done)
              }}
            >
              {t('shared:undo')}
            </Button>
          </Group>
        ),
      })
    }
    await finish(error)
  }
  return (
    <Group gap="sm" role="toolbar" aria-label={t('gallery:selection')}>
      <Text size="sm" fw={600}>
        {t('gallery:selected', { count: selected.length })}
      </Text>
      {isTrash ? (
        <Button variant="light" size="compact-sm" onClick={() => void restore(selected)}>
          {t('shared:restore')}
        </Button>
      ) : (
        <Button variant="light" size="compact-sm" onClick={() => setTagging(true)}>
          {t('gallery:tag')}
        </Button>
      )}
      {!isTrash && canEdit(project) && (
        <BulkMoves project={project} selected={selected} onDone={props.onClear} />
      )}
      {!isTrash && isOwner(project) && (
        <ConfirmButton
          label={t('shared:delete')}
          size="compact-sm"
          variant="light"
          question={t('gallery:delete_question', { count: selected.length })}
          explanation={t('gallery:delete_about', { count: selected.length })}
          confirm={t('shared:delete')}
          onConfirm={remove}
        />
      )}
      <Button variant="subtle" size="compact-sm" onClick={props.onPage}>
        {t('gallery:select_page')}
      </Button>
      <Button variant="subtle" size="compact-sm" onClick={props.onClear}>
        {t('gallery:select_none')}
      </Button>
      <Modal
        opened={isTagging}
        onClose={() => setTagging(false)}
        title={t('gallery:tag_title', { count: selected.length })}
      >
        <TagForm
          selected={selected}
          known={props.tags}
          onDone={async () => {
            setTagging(false)
            await refresh()
          }}
        />
      </Modal>
    </Group>
  )
}

function TagForm(props: { selected: Image[]; known: string[]; onDone: () => Promise<void> }) {
  const present = [...new Set(props.selected.flatMap(({ tags }) => tags.map(tagName)))]
  const [added, setAdded] = useState<string[]>([])
  const [removed, setRemoved] = useState<string[]>([])
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const save = async () => {
    setBusy(true)
    const result = await each(props.selected, (image) => {
      const kept = image.tags.filter((tag) => !removed.includes(tagName(tag)))
      const names = kept.map(tagName)
      return api.patch(`/api/images/${image.id}/`, {
        tags: [...kept, ...added.filter((tag) => !names.includes(tag))],
      })
    })
    setBusy(false)
    setError(result.error)
    if (!result.error) await props.onDone()
  }
  return (
    <Stack>
      <TagsInput
        label={t('gallery:add_tags')}
        data={props.known}
        value={added}
        onChange={setAdded}
        data-autofocus
      />
      {present.length > 0 && (
        <TagsInput
          label={t('gallery:remove_tags')}
          data={present}
          value={removed}
          onChange={(tags) => setRemoved(tags.filter((tag) => present.includes(tag)))}
        />
      )}
      <ProblemAlert error={error} />
      <Group justify="flex-end">
        <Button loading={isBusy} disabled={!added.length && !removed.length} onClick={() => void save()}>
          {t('shared:save')}
        </Button>
      </Group>
    </Stack>
  )
}
