/** The keys in use on this page: the table, with what the person changed. */

import { useEffect, useSyncExternalStore } from 'react'

import { useSession } from '../../shared/session'
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

/** Take over the keys that the person keeps with the server. */
export function useKeysOfPerson(): void {
  const chosen = useSession().data?.preferences.keys
  useEffect(() => {
    if (chosen) chooseKeys(chosen)
  }, [chosen])
}
