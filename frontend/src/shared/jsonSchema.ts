/** Reading a JSON schema as pydantic writes it: what kind of field this is, what it starts as, what fits it. */

import { t } from './texts'

export type Schema = {
  $ref?: string
  $defs?: Record<string, Schema>
  allOf?: Schema[]
  anyOf?: Schema[]
  oneOf?: Schema[]
  type?: string | string[]
  title?: string
  description?: string
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: boolean | Schema
  items?: Schema
  minItems?: number
  maxItems?: number
  enum?: unknown[]
  const?: unknown
  default?: unknown
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
  multipleOf?: number
  minLength?: number
  maxLength?: number
  pattern?: string
  examples?: unknown[]
}

/** What a form draws for a schema. `inner` is the schema without null, references resolved. */
export type Field = {
  kind:
    | 'object' // named fields
    | 'map' // any names, one kind of value
    | 'list' // items of one kind
    | 'choice' // one of several schemas
    | 'enum'
    | 'const'
    | 'integer'
    | 'number'
    | 'string'
    | 'boolean'
    | 'any'
  inner: Schema
  isNullable: boolean
}

export type FormError = { path: string; message: string; level?: string }

export function resolve(schema: Schema, root: Schema): Schema {
  const { $ref, allOf, ...own } = schema
  const target = $ref
    ? root.$defs?.[$ref.replace('#/$defs/', '')]
    : allOf?.length === 1
      ? allOf[0]
      : undefined
  // What stands beside a reference (default, description) speaks of this use of it and wins.
  return target ? { ...resolve(target, root), ...own } : schema
}

export function fieldOf(schema: Schema, root: Schema): Field {
  const whole = resolve(schema, root)
  const branches = (whole.anyOf ?? whole.oneOf ?? []).map((branch) => resolve(branch, root))
  const options = branches.filter((branch) => branch.type !== 'null')
  const isNullable = options.length < branches.length
  if (options.length === 1) {
    const about = { description: whole.description, default: whole.default }
    const inner = {
      ...options[0]!,
      ...Object.fromEntries(Object.entries(about).filter(([, v]) => v !== undefined)),
    }
    return { ...fieldOf(inner, root), isNullable }
  }
  if (options.length > 1) {
    const words = options.flatMap(
      (option) => option.enum ?? (option.const !== undefined ? [option.const] : []),
    )
    const isEnum = options.every((option) => option.enum || option.const !== undefined)
    if (isEnum) return { kind: 'enum', inner: { ...whole, enum: words }, isNullable }
    return { kind: 'choice', inner: { ...whole, anyOf: options, oneOf: undefined }, isNullable }
  }
  return { kind: kindOf(whole), inner: whole, isNullable }
}

function kindOf(schema: Schema): Field['kind'] {
  if (schema.const !== undefined) return 'const'
  if (schema.enum) return 'enum'
  switch (schema.type) {
    case 'object':
      if (schema.properties) return 'object'
      return typeof schema.additionalProperties === 'object' ? 'map' : 'any'
    case 'array':
      return schema.items ? 'list' : 'any'
    case 'integer':
    case 'number':
    case 'string':
    case 'boolean':
      return schema.type
    default:
      return schema.properties ? 'object' : 'any'
  }
}

/** A value to begin with: the default, else the smallest thing that may fit. */
export function initial(schema: Schema, root: Schema): unknown {
  const { kind, inner } = fieldOf(schema, root)
  if (inner.default !== undefined && inner.default !== null) return structuredClone(inner.default)
  if (inner.examples?.length) return structuredClone(inner.examples[0])
  switch (kind) {
    case 'object': {
      const needed = Object.entries(inner.properties ?? {}).filter(
        ([name, property]) => inner.required?.includes(name) || isFixed(property, root),
      )
      return Object.fromEntries(needed.map(([name, property]) => [name, initial(property, root)]))
    }
    case 'map':
      return {}
    case 'list':
      return Array.from({ length: inner.minItems ?? 0 }, () => initial(inner.items!, root))
    case 'choice':
      return initial(inner.anyOf![0]!, root)
    case 'enum':
      return inner.enum![0]
    case 'const':
      return inner.const
    case 'integer':
    case 'number': {
      const step = inner.multipleOf ?? 1
      const least =
        inner.minimum ?? (inner.exclusiveMinimum !== undefined ? inner.exclusiveMinimum + step : 0)
      return Math.ceil(least / step) * step
    }
    case 'string':
      return ''
    case 'boolean':
      return false
    case 'any':
      return null
  }
}

/** How well a value fits a schema, 0 (not its kind of value) to 1: enough to tell branches of a choice apart. */
export function fit(schema: Schema, value: unknown, root: Schema): number {
  const { kind, inner, isNullable } = fieldOf(schema, root)
  if (value === null) return isNullable || kind === 'any' ? 1 : 0
  switch (kind) {
    case 'object': {
      if (typeof value !== 'object' || Array.isArray(value)) return 0
      const names = Object.keys(value as object)
      const known = Object.keys(inner.properties ?? {})
      const wanted = inner.required ?? []
      const ours = names.filter((name) => known.includes(name))
      const fields = value as Record<string, unknown>
      if (
        ours.some(
          (name) =>
            isWord(inner.properties![name]!, root) && !fit(inner.properties![name]!, fields[name], root),
        )
      )
        return 0
      const missing = wanted.filter((name) => !names.includes(name)).length
      return 0.1 + (0.9 * (1 + ours.length)) / (1 + names.length + missing)
    }
    case 'map':
      return typeof value === 'object' && !Array.isArray(value) ? 0.5 : 0
    case 'list':
      return Array.isArray(value)
        ? value.length
          ? value.reduce((sum: number, one) => sum + fit(inner.items!, one, root), 0) / value.length
          : 1
        : 0
    case 'choice':
      return Math.max(...inner.anyOf!.map((option) => fit(option, value, root)))
    case 'enum':
      return inner.enum!.includes(value) ? 1 : 0
    case 'const':
      return inner.const === value ? 1 : 0
    case 'integer':
      return Number.isInteger(value) ? 1 : typeof value === 'number' ? 0.5 : 0
    case 'number':
      return typeof value === 'number' ? 1 : 0
    case 'string':
      return typeof value === 'string' ? 0.9 : 0
    case 'boolean':
      return typeof value === 'boolean' ? 1 : 0
    case 'any':
      return 0.1
  }
}

const isWord = (schema: Schema, root: Schema) => ['const', 'enum'].includes(fieldOf(schema, root).kind)

/** Whether there is only one value a field can have: it tells options of a choice apart, and nobody fills it in. */
export function isFixed(schema: Schema, root: Schema): boolean {
  const { kind, isNullable } = fieldOf(schema, root)
  return kind === 'const' && !isNullable
}

/** The option of a choice that a value belongs to. */
export function chosen(options: Schema[], value: unknown, root: Schema): number {
  const fits = options.map((option) => fit(option, value, root))
  return Math.max(0, fits.indexOf(Math.max(...fits)))
}

/** "min_percent" -> "Min percent" */
function worded(name: string): string {
  const words = name.replaceAll('_', ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** The name of a field: the title somebody wrote for it, else its key in words. */
export const labelOf = (name: string, schema: Schema): string => schema.title ?? worded(name)

/** Settings of which exactly one is given, drawn as a choice between them: every field may be null and is by default. */
export function asChoice(schema: Schema): Schema {
  const fields = Object.entries(schema.properties ?? {})
  const isExclusive =
    fields.length > 1 &&
    fields.every(
      ([, field]) => field.default === null && field.anyOf?.some((option) => option.type === 'null'),
    )
  if (!isExclusive) return schema
  const options = fields.map(([name, field]): Schema => {
    const anyOf = field.anyOf!.filter((option) => option.type !== 'null')
    const given = { ...field, anyOf, default: undefined }
    return { type: 'object', title: labelOf(name, field), properties: { [name]: given }, required: [name] }
  })
  return { $defs: schema.$defs, anyOf: options }
}

/** What to call an option of a choice. */
export function optionName(schema: Schema, root: Schema): string {
  const { kind, inner } = fieldOf(schema, root)
  if (schema.title && kind !== 'object') return schema.title
  const plain: Partial<Record<Field['kind'], string>> = {
    integer: t('shared:form.integer'),
    number: t('shared:form.number'),
    string: t('shared:form.string'),
    boolean: t('shared:form.boolean'),
    list: t('shared:form.list'),
    map: t('shared:form.map'),
    any: 'JSON',
  }
  if (kind === 'const') return worded(String(inner.const))
  if (kind === 'object') {
    const names = Object.keys(inner.properties ?? {})
    const sign = names.find((name) => isFixed(inner.properties![name]!, root))
    if (sign) return labelOf(String(fieldOf(inner.properties![sign]!, root).inner.const), inner)
    const only = inner.required?.length === 1 ? inner.required[0]! : names.length === 1 ? names[0]! : null
    return only ? labelOf(only, inner.properties![only] ?? {}) : labelOf(kind, inner)
  }
  return plain[kind] ?? labelOf(kind, inner)
}

/** The errors to show at a field: a leaf shows all below it, a group those no field of its own will show. */
export function errorsAt(
  errors: readonly FormError[],
  path: string,
  children: readonly string[] | null,
): string[] {
  const below = path ? `${path}.` : ''
  return errors
    .filter((error) => {
      if (error.path === path) return true
      if (!error.path.startsWith(below)) return false
      return children === null || !children.includes(error.path.slice(below.length).split('.')[0]!)
    })
    .map((error) => error.message)
}
