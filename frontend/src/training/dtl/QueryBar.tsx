/** Which query is open: saved ones, templates, and the project it reads. */

import { Button, Group, Modal, Select, TextInput } from '@mantine/core'
import { IconDeviceFloppy } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'

import { api } from '../../shared/api'
import { ConfirmButton, ProblemAlert } from '../../shared/parts'
import { type ProjectName, type SavedQuery } from './records'

export function QueryBar(props: {
  text: string
  saved: readonly SavedQuery[]
  templates: readonly { name: string; text: string }[]
  /** The saved query that is open, if any. */
  openId: number | null
  onOpen: (text: string, id: number | null) => void
  projects: readonly ProjectName[]
  source: string | null
  onSource: (project: string) => void
}) {
  const { text, saved, templates } = props
  const queries = useQueryClient()
  const [isNaming, setNaming] = useState(false)
  const open = saved.find((one) => one.id === props.openId) ?? null
  const isChanged = open ? open.text !== text : true
  const refresh = () => queries.invalidateQueries({ queryKey: ['queries'] })

  const update = useMutation({
    mutationFn: (id: number) => api.patch<SavedQuery>(`/api/queries/${id}/`, { text }),
    onSuccess: refresh,
  })
  const known = props.projects.map((project) => project.name)
  return (
    <>
      <Group gap="sm" align="flex-end" mb="sm" wrap="nowrap">
        <Select
          label="Query"
          placeholder="Not saved yet"
          w={250}
          value={open ? `saved-${open.id}` : null}
          searchable
          allowDeselect={false}
          nothingFoundMessage="No query is called that."
          data={[
            { group: 'Saved', items: saved.map((one) => ({ value: `saved-${one.id}`, label: one.name })) },
            {
              group: 'Templates',
              items: templates.map((one, index) => ({ value: `template-${index}`, label: one.name })),
            },
          ].filter((group) => group.items.length)}
          onChange={(value) => {
            const [kind, id] = (value ?? '').split('-')
            if (kind === 'saved') {
              const one = saved.find((query) => query.id === Number(id))
              if (one) props.onOpen(one.text, one.id)
            }
            if (kind === 'template') props.onOpen(templates[Number(id)]!.text, null)
          }}
        />
        <Button
          variant="default"
          leftSection={<IconDeviceFloppy size={16} />}
          loading={update.isPending}
          disabled={!isChanged}
          onClick={() => (open ? update.mutate(open.id) : setNaming(true))}
        >
          Save
        </Button>
        <Button variant="default" onClick={() => setNaming(true)}>
          Save as…
        </Button>
        {open && (
          <ConfirmButton
            label="Delete"
            question={`Delete the saved query "${open.name}"?`}
            explanation="The text stays in the editor until you leave the page. Projects made with it stay too."
            confirm="Delete"
            onConfirm={async () => {
              await api.delete(`/api/queries/${open.id}/`)
              props.onOpen(text, null)
              await refresh()
            }}
          />
        )}
        <Select
          label="Source project"
          placeholder={props.source ? `${props.source} (not found)` : 'Choose a project'}
          ml="auto"
          w={280}
          searchable
          allowDeselect={false}
          nothingFoundMessage={known.length ? 'No project is called that.' : 'Import photos first.'}
          value={props.source !== null && known.includes(props.source) ? props.source : null}
          data={known}
          onChange={(name) => name !== null && props.onSource(name)}
        />
      </Group>
      <ProblemAlert error={update.error} />
      {isNaming && (
        <NameDialog
          text={text}
          name={open?.name ?? ''}
          onClose={() => setNaming(false)}
          onSaved={async (query) => {
            await refresh()
            props.onOpen(query.text, query.id)
            setNaming(false)
          }}
        />
      )}
    </>
  )
}

function NameDialog(props: {
  text: string
  name: string
  onClose: () => void
  onSaved: (query: SavedQuery) => Promise<void>
}) {
  const [name, setName] = useState(props.name)
  const save = useMutation({
    mutationFn: () => api.post<SavedQuery>('/api/queries/', { name: name.trim(), text: props.text }),
    onSuccess: props.onSaved,
  })
  return (
    <Modal opened onClose={props.onClose} title="Save the query" centered>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <TextInput
          label="Name"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
          required
        />
        <ProblemAlert error={save.error} />
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={props.onClose}>
            Close
          </Button>
          <Button type="submit" loading={save.isPending} disabled={!name.trim()}>
            Save
          </Button>
        </Group>
      </form>
    </Modal>
  )
}
