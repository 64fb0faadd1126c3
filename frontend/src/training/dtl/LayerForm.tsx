/** One layer of the query as a form: what it takes, what it gives, its settings. */

import { Box, Button, CloseButton, Group, Stack, TagsInput, Text, TextInput, Title } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useMemo } from 'react'

import { revise } from '../../shared/jsonPlaces'
import { asChoice } from '../../shared/jsonSchema'
import { SchemaForm } from '../../shared/SchemaForm'
import { t } from '../../shared/texts'
import { type Layer, variablesOf, withoutLayer } from './query'
import { branchOf, type Complaint, type LayerKind } from './records'

export function LayerForm(props: {
  text: string
  layers: readonly Layer[]
  number: number
  kinds: readonly LayerKind[]
  complaints: readonly Complaint[]
  projects: readonly string[]
  classNames: readonly string[]
  tags: readonly string[]
  onChange: (text: string) => void
  /** While the text is no JSON nothing can be written. */
  isDisabled: boolean
  onClose: () => void
}) {
  const { text, number, complaints } = props
  const layer = props.layers[number - 1]
  const kind = props.kinds.find((one) => one.action === layer?.action)
  const schema = useMemo(() => (kind ? asChoice(kind.schema) : null), [kind])
  const errors = complaints.filter((one) => one.layer === number && one.level !== 'info')
  if (!layer) return null

  const at = (path: string) =>
    errors.find((one) => one.path === path || one.path.startsWith(`${path}.`))?.message
  const write = (key: string, value: unknown) =>
    props.onChange(
      revise(
        text,
        props.layers.map((one, index) => (index === number - 1 ? { ...layer, [key]: value } : one)),
      ),
    )
  const inputs = Array.isArray(layer.src) ? layer.src.map(String) : []
  const isData = layer.action === 'data'
  const isSave = kind?.outputs.length === 0
  const outputs = Array.isArray(layer.dst)
    ? layer.dst.map(String)
    : [typeof layer.dst === 'string' ? layer.dst : '']
  const settingErrors = errors
    .filter((one) => one.path === 'settings' || one.path.startsWith('settings.'))
    .map((one) => ({ path: one.path.replace(/^settings\.?/, ''), message: one.message }))

  return (
    <Stack gap="sm" component="section" aria-label={t('dtl:layer.number', { number })}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Box>
          <Title order={2}>
            {number} · {kind?.title ?? String(layer.action ?? t('dtl:layer.unnamed'))}
          </Title>
          <Text size="sm" c="dimmed">
            {kind?.help ?? t('dtl:layer.unknown')}
          </Text>
        </Box>
        <Group gap={4} wrap="nowrap" style={{ flexShrink: 0 }}>
          <Button
            size="xs"
            variant="subtle"
            color="gray"
            disabled={props.isDisabled}
            leftSection={<IconTrash size={14} />}
            onClick={() => {
              props.onChange(withoutLayer(text, number))
              props.onClose()
            }}
          >
            {t('dtl:layer.remove')}
          </Button>
          <CloseButton aria-label={t('dtl:layer.close')} onClick={props.onClose} />
        </Group>
      </Group>
      <TagsInput
        label={isData ? t('dtl:layer.takes_data') : t('dtl:layer.takes')}
        value={inputs}
        data={
          isData
            ? props.projects.map((name) => `${name}/*`)
            : variablesOf(props.layers.filter((_, index) => index !== number - 1))
        }
        error={at('src')}
        disabled={props.isDisabled}
        acceptValueOnBlur
        onChange={(src) => write('src', src)}
      />
      <Group grow align="flex-start">
        {outputs.map((output, index) => {
          const branch = kind && kind.outputs.length > 1 ? branchOf(kind.outputs[index]!) : ''
          return (
            <TextInput
              key={index}
              label={
                isSave
                  ? t('dtl:layer.saves')
                  : branch
                    ? t('dtl:layer.gives_when', { branch })
                    : t('dtl:layer.gives')
              }
              value={output}
              disabled={props.isDisabled}
              error={at(outputs.length > 1 ? `dst.${index}` : 'dst')}
              onChange={(event) => {
                const name = event.currentTarget.value
                const all = outputs.map((old, position) => (position === index ? name : old))
                write('dst', Array.isArray(layer.dst) ? all : name)
              }}
            />
          )
        })}
      </Group>
      {schema && hasFields(schema) && (
        <SchemaForm
          key={number}
          schema={schema}
          value={layer.settings}
          errors={settingErrors}
          disabled={props.isDisabled}
          suggest={{
            tag: props.tags,
            tags: props.tags,
            classes: props.classNames,
            include_classes: props.classNames,
            'classes_mapping.key': [...props.classNames, '__other__'],
            project_datasets: props.projects.map((name) => `${name}/*`),
          }}
          onChange={(settings) => write('settings', settings)}
        />
      )}
    </Stack>
  )
}

const hasFields = (schema: { properties?: object; anyOf?: unknown[]; oneOf?: unknown[] }) =>
  Object.keys(schema.properties ?? {}).length > 0 || !!schema.anyOf || !!schema.oneOf
