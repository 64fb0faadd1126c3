/** The classes of a project: edited in place, with how much of each there is. */

import { Button, ColorInput, Group, NativeSelect, Switch, Table, Text, TextInput, Title } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useState } from 'react'

import { api } from '../../shared/api'
import { count, plural } from '../../shared/format'
import { ConfirmButton, EmptyState, Loading, ProblemAlert } from '../../shared/parts'
import type { LabelClass, Project } from '../../shared/types'
import { canEdit, isOwner, useClasses, useRefreshProject } from '../records'
import { Swatch } from './ClassChip'
import { freshClass, KEYS, NEUTRAL, PALETTE } from './palette'

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
  if (classes.isPending) return <Loading label="Loading classes" />
  if (!classes.data) return <ProblemAlert error={classes.error} />
  const labels = classes.data
  const painted = labels.reduce((sum, { px }) => sum + (px ?? 0), 0)
  const add = (draft: object) => act(() => api.post(`/api/projects/${project.id}/classes/`, draft))
  const freshName = () => {
    const names = new Set(labels.map(({ name }) => name))
    if (!names.size) return 'Isolator'
    let n = labels.length + 1
    while (names.has(`Class ${n}`)) n++
    return `Class ${n}`
  }
  const buttons = mayEdit && (
    <>
      <Button
        variant="light"
        leftSection={<IconPlus size={17} />}
        onClick={() => void add(freshClass(labels, freshName()))}
      >
        Add a class
      </Button>
      {!labels.some(({ name }) => name.toLowerCase() === NEUTRAL.name) && (
        <Button variant="subtle" leftSection={<Swatch look={NEUTRAL} />} onClick={() => void add(NEUTRAL)}>
          Add neutral
        </Button>
      )}
    </>
  )
  return (
    <>
      <ProblemAlert error={error} />
      {labels.length === 0 ? (
        <EmptyState title="No classes yet" action={buttons}>
          A class is what a pixel can be: Isolator, for example. What is not painted is background.
        </EmptyState>
      ) : (
        <>
          <Table verticalSpacing="xs" aria-label="Classes" bg="var(--surface)" withTableBorder>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Name</Table.Th>
                <Table.Th w={150}>Colour</Table.Th>
                <Table.Th w={110}>Key</Table.Th>
                <Table.Th w={110}>Hatched</Table.Th>
                <Table.Th w={110} ta="right">
                  Photos
                </Table.Th>
                <Table.Th w={190} ta="right">
                  Pixels
                </Table.Th>
                {isOwner(project) && <Table.Th w={90} aria-label="Delete" />}
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
          ({(100 * props.share).toFixed(1)} %)
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
        <Table.Td>{label.pattern ? 'yes' : 'no'}</Table.Td>
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
          aria-label={`Key of ${label.name}`}
          value={label.key}
          data={[
            { value: '', label: 'No key' },
            ...KEYS.map((key) => ({ value: key, label: key })),
            { value: 'n', label: 'N' },
          ]}
          onChange={(event) => void onChange({ key: event.currentTarget.value })}
        />
      </Table.Td>
      <Table.Td>
        <Switch
          aria-label={`${label.name} is hatched`}
          checked={label.pattern === 'hatch'}
          onChange={(event) => void onChange({ pattern: event.currentTarget.checked ? 'hatch' : '' })}
        />
      </Table.Td>
      {numbers}
      {props.mayDelete && (
        <Table.Td ta="right">
          <ConfirmButton
            label="Delete"
            size="compact-sm"
            question={`Delete the class ${label.name}?`}
            explanation={
              label.px
                ? `${plural(label.px, 'pixel')} on ${plural(label.image_count ?? 0, 'photo')} will no longer be seen. They stay, and come back when the class is restored.`
                : 'Nothing is painted with it. It can be restored.'
            }
            confirm="Delete"
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
      aria-label={`Name of ${label.name}`}
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
      aria-label={`Colour of ${label.name}`}
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
        Deleted classes
      </Title>
      <ProblemAlert error={error} />
      <Table aria-label="Deleted classes" bg="var(--surface)" withTableBorder>
        <Table.Tbody>
          {deleted.data.map((label) => (
            <Table.Tr key={label.id}>
              <Table.Td>
                <Group gap="xs">
                  <Swatch look={label} /> {label.name}
                </Group>
              </Table.Td>
              <Table.Td c="dimmed">
                {plural(label.px ?? 0, 'pixel')} on {plural(label.image_count ?? 0, 'photo')}
              </Table.Td>
              <Table.Td ta="right">
                <Button size="compact-sm" variant="light" onClick={() => void restore(label)}>
                  Restore
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </>
  )
}
