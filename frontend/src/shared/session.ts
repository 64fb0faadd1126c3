/** Who is signed in, and the limits of this studio. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'

import { api } from './api'
import { rememberLanguage, setLanguage } from './texts'
import type { Preferences, Session } from './types'

export function useSession() {
  return useQuery({
    queryKey: ['session'],
    queryFn: () => api.get<Session>('/api/session/'),
    staleTime: 60_000,
  })
}

/** Replace what is known of the session after signing in or out. */
export function useSetSession() {
  const queries = useQueryClient()
  return (session: Session | null) => {
    queries.clear()
    if (session) queries.setQueryData(['session'], session)
  }
}

/** Keep a choice for all browsers of who is signed in. */
export const prefer = (chosen: Partial<Preferences>) =>
  api.patch<Preferences>('/api/session/preferences/', chosen)

/** `prefer`, and the session knows it. */
export function usePrefer() {
  const queries = useQueryClient()
  return async (chosen: Partial<Preferences>) => {
    const preferences = await prefer(chosen)
    queries.setQueryData<Session>(['session'], (session) => session && { ...session, preferences })
  }
}

/** Read the pages in the language this person chose, also where another browser chose it. */
export function useLanguageOf(session: Session | undefined) {
  const chosen = session?.preferences.language
  useEffect(() => {
    if (!chosen) return
    rememberLanguage(chosen)
    void setLanguage(chosen)
  }, [chosen])
}
