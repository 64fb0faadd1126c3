/** Colours and keys for classes, and the rows of the class editor. */

import { t } from '../../shared/texts'
import type { LabelClass } from '../../shared/types'
import { type Pattern, PATTERNS } from '../canvas/patterns'

/** Okabe and Ito's colours: told apart by colour-blind people too. Black is left out, it is lost on dark photos. */
export const PALETTE = ['#E69F00', '#56B4E9', '#009E73', '#F0E442', '#0072B2', '#D55E00', '#CC79A7']
export const NEUTRAL = { name: 'neutral', colour: '#9B9B9B', key: 'n', pattern: 'hatch' } as const
export const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9']

export type ClassDraft = Pick<LabelClass, 'name' | 'colour' | 'key' | 'pattern'>
type Taken = Pick<LabelClass, 'colour' | 'key' | 'pattern'>

/** The first colour no class has yet; after that they begin again. */
export function freeColour(taken: readonly Taken[]): string {
  const used = new Set(taken.map(({ colour }) => colour.toUpperCase()))
  return PALETTE.find((colour) => !used.has(colour)) ?? PALETTE[taken.length % PALETTE.length]!
}

/** The first pattern no class has yet, so that no two are told by colour alone; hatching is neutral's. */
export function freePattern(taken: readonly Taken[]): ClassDraft['pattern'] {
  const free = PATTERNS.filter((pattern) => pattern !== NEUTRAL.pattern)
  return (
    free.find((pattern) => !taken.some((other) => other.pattern === pattern)) ??
    free[taken.length % free.length]!
  )
}

export const patternName = (pattern: string) =>
  t(`projects:pattern.${(pattern as Exclude<Pattern, ''>) || 'plain'}`)
export const patternOptions = () => PATTERNS.map((value) => ({ value, label: patternName(value) }))

/** The first digit no class has yet, or no key at all. */
export function freeKey(taken: readonly Taken[]): string {
  return KEYS.find((key) => !taken.some((other) => other.key === key)) ?? ''
}

export function freshClass(taken: readonly Taken[], name = ''): ClassDraft {
  return { name, colour: freeColour(taken), key: freeKey(taken), pattern: freePattern(taken) }
}

/** What is wrong with the rows, by row; null where a row is fine. */
export function complaints(drafts: readonly ClassDraft[], hasNeutral: boolean): (string | null)[] {
  return drafts.map((draft, at) => {
    const name = draft.name.trim()
    if (!name) return t('projects:classes.needs_name')
    if (hasNeutral && name.toLowerCase() === NEUTRAL.name) return t('projects:classes.neutral_below')
    if (drafts.slice(0, at).some((other) => other.name.trim() === name))
      return t('projects:classes.taken', { name })
    return null
  })
}

/** Give a key to one row; the row that had it takes the old key, so that no key is ever given twice. */
export function withKey(drafts: readonly ClassDraft[], at: number, key: string): ClassDraft[] {
  const old = drafts[at]!.key
  return drafts.map((draft, row) =>
    row === at ? { ...draft, key } : key && draft.key === key ? { ...draft, key: old } : draft,
  )
}
