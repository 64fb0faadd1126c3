/** Who is signed in, and the limits of this studio. */

import { useQuery, useQueryClient } from '@tanstack/react-query'

import { api } from './api'
import type { Session } from './types'

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
