/** What made a project, as a sentence with links. */

import type { Lineage, Project } from '../records'

/** A piece of a sentence, with an address when it leads somewhere. */
export type Piece = { text: string; to?: string }

type Made = Pick<Project, 'lineage' | 'made_by' | 'source'>

const WORDS: Record<string, string> = {
  import: 'Imported',
  sample: 'Drawn as the sample project',
  dtl: 'Built by a query',
  predict: 'Predicted',
}

/** "Predicted by UNetV2 on powerlines_test", or null for a project made by hand. */
export function story({ lineage, made_by, source }: Made): Piece[] | null {
  const kind = lineage.kind ?? made_by?.kind
  if (!kind) return null
  const job = made_by ? `/jobs/${made_by.id}` : undefined
  const pieces: Piece[] = [{ text: WORDS[kind] ?? `Made by ${kind}`, to: job }]
  if (kind === 'dtl') {
    const query = named(lineage, 'query_name')
    if (query) pieces[0] = { text: `Built by the query “${query}”`, to: job }
  }
  if (kind === 'predict') {
    const model = named(lineage, 'model', 'model_title')
    if (typeof lineage.run === 'number') pieces[0] = { text: 'Predicted', to: `/predictions/${lineage.run}` }
    if (model) pieces.push({ text: 'by' }, { text: model, to: '/models' })
  }
  if (source) {
    pieces.push(
      { text: kind === 'predict' ? 'on' : 'from' },
      { text: source.name, to: `/projects/${source.id}` },
    )
  } else {
    const names = sourcesOf(lineage)
    if (names.length) pieces.push({ text: `from ${names.join(', ')}` })
  }
  return pieces
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

function sourcesOf(lineage: Lineage): string[] {
  const found = lineage.projects ?? lineage.sources
  if (!Array.isArray(found)) return []
  return found
    .map((one: unknown) => (typeof one === 'string' ? one : named({ one } as Lineage, 'one')))
    .filter(Boolean)
}

export type SplitNote = { text: string; repaired: string }

/** The remark that relatives of training crops are in validation, with the query that would avoid it. */
export function splitNote(lineage: Lineage): SplitNote | null {
  const notes = Array.isArray(lineage.notes) ? (lineage.notes as Record<string, unknown>[]) : []
  const note = notes.find((one) => one?.kind === 'split_after_crop')
  if (!note) return null
  const fix = note.fix as { text?: unknown } | string | undefined
  const repaired = typeof fix === 'string' ? fix : typeof fix?.text === 'string' ? fix.text : ''
  return { text: String(note.text ?? ''), repaired }
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

/** The rest of a lineage that reads as one line: seed, format, counts ... */
export function otherFacts(lineage: Lineage): { name: string; text: string }[] {
  return Object.entries(lineage)
    .filter(([key, value]) => key !== 'kind' && !key.endsWith('_id') && isPlain(value))
    .map(([key, value]) => ({ name: sentenceCase(key), text: plainText(value) }))
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

const sentenceCase = (key: string) => (key[0]!.toUpperCase() + key.slice(1)).replaceAll('_', ' ')
