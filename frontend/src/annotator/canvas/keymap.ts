/** The keys in use on this page: the table, with what the person changed. */

import { useEffect, useSyncExternalStore } from 'react'

import { useSession } from '../../shared/session'
import { t } from '../../shared/texts'
import { type Chosen, KeyTable } from '../painting/keys'

let table = new KeyTable()
const listeners = new Set<() => void>()

export const keyTable = (): KeyTable => table

export function chooseKeys(chosen: Chosen): void {
  if (JSON.stringify(chosen) === JSON.stringify(table.chosen)) return
  table = new KeyTable(chosen)
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

/** Take over the keys that the person keeps with the server. */
export function useKeysOfPerson(): void {
  const chosen = useSession().data?.preferences.keys
  useEffect(() => {
    if (chosen) chooseKeys(chosen)
  }, [chosen])
}
