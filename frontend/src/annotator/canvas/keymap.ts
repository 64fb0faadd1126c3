/** The keys in use on this page: the table, with what the person changed. */

import { useEffect, useSyncExternalStore } from 'react'

import { useSession } from '../../shared/session'
import { type Key, t } from '../../shared/texts'
import { type Binding, type Chosen, isRow, KeyTable, nameOf } from '../painting/keys'

let table = new KeyTable()
const listeners = new Set<() => void>()

export const keyTable = (): KeyTable => table

/** hasSingle: whether single characters are shortcuts. */
export function chooseKeys(chosen: Chosen, hasSingle: boolean): void {
  const isSame = JSON.stringify(chosen) === JSON.stringify(table.chosen)
  if (isSame && hasSingle === table.hasSingle) return
  table = new KeyTable(chosen, hasSingle)
  for (const tell of listeners) tell()
}

function subscribe(tell: () => void): () => void {
  listeners.add(tell)
  return () => listeners.delete(tell)
}

/** The table, drawn anew when it changes. */
export const useKeyTable = (): KeyTable => useSyncExternalStore(subscribe, keyTable)

/** What keyboards and mice call differently from one language to the next; the longer first. */
const WORDS = [
  'Middle button',
  'right drag',
  'ArrowLeft',
  'ArrowRight',
  'ArrowUp',
  'ArrowDown',
  'PageUp',
  'PageDown',
  'Backspace',
  'Delete',
  'Escape',
  'Enter',
  'Space',
  'Tab',
  'Alt',
  'Shift',
  'Ctrl',
  'Wheel',
  'wheel',
  'click',
  'arrow',
] as const
const ANY_WORD = new RegExp(WORDS.join('|'), 'g')

/** A chord as the reader's keyboard says it: "Shift+B" is "Umschalt+B" in German. */
export const inWords = (chord: string): string =>
  chord.replace(ANY_WORD, (word) => t(`keys:word.${word as (typeof WORDS)[number]}`))

/** Stands in a hint for a key that there is not. */
const NO_KEY = '\u0000'

/** A hint whose {{places}} are filled with the keys of what they name. Parts that speak of a key nobody has are left out. */
export function hint(key: Key, values: Record<string, string | number> = {}): string {
  const keys = Object.fromEntries(table.bindings.map((binding) => [nameOf(binding), wordsOf(binding)]))
  const parts = t(key, { ...keys, ...values }).split(' · ')
  const kept = parts.filter((part) => !part.includes(NO_KEY))
  return kept.length > 0 ? kept.join(' · ') : parts[0]!.replaceAll(NO_KEY, '–')
}

function wordsOf(binding: Binding): string {
  const [first, ...others] = binding.keys
  if (first === undefined) return NO_KEY
  return isRow(binding) && others.length > 0
    ? `${inWords(first)}–${others.at(-1)!.slice(-1)}`
    : inWords(first)
}

/** Take over the keys that the person keeps with the server. */
export function useKeysOfPerson(): void {
  const preferences = useSession().data?.preferences
  useEffect(() => {
    if (preferences) chooseKeys(preferences.keys ?? {}, preferences.single_keys ?? true)
  }, [preferences])
}
