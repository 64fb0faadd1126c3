/** Which query is open: saved ones, templates, and the project it reads. */

import { Button, Group, Select } from '@mantine/core'
import { IconDeviceFloppy } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'

import { api } from '../../shared/api'
import { NameDialog } from '../../shared/NameDialog'
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
          title="Save the query"
          label="Name"
          proposed={open?.name ?? ''}
          confirm="Save"
          onClose={() => setNaming(false)}
          onConfirm={async (name) => {
            const query = await api.post<SavedQuery>('/api/queries/', { name, text })
            await refresh()
            props.onOpen(query.text, query.id)
            setNaming(false)
          }}
        />
      )}
    </>
  )
}
