/** What made a project, as a sentence with links. */

import { count } from '../../shared/format'
import { t } from '../../shared/texts'
import type { Lineage, Project } from '../../shared/types'

/** A piece of a sentence, with an address when it leads somewhere. */
export type Piece = { text: string; to?: string }

type Made = Pick<Project, 'lineage' | 'made_by' | 'source'>

const KINDS = ['import', 'sample', 'dtl', 'predict'] as const
const wordFor = (kind: string) => {
  const known = KINDS.find((one) => one === kind)
  return known ? t(`projects:story.${known}`) : t('projects:story.other', { kind })
}

/** "Predicted by UNetV2 on powerlines_test", or null for a project made by hand. */
export function story({ lineage, made_by, source }: Made): Piece[] | null {
  const kind = lineage.kind ?? made_by?.kind
  if (!kind) return null
  const job = made_by ? `/jobs/${made_by.id}` : undefined
  const pieces: Piece[] = [{ text: wordFor(kind), to: job }]
  if (kind === 'predict') {
    const model = named(lineage, 'model', 'model_title')
    if (typeof lineage.run === 'number')
      pieces[0] = { text: t('projects:story.predict'), to: `/predictions/${lineage.run}` }
    if (model) pieces.push({ text: t('projects:story.by') }, { text: model, to: modelAddress(lineage) })
  }
  const inputs = inputsOf(lineage)
  if (inputs.length > 1) {
    pieces.push({ text: t('projects:story.from') })
    inputs.forEach((input, at) => {
      if (at) pieces.push({ text: t('projects:story.and') })
      pieces.push(input)
    })
  } else if (source) {
    pieces.push(
      { text: t(kind === 'predict' ? 'projects:story.on' : 'projects:story.from') },
      { text: source.name, to: `/projects/${source.id}` },
    )
  } else pieces.push(...inputs.map(({ text }) => ({ text: `${t('projects:story.from')} ${text}` })))
  return pieces
}

function modelAddress({ model }: Lineage): string {
  const id = (model as { id?: unknown } | null | undefined)?.id
  return typeof id === 'number' ? `/models?model=${id}` : '/models'
}

/** A name in the lineage, written as a text or as an object with a name or a title. */
function named(lineage: Lineage, ...keys: string[]): string {
  for (const key of keys) {
    const value = lineage[key]
    if (typeof value === 'string') return value
    if (typeof value === 'object' && value) {
      const { name, title } = value as { name?: unknown; title?: unknown }
      if (typeof title === 'string') return title
      if (typeof name === 'string') return name
    }
  }
  return ''
}

/** The projects a query read, each with its address. */
function inputsOf({ inputs }: Lineage): Piece[] {
  if (!Array.isArray(inputs)) return []
  return (inputs as { id?: unknown; name?: unknown }[]).flatMap(({ id, name }) =>
    typeof name === 'string'
      ? [{ text: name, ...(typeof id === 'number' ? { to: `/projects/${id}` } : {}) }]
      : [],
  )
}

export type SplitNote = { text: string; query: string }

/** The remark that a query divided its images after cutting them, with the query; null where it did not. */
export function splitNote(lineage: Lineage): SplitNote | null {
  if (lineage.kind !== 'dtl' || lineage.split !== 'after_crop' || typeof lineage.query !== 'string')
    return null
  const counts = (lineage.counts ?? {}) as { shared_photos?: number; photos_used?: number }
  const shared = counts.shared_photos
  return {
    text:
      shared === 0
        ? t('projects:split.lucky')
        : shared === undefined
          ? t('projects:split.unknown')
          : t('projects:split.shared', { count: shared }),
    query: lineage.query,
  }
}

/** The query or the config a project was made by, as text to read. */
export function documentOf(lineage: Lineage): { title: string; text: string } | null {
  for (const [key, title] of [
    ['query', 'projects:about.query'],
    ['config', 'projects:about.config'],
  ] as const) {
    const found = lineage[key]
    if (found === undefined || found === null) continue
    return { title: t(title), text: typeof found === 'string' ? found : JSON.stringify(found, null, 2) }
  }
  return null
}

const SPLITS = ['after_crop', 'by_source', 'before_crop', 'none'] as const
const splitName = (split: string) => {
  const known = SPLITS.find((one) => one === split)
  return known ? t(`projects:split.${known}`) : split
}

/** The rest of a lineage that reads as one line: seed, format, counts ... */
export function otherFacts(lineage: Lineage): { name: string; text: string }[] {
  const { split, counts, ...rest } = lineage
  const facts = Object.entries({ ...rest, ...(counts as object | undefined) })
    .filter(([key, value]) => key !== 'kind' && key !== 'run' && key !== 'query' && isPlain(value))
    .map(([key, value]) => ({ name: factName(key), text: plainText(value) }))
  if (typeof split === 'string') facts.push({ name: t('projects:split.title'), text: splitName(split) })
  return facts
}

const isPlain = (value: unknown) =>
  (typeof value === 'string' && value.length > 0 && value.length < 200) ||
  typeof value === 'number' ||
  typeof value === 'boolean'

const plainText = (value: unknown) =>
  typeof value === 'boolean'
    ? value
      ? t('shared:yes')
      : t('shared:no')
    : typeof value === 'number'
      ? count(value)
      : String(value)

/** What a bare word would not say. */
const NAMED = ['photos', 'photos_used', 'train', 'val', 'shared_photos'] as const
const factName = (key: string) => {
  const known = NAMED.find((one) => one === key)
  return known ? t(`projects:fact.${known}`) : sentenceCase(key)
}

const sentenceCase = (key: string) => (key[0]!.toUpperCase() + key.slice(1)).replaceAll('_', ' ')
