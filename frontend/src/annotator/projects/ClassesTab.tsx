/** The classes of a project: edited in place, with how much of each there is. */

import { Button, ColorInput, Group, NativeSelect, Table, Text, TextInput, Title } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useState } from 'react'

import { api } from '../../shared/api'
import { count, percent, photos } from '../../shared/format'
import { ConfirmButton, EmptyState, Loading, ProblemAlert } from '../../shared/parts'
import { t } from '../../shared/texts'
import type { LabelClass, Project } from '../../shared/types'
import { DaysLeft } from '../DaysLeft'
import { canEdit, isOwner, useClasses, useRefreshProject } from '../records'
import { Swatch } from './ClassChip'
import { freshClass, KEYS, NEUTRAL, PALETTE, patternName, patternOptions } from './palette'

type Change = Partial<Pick<LabelClass, 'name' | 'colour' | 'key' | 'pattern'>>

export function ClassesTab({ project }: { project: Project }) {
  const classes = useClasses(project.id)
  const refresh = useRefreshProject(project.id)
  const [error, setError] = useState<unknown>(null)
  const mayEdit = canEdit(project)

  const act = async (work: () => Promise<unknown>) => {
    setError(null)
    try {
      await work()
    } catch (problem) {
      setError(problem)
    }
    await refresh()
  }
  if (classes.isPending) return <Loading label={t('projects:classes.loading')} />
  if (!classes.data) return <ProblemAlert error={classes.error} />
  const labels = classes.data
  const painted = labels.reduce((sum, { px }) => sum + (px ?? 0), 0)
  const add = (draft: object) => act(() => api.post(`/api/projects/${project.id}/classes/`, draft))
  const freshName = () => {
    const names = new Set(labels.map(({ name }) => name))
    if (!names.size) return t('projects:classes.example')
    let n = labels.length + 1
    while (names.has(t('projects:classes.fresh', { number: n }))) n++
    return t('projects:classes.fresh', { number: n })
  }
  const buttons = mayEdit && (
    <>
      <Button
        variant="light"
        leftSection={<IconPlus size={17} />}
        onClick={() => void add(freshClass(labels, freshName()))}
      >
        {t('projects:classes.add')}
      </Button>
      {!labels.some(({ name }) => name.toLowerCase() === NEUTRAL.name) && (
        <Button variant="subtle" leftSection={<Swatch look={NEUTRAL} />} onClick={() => void add(NEUTRAL)}>
          {t('projects:classes.add_neutral')}
        </Button>
      )}
    </>
  )
  return (
    <>
      <ProblemAlert error={error} />
      {labels.length === 0 ? (
        <EmptyState title={t('projects:classes.none')} action={buttons}>
          {t('projects:classes.what')} {!mayEdit && t('projects:classes.nobody')}
        </EmptyState>
      ) : (
        <>
          <Table.ScrollContainer minWidth={860}>
            <Table verticalSpacing="xs" aria-label={t('shared:classes')} bg="var(--surface)" withTableBorder>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('shared:name')}</Table.Th>
                  <Table.Th w={150}>{t('projects:classes.colour')}</Table.Th>
                  <Table.Th w={110}>{t('projects:classes.key')}</Table.Th>
                  <Table.Th w={190}>{t('projects:classes.pattern')}</Table.Th>
                  <Table.Th w={110} ta="right">
                    {t('projects:photos')}
                  </Table.Th>
                  <Table.Th w={190} ta="right">
                    {t('projects:classes.pixels')}
                  </Table.Th>
                  {isOwner(project) && <Table.Th w={90} aria-label={t('shared:delete')} />}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {labels.map((label) => (
                  <ClassRow
                    key={label.id}
                    label={label}
                    share={painted ? (label.px ?? 0) / painted : 0}
                    mayEdit={mayEdit}
                    mayDelete={isOwner(project)}
                    onChange={(change) => act(() => api.patch(`/api/classes/${label.id}/`, change))}
                    onDelete={() => api.delete(`/api/classes/${label.id}/`).then(refresh)}
                  />
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
          <Group mt="md">{buttons}</Group>
        </>
      )}
      {isOwner(project) && <DeletedClasses project={project} onRestored={refresh} />}
    </>
  )
}

function ClassRow(props: {
  label: LabelClass
  share: number
  mayEdit: boolean
  mayDelete: boolean
  onChange: (change: Change) => Promise<void>
  onDelete: () => Promise<unknown>
}) {
  const { label, mayEdit, onChange } = props
  const numbers = (
    <>
      <Table.Td ta="right">{count(label.image_count ?? 0)}</Table.Td>
      <Table.Td ta="right">
        {count(label.px ?? 0)}{' '}
        <Text span size="sm" c="dimmed">
          ({percent(props.share, 1)})
        </Text>
      </Table.Td>
    </>
  )
  if (!mayEdit) {
    return (
      <Table.Tr>
        <Table.Td>{label.name}</Table.Td>
        <Table.Td>
          <Group gap="xs">
            <Swatch look={label} size={16} /> {label.colour}
          </Group>
        </Table.Td>
        <Table.Td>{label.key.toUpperCase() || '–'}</Table.Td>
        <Table.Td>{patternName(label.pattern)}</Table.Td>
        {numbers}
      </Table.Tr>
    )
  }
  return (
    <Table.Tr>
      <Table.Td>
        <NameInput key={label.name} label={label} onChange={onChange} />
      </Table.Td>
      <Table.Td>
        <ColourInput key={label.colour} label={label} onChange={onChange} />
      </Table.Td>
      <Table.Td>
        <NativeSelect
          aria-label={t('projects:classes.key_of', { name: label.name })}
          value={label.key}
          data={[
            { value: '', label: t('projects:classes.no_key') },
            ...KEYS.map((key) => ({ value: key, label: key })),
            { value: 'n', label: 'N' },
          ]}
          onChange={(event) => void onChange({ key: event.currentTarget.value })}
        />
      </Table.Td>
      <Table.Td>
        <Group gap="xs" wrap="nowrap">
          <Swatch look={label} size={20} />
          <NativeSelect
            aria-label={t('projects:classes.pattern_of', { name: label.name })}
            value={label.pattern}
            data={patternOptions()}
            onChange={(event) =>
              void onChange({ pattern: event.currentTarget.value as LabelClass['pattern'] })
            }
          />
        </Group>
      </Table.Td>
      {numbers}
      {props.mayDelete && (
        <Table.Td ta="right">
          <ConfirmButton
            label={t('shared:delete')}
            size="compact-sm"
            question={t('projects:classes.delete_question', { name: label.name })}
            explanation={
              label.px
                ? t('projects:classes.delete_px', { count: label.px, photos: photos(label.image_count ?? 0) })
                : t('projects:classes.delete_unused')
            }
            confirm={t('shared:delete')}
            onConfirm={props.onDelete}
          />
        </Table.Td>
      )}
    </Table.Tr>
  )
}

function NameInput({ label, onChange }: { label: LabelClass; onChange: (change: Change) => Promise<void> }) {
  const [name, setName] = useState(label.name)
  const save = () => {
    const wanted = name.trim()
    if (!wanted) setName(label.name)
    else if (wanted !== label.name) void onChange({ name: wanted })
  }
  return (
    <TextInput
      aria-label={t('projects:classes.name_of', { name: label.name })}
      value={name}
      onChange={(event) => setName(event.currentTarget.value)}
      onBlur={save}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur()
        if (event.key === 'Escape') setName(label.name)
      }}
    />
  )
}

function ColourInput({
  label,
  onChange,
}: {
  label: LabelClass
  onChange: (change: Change) => Promise<void>
}) {
  const [colour, setColour] = useState(label.colour)
  const save = (wanted: string) => {
    if (/^#[0-9a-f]{6}$/i.test(wanted) && wanted.toUpperCase() !== label.colour.toUpperCase())
      void onChange({ colour: wanted.toUpperCase() })
  }
  return (
    <ColorInput
      aria-label={t('projects:classes.colour_of', { name: label.name })}
      value={colour}
      swatches={PALETTE}
      swatchesPerRow={7}
      withEyeDropper={false}
      onChange={setColour}
      onChangeEnd={save}
      onBlur={() => save(colour)}
    />
  )
}

function DeletedClasses({ project, onRestored }: { project: Project; onRestored: () => Promise<void> }) {
  const deleted = useClasses(project.id, true)
  const [error, setError] = useState<unknown>(null)
  if (!deleted.data?.length) return null
  const restore = (label: LabelClass) =>
    api
      .post(`/api/classes/${label.id}/restore/`)
      .then(onRestored)
      .catch((problem: unknown) => setError(problem))
  return (
    <>
      <Title order={2} mt="xl" mb="xs">
        {t('projects:classes.deleted')}
      </Title>
      <ProblemAlert error={error} />
      <Table aria-label={t('projects:classes.deleted')} bg="var(--surface)" withTableBorder>
        <Table.Tbody>
          {deleted.data.map((label) => (
            <Table.Tr key={label.id}>
              <Table.Td>
                <Group gap="xs">
                  <Swatch look={label} /> {label.name} <DaysLeft days={label.days_left} />
                </Group>
              </Table.Td>
              <Table.Td c="dimmed">
                {t('projects:classes.px', { count: label.px ?? 0, photos: photos(label.image_count ?? 0) })}
              </Table.Td>
              <Table.Td ta="right">
                <Button size="compact-sm" variant="light" onClick={() => void restore(label)}>
                  {t('shared:restore')}
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </>
  )
}
