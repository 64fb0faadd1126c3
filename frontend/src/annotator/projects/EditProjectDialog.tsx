/** A project's name and description. */

import { Button, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'

import { api } from '../../shared/api'
import { ProblemAlert } from '../../shared/parts'
import { t } from '../../shared/texts'
import type { Project } from '../../shared/types'
import { useRefreshProject } from '../records'

export function EditProjectDialog(props: { project: Project; isOpen: boolean; onClose: () => void }) {
  return (
    <Modal opened={props.isOpen} onClose={props.onClose} title={t('projects:edit.title')}>
      <EditForm project={props.project} onClose={props.onClose} />
    </Modal>
  )
}

function EditForm({ project, onClose }: { project: Project; onClose: () => void }) {
  const [name, setName] = useState(project.name)
  const [description, setDescription] = useState(project.description)
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const refresh = useRefreshProject(project.id)
  const save = async () => {
    setBusy(true)
    setError(null)
    try {
      await api.patch(`/api/projects/${project.id}/`, { name: name.trim(), description })
      await refresh()
      onClose()
    } catch (problem) {
      setError(problem)
      setBusy(false)
    }
  }
  return (
    <Stack
      component="form"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <TextInput
        label={t('shared:name')}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        required
        data-autofocus
      />
      <Textarea
        label={t('shared:description')}
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
        autosize
        minRows={3}
      />
      <ProblemAlert error={error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t('shared:cancel')}
        </Button>
        <Button type="submit" loading={isBusy} disabled={!name.trim()}>
          {t('shared:save')}
        </Button>
      </Group>
    </Stack>
  )
}
