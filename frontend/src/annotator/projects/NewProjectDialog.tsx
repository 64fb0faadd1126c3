/** Making an empty project with its classes. */

import { Button, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useNavigate } from 'react-router'

import { api, Problem } from '../../shared/api'
import { ProblemAlert } from '../../shared/parts'
import { t } from '../../shared/texts'
import type { Project } from '../../shared/types'
import { useRefreshProject } from '../records'
import { ClassRows } from './ClassRows'
import { type ClassDraft, complaints, freshClass, NEUTRAL } from './palette'

export function NewProjectDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <Modal opened={isOpen} onClose={onClose} title={t('projects:new.title')} size="lg">
      <NewProjectForm onClose={onClose} />
    </Modal>
  )
}

function NewProjectForm({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('')
  const [description, setDescription] = useState('')
  const [drafts, setDrafts] = useState<ClassDraft[]>([freshClass([], t('projects:classes.example'))])
  const [hasNeutral, setNeutral] = useState(true)
  const [isChecked, setChecked] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const refresh = useRefreshProject()
  const navigate = useNavigate()

  const make = async () => {
    setChecked(true)
    setError(null)
    if (!name.trim() || complaints(drafts, hasNeutral).some(Boolean)) return
    setBusy(true)
    const classes = [
      ...drafts.map((draft) => ({ ...draft, name: draft.name.trim() })),
      ...(hasNeutral ? [NEUTRAL] : []),
    ]
    try {
      const project = await api.post<Project>('/api/projects/', { name: name.trim(), description, classes })
      await refresh()
      void navigate(`/projects/${project.id}`)
    } catch (problem) {
      setError(problem)
      setBusy(false)
    }
  }

  const nameProblem = error instanceof Problem && error.at === 'name' ? error.message : null
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void make()
      }}
    >
      <Stack gap="md">
        <TextInput
          label={t('shared:name')}
          placeholder={t('projects:new.example')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={nameProblem ?? (isChecked && !name.trim() ? t('projects:new.needs_name') : null)}
          data-autofocus
          required
        />
        <Textarea
          label={t('shared:description')}
          description={t('projects:new.description')}
          value={description}
          onChange={(event) => setDescription(event.currentTarget.value)}
          autosize
          minRows={2}
        />
        <ClassRows
          drafts={drafts}
          hasNeutral={hasNeutral}
          isChecked={isChecked}
          onDrafts={setDrafts}
          onNeutral={setNeutral}
        />
        {!nameProblem && <ProblemAlert error={error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('shared:cancel')}
          </Button>
          <Button type="submit" loading={isBusy}>
            {t('projects:new.create')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
