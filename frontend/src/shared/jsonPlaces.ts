/** Where each value of a JSON text stands, so that a complaint about a path can point at its line. */

import { t } from './texts'

export type Path = readonly (string | number)[]
export type Place = { from: number; to: number }
export type Places = {
  /** The value, as far as it could be read. */
  value: unknown
  /** Ranges of the values by dotted path; '' is the whole. */
  at: ReadonlyMap<string, Place>
  /** The first place where the text stops being JSON. */
  problem: (Place & { message: string }) | null
}

export const dotted = (path: Path | string): string => (typeof path === 'string' ? path : path.join('.'))

class Broken extends Error {
  constructor(
    message: string,
    readonly from: number,
    readonly to: number,
  ) {
    super(message)
  }
}

/** Read a JSON text and remember where every value stands. Never throws: `problem` says what is wrong. */
export function places(text: string): Places {
  const at = new Map<string, Place>()
  let i = 0
  const broken = (message: string, from = i, to = Math.min(from + 1, text.length)) =>
    new Broken(message, from, to)
  const space = () => {
    while (i < text.length && ' \t\r\n'.includes(text[i]!)) i++
  }
  const found = () =>
    i >= text.length ? t('shared:json.found_end') : t('shared:json.found', { what: JSON.stringify(text[i]) })

  const string = (): string => {
    const from = i++
    while (i < text.length && text[i] !== '"') {
      if (text[i] === '\n') throw broken(t('shared:json.not_closed'), from, i)
      i += text[i] === '\\' ? 2 : 1
    }
    if (i >= text.length) throw broken(t('shared:json.not_closed'), from, text.length)
    i++
    try {
      return JSON.parse(text.slice(from, i)) as string
    } catch {
      throw broken(t('shared:json.strange'), from, i)
    }
  }

  const literal = (): unknown => {
    const word = /^[^\s,[\]{}":]+/.exec(text.slice(i, i + 400))?.[0]
    if (!word) throw broken(t('shared:json.value', { found: found() }))
    try {
      const value: unknown = JSON.parse(word)
      i += word.length
      return value
    } catch {
      const hint = { True: 'true', False: 'false', None: 'null', undefined: 'null' }[word]
      throw broken(
        hint ? t('shared:json.written', { word: hint }) : t('shared:json.no_value', { word }),
        i,
        i + word.length,
      )
    }
  }

  const array = (path: Path): unknown[] => {
    const values: unknown[] = []
    i++
    space()
    if (text[i] === ']') i++
    else
      for (;;) {
        values.push(value([...path, values.length]))
        space()
        if (text[i] === ']') {
          i++
          break
        }
        if (text[i] !== ',') throw broken(t('shared:json.comma_list', { found: found() }))
        const comma = i++
        space()
        if (text[i] === ']') throw broken(t('shared:json.extra_comma'), comma)
      }
    return values
  }

  const object = (path: Path): Record<string, unknown> => {
    const fields: Record<string, unknown> = {}
    i++
    space()
    if (text[i] === '}') i++
    else
      for (;;) {
        space()
        if (text[i] !== '"') throw broken(t('shared:json.name', { found: found() }))
        const from = i
        const name = string()
        if (Object.hasOwn(fields, name)) throw broken(t('shared:json.twice', { name }), from, i)
        space()
        if (text[i] !== ':') throw broken(t('shared:json.colon', { name, found: found() }))
        i++
        // defineProperty: a class may be called __proto__
        Object.defineProperty(fields, name, {
          value: value([...path, name]),
          enumerable: true,
          writable: true,
          configurable: true,
        })
        space()
        if (text[i] === '}') {
          i++
          break
        }
        if (text[i] !== ',') throw broken(t('shared:json.comma_object', { found: found() }))
        const comma = i++
        space()
        if (text[i] === '}') throw broken(t('shared:json.extra_comma'), comma)
      }
    return fields
  }

  const value = (path: Path): unknown => {
    space()
    const from = i
    const read =
      text[i] === '{' ? object(path) : text[i] === '[' ? array(path) : text[i] === '"' ? string() : literal()
    at.set(dotted(path), { from, to: i })
    return read
  }

  try {
    const whole = value([])
    space()
    if (i < text.length) throw broken(t('shared:json.after_end'), i, text.length)
    return { value: whole, at, problem: null }
  } catch (error) {
    if (!(error instanceof Broken)) throw error
    return {
      value: undefined,
      at,
      problem: { from: error.from, to: Math.max(error.to, error.from), message: error.message },
    }
  }
}

/** The range of a path, or of its nearest part that the text has. */
export function placeOf(found: Places, path: Path | string): Place | null {
  const parts = dotted(path).split('.')
  for (let length = parts.length; length > 0; length--) {
    const place = found.at.get(parts.slice(0, length).join('.'))
    if (place) return place
  }
  return found.at.get('') ?? null
}

/** The text with the value at a path written anew; everything else stays as it was typed. */
export function rewrite(text: string, path: Path, value: unknown): string {
  const place = places(text).at.get(dotted(path))
  if (!place) return text
  const start = text.lastIndexOf('\n', place.from - 1) + 1
  const indent = /^[ \t]*/.exec(text.slice(start, place.from))![0]
  const written = JSON.stringify(value, null, 2).replaceAll('\n', `\n${indent}`)
  return text.slice(0, place.from) + written + text.slice(place.to)
}

/** The text saying another value: only what differs is written anew. */
export function revise(text: string, value: unknown): string {
  const found = places(text)
  if (found.problem) return `${JSON.stringify(value, null, 2)}\n`
  const step = (path: Path, before: unknown, after: unknown): void => {
    if (same(before, after)) return
    if (!isAlike(before, after)) text = rewrite(text, path, after)
    else {
      const [was, is] = [before as Fields, after as Fields]
      for (const name of Object.keys(is)) step([...path, name], was[name], is[name])
    }
  }
  step([], found.value, value)
  return text
}

type Fields = Record<string, unknown>

/** Both lists of one length, or both objects with the same names in the same order. */
function isAlike(before: unknown, after: unknown): boolean {
  if (typeof before !== 'object' || typeof after !== 'object' || !before || !after) return false
  if (Array.isArray(before) !== Array.isArray(after)) return false
  return Object.keys(before).join('\n') === Object.keys(after).join('\n')
}

const same = (a: unknown, b: unknown) => a === b || JSON.stringify(a) === JSON.stringify(b)

/** The smallest replacement that turns one text into another. */
export function difference(before: string, after: string): { from: number; to: number; insert: string } {
  let from = 0
  const shortest = Math.min(before.length, after.length)
  while (from < shortest && before[from] === after[from]) from++
  let end = 0
  while (end < shortest - from && before[before.length - 1 - end] === after[after.length - 1 - end]) end++
  return { from, to: before.length - end, insert: after.slice(from, after.length - end) }
}
