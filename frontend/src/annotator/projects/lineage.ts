/** What made a project, as a sentence with links. */

import { count } from '../../shared/format'
import type { Lineage, Project } from '../../shared/types'

/** A piece of a sentence, with an address when it leads somewhere. */
export type Piece = { text: string; to?: string }

type Made = Pick<Project, 'lineage' | 'made_by' | 'source'>

const WORDS: Record<string, string> = {
  import: 'Imported',
  sample: 'Drawn sample',
  dtl: 'Built by a query',
  predict: 'Predicted',
}

/** "Predicted by UNetV2 on powerlines_test", or null for a project made by hand. */
export function story({ lineage, made_by, source }: Made): Piece[] | null {
  const kind = lineage.kind ?? made_by?.kind
  if (!kind) return null
  const job = made_by ? `/jobs/${made_by.id}` : undefined
  const pieces: Piece[] = [{ text: WORDS[kind] ?? `Made by ${kind}`, to: job }]
  if (kind === 'predict') {
    const model = named(lineage, 'model', 'model_title')
    if (typeof lineage.run === 'number') pieces[0] = { text: 'Predicted', to: `/predictions/${lineage.run}` }
    if (model) pieces.push({ text: 'by' }, { text: model, to: modelAddress(lineage) })
  }
  const inputs = inputsOf(lineage)
  if (inputs.length > 1) {
    pieces.push({ text: 'from' })
    inputs.forEach((input, at) => {
      if (at) pieces.push({ text: 'and' })
      pieces.push(input)
    })
  } else if (source) {
    pieces.push(
      { text: kind === 'predict' ? 'on' : 'from' },
      { text: source.name, to: `/projects/${source.id}` },
    )
  } else pieces.push(...inputs.map(({ text }) => ({ text: `from ${text}` })))
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
  const found =
    shared === undefined
      ? 'Relatives of training images can be in validation'
      : shared === 1
        ? 'One photo has parts in training and in validation'
        : `${count(shared)} photos have parts in training and in validation`
  return {
    text:
      shared === 0
        ? 'The query divides the images after cutting and flipping them. By luck, no photo is on both sides this time.'
        : `${found}, because the query divides the images after cutting and flipping them. Validation will look better than it is.`,
    query: lineage.query,
  }
}

/** The query or the config a project was made by, as text to read. */
export function documentOf(lineage: Lineage): { title: string; text: string } | null {
  for (const [key, title] of [
    ['query', 'Query'],
    ['config', 'Configuration'],
  ] as const) {
    const found = lineage[key]
    if (found === undefined || found === null) continue
    return { title, text: typeof found === 'string' ? found : JSON.stringify(found, null, 2) }
  }
  return null
}

const SPLITS: Record<string, string> = {
  after_crop: 'by chance, after cutting: relatives can be on both sides',
  by_source: 'by chance, all parts of a photo on one side',
  before_crop: 'by chance, before cutting',
  none: 'not by chance',
}

/** The rest of a lineage that reads as one line: seed, format, counts ... */
export function otherFacts(lineage: Lineage): { name: string; text: string }[] {
  const { split, counts, ...rest } = lineage
  const facts = Object.entries({ ...rest, ...(counts as object | undefined) })
    .filter(([key, value]) => key !== 'kind' && key !== 'run' && key !== 'query' && isPlain(value))
    .map(([key, value]) => ({ name: NAMES[key] ?? sentenceCase(key), text: plainText(value) }))
  if (typeof split === 'string') facts.push({ name: 'Split', text: SPLITS[split] ?? split })
  return facts
}

const isPlain = (value: unknown) =>
  (typeof value === 'string' && value.length > 0 && value.length < 200) ||
  typeof value === 'number' ||
  typeof value === 'boolean'

const plainText = (value: unknown) =>
  typeof value === 'boolean'
    ? value
      ? 'yes'
      : 'no'
    : typeof value === 'number'
      ? value.toLocaleString()
      : String(value)

/** What a bare word would not say. */
const NAMES: Record<string, string> = {
  photos: 'Source photos',
  photos_used: 'Source photos used',
  train: 'Tagged train',
  val: 'Tagged val',
  shared_photos: 'Source photos with parts in both',
}

const sentenceCase = (key: string) => (key[0]!.toUpperCase() + key.slice(1)).replaceAll('_', ' ')
