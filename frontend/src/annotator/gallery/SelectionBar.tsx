/** What can be done with the selected photos. */

import { Button, Group, Modal, Stack, TagsInput, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'

import { api } from '../../shared/api'
import { plural } from '../../shared/format'
import { ConfirmButton, ProblemAlert } from '../../shared/parts'
import type { Image, Project } from '../../shared/types'
import { isOwner, tagName, useRefreshProject } from '../records'
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
            {plural(done.length, 'photo')} moved to the trash
            <Button
              variant="subtle"
              size="compact-sm"
              onClick={() => {
                notifications.hide(id)
                void restore(done)
              }}
            >
              Undo
            </Button>
          </Group>
        ),
      })
    }
    await finish(error)
  }
  return (
    <Group gap="sm" role="toolbar" aria-label="Selected photos">
      <Text size="sm" fw={600}>
        {plural(selected.length, 'photo')} selected
      </Text>
      {isTrash ? (
        <Button variant="light" size="compact-sm" onClick={() => void restore(selected)}>
          Restore
        </Button>
      ) : (
        <Button variant="light" size="compact-sm" onClick={() => setTagging(true)}>
          Tag
        </Button>
      )}
      {!isTrash && isOwner(project) && (
        <ConfirmButton
          label="Delete"
          size="compact-sm"
          variant="light"
          question={`Delete ${plural(selected.length, 'photo')}?`}
          explanation="They go to the trash of this project, with their masks, and can be restored."
          confirm="Delete"
          onConfirm={remove}
        />
      )}
      <Button variant="subtle" size="compact-sm" onClick={props.onPage}>
        Select the whole page
      </Button>
      <Button variant="subtle" size="compact-sm" onClick={props.onClear}>
        Select none
      </Button>
      <Modal
        opened={isTagging}
        onClose={() => setTagging(false)}
        title={`Tag ${plural(selected.length, 'photo')}`}
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
      <TagsInput label="Add tags" data={props.known} value={added} onChange={setAdded} data-autofocus />
      {present.length > 0 && (
        <TagsInput
          label="Remove tags"
          data={present}
          value={removed}
          onChange={(tags) => setRemoved(tags.filter((tag) => present.includes(tag)))}
        />
      )}
      <ProblemAlert error={error} />
      <Group justify="flex-end">
        <Button loading={isBusy} disabled={!added.length && !removed.length} onClick={() => void save()}>
          Save
        </Button>
      </Group>
    </Stack>
  )
}
