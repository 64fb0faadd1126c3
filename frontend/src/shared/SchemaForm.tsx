/** A form drawn from a JSON schema. Only what is touched is written; everything else keeps its default. */

import {
  ActionIcon,
  Alert,
  Box,
  Button,
  Checkbox,
  Fieldset,
  Group,
  NumberInput,
  SegmentedControl,
  Select,
  Stack,
  TagsInput,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { type ReactNode, useId, useState } from 'react'

import {
  chosen,
  errorsAt,
  fieldOf,
  type FormError,
  initial,
  isFixed,
  labelOf,
  optionName,
  type Schema,
} from './jsonSchema'
import classes from './SchemaForm.module.css'
import { language, t } from './texts'

export type SchemaFormProps = {
  schema: Schema
  value: unknown
  onChange: (value: unknown) => void
  /** Sentences at dotted paths below the value, as the server's checks give them. */
  errors?: readonly FormError[]
  /** Fields of the top level that are not drawn. */
  hide?: readonly string[]
  /** Fields of the top level that wait behind "More settings". */
  fold?: readonly string[]
  /** Words to offer for fields of a name, such as class names for `classes`. */
  suggest?: Readonly<Record<string, readonly string[]>>
  disabled?: boolean
}

export function SchemaForm(props: SchemaFormProps) {
  const context: Context = {
    root: props.schema,
    errors: props.errors ?? [],
    suggest: props.suggest ?? {},
    disabled: props.disabled ?? false,
  }
  const { kind, inner } = fieldOf(props.schema, props.schema)
  if (kind === 'object') {
    const { hide = [], fold = [] } = props
    const others = Object.keys(inner.properties ?? {}).filter((name) => !fold.includes(name))
    const isWrong = context.errors.some(({ path }) => fold.includes(path.split('.')[0]!))
    const fields = { schema: inner, value: props.value, onChange: props.onChange, path: '', context }
    return (
      <Stack gap="sm">
        <Fields {...fields} hide={[...hide, ...fold]} />
        {fold.length > 0 && (
          <details className={classes.more} open={isWrong || undefined}>
            <summary>{t('shared:form.more')}</summary>
            <Fields {...fields} hide={[...hide, ...others]} />
          </details>
        )}
        <Sentences found={errorsAt(context.errors, '', drawn(inner, context.root))} />
      </Stack>
    )
  }
  if (kind === 'choice') {
    return (
      <Section
        name="value"
        schema={props.schema}
        value={props.value}
        onChange={props.onChange}
        path=""
        isRequired
        context={context}
        isBare
      />
    )
  }
  return (
    <One
      name="value"
      schema={props.schema}
      value={props.value}
      onChange={props.onChange}
      path=""
      isRequired
      context={context}
    />
  )
}

/** Names of the fields that have a control of their own. */
const drawn = (schema: Schema, root: Schema) =>
  Object.entries(schema.properties ?? {}).flatMap(([name, field]) => (isFixed(field, root) ? [] : [name]))

type Context = {
  root: Schema
  errors: readonly FormError[]
  suggest: Readonly<Record<string, readonly string[]>>
  disabled: boolean
}

type OneProps = {
  name: string
  schema: Schema
  /** undefined: not written, the default holds. */
  value: unknown
  /** undefined: leave it out. */
  onChange: (value: unknown) => void
  path: string
  isRequired: boolean
  context: Context
}

const GROUPS = ['object', 'map', 'choice', 'any']

/** The fields of an object: short ones in a grid, groups below each other. */
function Fields(props: {
  schema: Schema
  value: unknown
  onChange: (value: unknown) => void
  path: string
  context: Context
  hide?: readonly string[]
}) {
  const { schema, path, context, hide = [] } = props
  const fields = isObject(props.value) ? props.value : {}
  const set = (name: string, value: unknown) => {
    const next = { ...fields, [name]: value }
    if (value === undefined) delete next[name]
    props.onChange(next)
  }
  return (
    <div className={isCompact(schema, context.root) ? classes.compact : path ? classes.inner : classes.grid}>
      {Object.entries(schema.properties ?? {})
        .filter(([name, property]) => !hide.includes(name) && !isFixed(property, context.root))
        .map(([name, property]) => (
          <Box key={name} className={isWide(property, context.root) ? classes.wide : undefined}>
            <One
              name={name}
              schema={property}
              value={fields[name]}
              onChange={(value) => set(name, value)}
              path={path ? `${path}.${name}` : name}
              isRequired={schema.required?.includes(name) ?? false}
              context={context}
            />
          </Box>
        ))}
    </div>
  )
}

/** Only numbers, which need little room. */
const isCompact = (schema: Schema, root: Schema) =>
  Object.values(schema.properties ?? {}).every((one) =>
    ['integer', 'number'].includes(fieldOf(one, root).kind),
  )

function isWide(schema: Schema, root: Schema): boolean {
  const { kind, inner } = fieldOf(schema, root)
  if (kind === 'object') {
    const fields = Object.values(inner.properties ?? {})
    return fields.length > 2 || fields.some((field) => GROUPS.includes(fieldOf(field, root).kind))
  }
  return GROUPS.includes(kind) || kind === 'list'
}

function One(props: OneProps) {
  const { name, value, onChange, path, context, isRequired } = props
  const { kind, inner, isNullable } = fieldOf(props.schema, context.root)
  const common = {
    label: labelOf(name, props.schema),
    description: inner.description,
    disabled: context.disabled,
    error: errorsAt(context.errors, path, null)[0],
    withAsterisk: isRequired && inner.default === undefined && kind !== 'list',
  }
  const leave = isRequired ? (isNullable ? null : undefined) : undefined

  // A group that may be absent is switched on before it is filled in.
  if (GROUPS.includes(kind) && kind !== 'any' && !isRequired && (isNullable || inner.default === undefined)) {
    const isOn = value !== undefined && value !== null
    return (
      <Fieldset legend={common.label} disabled={context.disabled} className={classes.group}>
        <Checkbox
          label={t('shared:form.set', { name: lower(common.label) })}
          description={inner.description}
          checked={isOn}
          onChange={(event) => onChange(event.currentTarget.checked ? initial(inner, context.root) : leave)}
        />
        {isOn ? (
          <Box mt="sm">
            <Section {...props} schema={{ ...inner, description: undefined }} isBare />
          </Box>
        ) : (
          <Sentences found={errorsAt(context.errors, path, null)} />
        )}
      </Fieldset>
    )
  }
  if (GROUPS.includes(kind)) return <Section {...props} />

  switch (kind) {
    case 'integer':
    case 'number':
      return <NumberField {...props} common={common} inner={inner} isWhole={kind === 'integer'} />
    case 'boolean':
      return (
        <Box className={classes.check}>
          <Checkbox
            label={common.label}
            description={common.description}
            disabled={common.disabled}
            error={common.error}
            checked={(value ?? inner.default ?? false) === true}
            onChange={(event) => onChange(event.currentTarget.checked)}
          />
        </Box>
      )
    case 'enum': {
      const words = inner.enum!.map(String)
      return (
        <Select
          {...common}
          data={words}
          value={value === undefined || value === null ? asText(inner.default) : String(value)}
          clearable={isNullable}
          allowDeselect={false}
          placeholder={t('shared:form.choose')}
          onChange={(word) => onChange(word === null ? leave : inner.enum![words.indexOf(word)])}
        />
      )
    }
    case 'const':
      if (isRequired && !isNullable) return <TextInput {...common} value={String(inner.const)} readOnly />
      return (
        <Select
          {...common}
          data={[String(inner.const)]}
          value={value === inner.const ? String(inner.const) : null}
          placeholder={t('shared:form.not_set')}
          clearable
          onChange={(word) => onChange(word === null ? leave : inner.const)}
        />
      )
    case 'list':
      return <ListField {...props} common={common} inner={inner} />
    default: {
      const words = context.suggest[name]
      const text = {
        ...common,
        placeholder: asText(inner.default) ?? undefined,
        // A value of another kind is shown as it is, so that it can be seen and mended.
        value:
          value === undefined || value === null
            ? ''
            : typeof value === 'string'
              ? value
              : JSON.stringify(value),
      }
      if (words?.length) {
        return (
          <Select
            {...text}
            data={[...new Set([...words, ...(text.value ? [text.value] : [])])]}
            value={text.value || null}
            searchable
            clearable={isNullable || !isRequired}
            onChange={(word) => onChange(word ?? leave)}
          />
        )
      }
      return (
        <TextInput
          {...text}
          onChange={(event) => {
            const typed = event.currentTarget.value
            onChange(typed === '' && (isNullable || inner.default !== undefined) ? leave : typed)
          }}
        />
      )
    }
  }
}

type Common = {
  label: string
  description?: string
  disabled: boolean
  error?: string
  withAsterisk: boolean
}

function NumberField(props: OneProps & { common: Common; inner: Schema; isWhole: boolean }) {
  const { value, inner, onChange } = props
  // What is being typed ("0.", "-") is not yet a number; it stays here until it is one.
  const [draft, setDraft] = useState<{ typed: string | number; of: unknown } | null>(null)
  const isOther = value !== undefined && value !== null && typeof value !== 'number'
  const range = [
    inner.minimum !== undefined ? t('shared:form.from', { minimum: inner.minimum }) : '',
    inner.exclusiveMinimum !== undefined ? t('shared:form.above', { minimum: inner.exclusiveMinimum }) : '',
    inner.maximum !== undefined ? t('shared:form.to', { maximum: inner.maximum }) : '',
  ].filter(Boolean)
  return (
    <NumberInput
      {...props.common}
      error={
        props.common.error ??
        (isOther ? t('shared:form.not_number', { value: JSON.stringify(value) }) : undefined)
      }
      value={draft && draft.of === value ? draft.typed : typeof value === 'number' ? value : ''}
      placeholder={asText(inner.default) ?? (range.join(' ') || undefined)}
      allowDecimal={!props.isWhole}
      decimalScale={props.isWhole ? 0 : 12}
      allowNegative={(inner.minimum ?? inner.exclusiveMinimum ?? -1) < 0}
      step={inner.multipleOf ?? (props.isWhole ? 1 : Math.abs(Number(value ?? inner.default) || 1) / 10)}
      clampBehavior="none"
      onChange={(typed) => {
        const next = typed === '' ? undefined : Number(typed)
        if (next !== undefined && !Number.isFinite(next)) {
          setDraft({ typed, of: value })
          return
        }
        setDraft({ typed, of: next })
        if (next !== value) onChange(next)
      }}
      onBlur={() => setDraft(null)}
    />
  )
}

function ListField(props: OneProps & { common: Common; inner: Schema }) {
  const { inner, context, onChange, common, path } = props
  const items = fieldOf(inner.items!, context.root)
  const values = Array.isArray(props.value) ? props.value : undefined
  const shown = values ?? (Array.isArray(inner.default) ? inner.default : [])
  const isNumbers = items.kind === 'integer' || items.kind === 'number'
  if (isNumbers || items.kind === 'string' || items.kind === 'enum') {
    const offered = items.inner.enum?.map(String) ?? context.suggest[props.name]
    return (
      <TagsInput
        {...common}
        value={shown.map(String)}
        data={offered ? [...offered] : undefined}
        placeholder={shown.length ? undefined : t('shared:form.type')}
        // Without this a word that was typed and left would be lost in silence.
        acceptValueOnBlur
        splitChars={isNumbers ? [',', ' '] : []}
        onChange={(words) =>
          onChange(isNumbers ? words.map(Number).filter((one) => Number.isFinite(one)) : words)
        }
      />
    )
  }
  return (
    <Fieldset legend={common.label} disabled={common.disabled} className={classes.group}>
      {common.description && <About>{common.description}</About>}
      <Stack gap="xs">
        {shown.map((one: unknown, index: number) => (
          <Group key={index} align="flex-start" wrap="nowrap">
            <Box flex={1}>
              <One
                name={`${common.label} ${index + 1}`}
                schema={inner.items!}
                value={one}
                onChange={(value) =>
                  onChange(shown.map((old: unknown, at: number) => (at === index ? value : old)))
                }
                path={`${path}.${index}`}
                isRequired
                context={context}
              />
            </Box>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t('shared:form.remove_n', { name: lower(common.label), number: index + 1 })}
              onClick={() => onChange(shown.filter((_: unknown, at: number) => at !== index))}
            >
              <IconX size={16} />
            </ActionIcon>
          </Group>
        ))}
        <Box>
          <Button
            size="xs"
            variant="light"
            leftSection={<IconPlus size={14} />}
            onClick={() => onChange([...shown, initial(inner.items!, context.root)])}
          >
            {t('shared:form.add')}
          </Button>
        </Box>
      </Stack>
      <Sentences
        found={errorsAt(
          context.errors,
          path,
          shown.map((_: unknown, index: number) => String(index)),
        )}
      />
    </Fieldset>
  )
}

/** Objects, maps, choices and free JSON, in a frame with their name; bare when a frame is already there. */
function Section(props: OneProps & { isBare?: boolean }) {
  const { context, path, isBare } = props
  const { kind, inner } = fieldOf(props.schema, context.root)
  const value = props.value ?? inner.default
  let body: ReactNode
  let own: readonly string[]
  if (kind === 'object') {
    own = drawn(inner, context.root)
    body = <Fields schema={inner} value={value} onChange={props.onChange} path={path} context={context} />
  } else if (kind === 'map') {
    own = isObject(value) ? Object.keys(value) : []
    body = <MapField {...props} schema={inner} value={value} />
  } else if (kind === 'choice') {
    return <ChoiceField {...props} schema={inner} value={value} />
  } else {
    return <AnyField {...props} schema={inner} value={value} />
  }
  const contents = (
    <>
      {inner.description && <About>{inner.description}</About>}
      {body}
      <Sentences found={errorsAt(context.errors, path, own)} />
    </>
  )
  if (isBare) return contents
  return (
    <Fieldset
      legend={labelOf(props.name, props.schema)}
      disabled={context.disabled}
      className={classes.group}
    >
      {contents}
    </Fieldset>
  )
}

/** One of several shapes: which, and then its own fields. */
function ChoiceField(props: OneProps & { isBare?: boolean }) {
  const { context, value, path } = props
  const options = props.schema.anyOf!
  const labels = options.map((option) => optionName(option, context.root))
  const which = chosen(options, value, context.root)
  const data = labels.map((label, index) => ({ value: String(index), label }))
  const pick = (index: string | null) => {
    if (index !== null && Number(index) !== which)
      props.onChange(initial(options[Number(index)]!, context.root))
  }
  const option = options[which]!
  const { kind } = fieldOf(option, context.root)
  const name = labelOf(props.name, props.schema)
  const contents = (
    <Stack gap="sm">
      {props.schema.description && <About>{props.schema.description}</About>}
      {labels.join('').length < 48 && labels.length < 4 ? (
        <SegmentedControl
          data={data}
          value={String(which)}
          onChange={pick}
          disabled={context.disabled}
          aria-label={t('shared:form.kind_of', { name: lower(name) })}
          style={{ alignSelf: 'flex-start' }}
        />
      ) : (
        <Select
          label={t('shared:form.kind_of', { name: lower(name) })}
          data={data}
          value={String(which)}
          onChange={pick}
          disabled={context.disabled}
          allowDeselect={false}
        />
      )}
      {kind === 'const' ? (
        <Sentences found={errorsAt(context.errors, path, null)} />
      ) : GROUPS.includes(kind) ? (
        <Section {...props} schema={option} isBare />
      ) : (
        <One {...props} schema={{ title: name, ...option }} isRequired />
      )}
    </Stack>
  )
  if (props.isBare) return contents
  return (
    <Fieldset legend={name} disabled={context.disabled} className={classes.group}>
      {contents}
    </Fieldset>
  )
}

/** Pairs of a name and a value, such as a class mapping. */
function MapField(props: OneProps) {
  const { context, path, schema, onChange } = props
  const pairs = isObject(props.value) ? Object.entries(props.value) : []
  const of = schema.additionalProperties as Schema
  const field = labelOf(props.name, schema)
  const write = (next: [string, unknown][]) => onChange(Object.fromEntries(next))
  const names = context.suggest[`${props.name}.key`]
  const free = names?.find((name) => !pairs.some(([taken]) => taken === name))
  const fresh = () => {
    if (free) return free
    const name = (number: number) => t('shared:form.fresh_name', { number })
    let number = pairs.length + 1
    while (pairs.some(([taken]) => taken === name(number))) number++
    return name(number)
  }
  return (
    <Stack gap={6}>
      {pairs.map(([name, value], index) => (
        <Group key={index} gap="xs" wrap="nowrap" align="flex-start">
          <MapName
            label={t('shared:form.name_n', { field, number: index + 1 })}
            name={name}
            taken={pairs.map(([other]) => other)}
            disabled={context.disabled}
            onRename={(to) => write(pairs.map((pair, at) => (at === index ? [to, pair[1]] : pair)))}
          />
          <Text c="dimmed" mt={6} aria-hidden>
            →
          </Text>
          {fieldOf(of, context.root).kind === 'string' ? (
            <TextInput
              flex={1}
              aria-label={t('shared:form.value_of', { field, name })}
              value={typeof value === 'string' ? value : JSON.stringify(value)}
              disabled={context.disabled}
              error={errorsAt(context.errors, `${path}.${name}`, null)[0]}
              onChange={(event) => {
                const typed = event.currentTarget.value
                write(pairs.map((pair, at) => (at === index ? [pair[0], typed] : pair)))
              }}
            />
          ) : (
            <Box flex={1}>
              <One
                name={name}
                schema={of}
                value={value}
                onChange={(next) => write(pairs.map((pair, at) => (at === index ? [pair[0], next] : pair)))}
                path={`${path}.${name}`}
                isRequired
                context={context}
              />
            </Box>
          )}
          <ActionIcon
            mt={4}
            variant="subtle"
            color="gray"
            aria-label={t('shared:form.remove', { name })}
            disabled={context.disabled}
            onClick={() => write(pairs.filter((_, at) => at !== index))}
          >
            <IconX size={16} />
          </ActionIcon>
        </Group>
      ))}
      <Box>
        <Button
          size="xs"
          variant="light"
          leftSection={<IconPlus size={14} />}
          disabled={context.disabled}
          onClick={() => write([...pairs, [fresh(), initial(of, context.root)]])}
        >
          {t('shared:form.add')}
        </Button>
      </Box>
    </Stack>
  )
}

/** The name of a pair, written when the field is left: half a name may be another pair's whole one. */
function MapName(props: {
  label: string
  name: string
  taken: string[]
  disabled: boolean
  onRename: (name: string) => void
}) {
  const [draft, setDraft] = useState<string | null>(null)
  const isTaken = draft !== null && draft !== props.name && props.taken.includes(draft)
  return (
    <TextInput
      flex={1}
      aria-label={props.label}
      value={draft ?? props.name}
      disabled={props.disabled}
      error={isTaken ? t('shared:form.taken') : undefined}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={() => {
        if (draft !== null && draft !== props.name && !isTaken) props.onRename(draft)
        setDraft(null)
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur()
      }}
    />
  )
}

/** A value without a schema of its own: JSON in a small field, written when it can be read. */
function AnyField(props: OneProps & { isBare?: boolean }) {
  const written = props.value === undefined ? '' : JSON.stringify(props.value, null, 2)
  const [draft, setDraft] = useState<string | null>(null)
  const id = useId()
  let problem = ''
  if (draft) {
    try {
      JSON.parse(draft)
    } catch {
      problem = t('shared:form.not_json')
    }
  }
  return (
    <Textarea
      id={id}
      label={labelOf(props.name, props.schema)}
      description={props.schema.description}
      classNames={{ input: 'mono' }}
      autosize
      minRows={2}
      maxRows={12}
      disabled={props.context.disabled}
      error={problem || errorsAt(props.context.errors, props.path, null)[0]}
      value={draft ?? written}
      onChange={(event) => {
        const typed = event.currentTarget.value
        setDraft(typed)
        try {
          props.onChange(typed.trim() === '' ? undefined : JSON.parse(typed))
        } catch {
          // Half a document is no value; the field says so and keeps it.
        }
      }}
      onBlur={() => {
        if (!problem) setDraft(null)
      }}
    />
  )
}

function About({ children }: { children: ReactNode }) {
  return (
    <Text size="xs" c="dimmed" mb={6}>
      {children}
    </Text>
  )
}

function Sentences({ found }: { found: string[] }) {
  if (!found.length) return null
  return (
    <Alert color="red" py={6} mt={6} role="alert">
      {found.map((sentence) => (
        <Text size="sm" key={sentence}>
          {sentence}
        </Text>
      ))}
    </Alert>
  )
}

/** Inside an English sentence a label is a common noun; German keeps its capitals. */
const lower = (label: string) => (language() === 'en' ? label.toLowerCase() : label)

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const asText = (value: unknown): string | null =>
  value === undefined || value === null
    ? null
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value)
