/** Which query is open: saved ones, templates, and the project it reads. */

import { Button, Group, Select } from '@mantine/core'
import { IconDeviceFloppy } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'

import { api } from '../../shared/api'
import { NameDialog } from '../../shared/NameDialog'
import { ConfirmButton, ProblemAlert } from '../../shared/parts'
import { t } from '../../shared/texts'
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
          label={t('dtl:bar.query')}
          placeholder={t('dtl:bar.unsaved')}
          w={250}
          value={open ? `saved-${open.id}` : null}
          searchable
          allowDeselect={false}
          nothingFoundMessage={t('dtl:bar.no_query')}
          data={[
            {
              group: t('dtl:bar.saved'),
              items: saved.map((one) => ({ value: `saved-${one.id}`, label: one.name })),
            },
            {
              group: t('dtl:bar.templates'),
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
          {t('shared:save')}
        </Button>
        <Button variant="default" onClick={() => setNaming(true)}>
          {t('dtl:bar.save_as')}
        </Button>
        {open && (
          <ConfirmButton
            label={t('shared:delete')}
            question={t('dtl:bar.delete_question', { name: open.name })}
            explanation={t('dtl:bar.delete_about')}
            confirm={t('shared:delete')}
            onConfirm={async () => {
              await api.delete(`/api/queries/${open.id}/`)
              props.onOpen(text, null)
              await refresh()
            }}
          />
        )}
        <Select
          label={t('dtl:bar.source')}
          placeholder={props.source ? t('dtl:bar.missing', { name: props.source }) : t('dtl:bar.choose')}
          ml="auto"
          w={280}
          searchable
          allowDeselect={false}
          nothingFoundMessage={known.length ? t('dtl:bar.no_project') : t('dtl:bar.import_first')}
          value={props.source !== null && known.includes(props.source) ? props.source : null}
          data={known}
          onChange={(name) => name !== null && props.onSource(name)}
        />
      </Group>
      <ProblemAlert error={update.error} />
      {isNaming && (
        <NameDialog
          title={t('dtl:bar.save_title')}
          label={t('shared:name')}
          proposed={open?.name ?? ''}
          confirm={t('shared:save')}
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
