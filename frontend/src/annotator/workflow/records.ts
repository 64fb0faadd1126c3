/** What the server says of states, comments and guides, and how pages ask for it. */

import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'

import { api } from '../../shared/api'
import type { Comment, Guide, WorkAction, Workflow } from '../../shared/types'

/** Somebody else may claim, return or accept while the photo is open: news comes by itself, unless the line is cut. */
const POLL_MS = 20_000

export const workflowQuery = (image: number) =>
  queryOptions({
    queryKey: ['workflow', image],
    queryFn: ({ signal }) => api.get<Workflow>(`/api/images/${image}/workflow/`, {}, signal),
  })

export const useWorkflow = (image: number) =>
  useQuery({ ...workflowQuery(image), refetchInterval: POLL_MS, refetchOnWindowFocus: true })

export type Place = [number, number]

/** Make a move; what the server then says replaces what was known. Rejects with its sentence. */
export function useMove(image: number, project: number) {
  const queries = useQueryClient()
  return useCallback(
    async (action: WorkAction, more: { text?: string; at?: Place | null } = {}) => {
      try {
        const answer = await api.post<Workflow>(`/api/images/${image}/workflow/`, { action, ...more })
        queries.setQueryData(['workflow', image], answer)
      } catch (problem) {
        // Somebody was quicker, or the menu was old.
        void queries.invalidateQueries({ queryKey: ['workflow', image] })
        throw problem
      } finally {
        for (const key of ['images', 'facets']) void queries.invalidateQueries({ queryKey: [key, project] })
        void queries.invalidateQueries({ queryKey: ['neighbours'] })
        void queries.invalidateQueries({ queryKey: ['image', image] })
        if (more.text) void queries.invalidateQueries({ queryKey: ['comments', image] })
      }
    },
    [image, project, queries],
  )
}

export const commentsQuery = (image: number) =>
  queryOptions({
    queryKey: ['comments', image],
    queryFn: ({ signal }) => api.get<Comment[]>(`/api/images/${image}/comments/`, {}, signal),
  })

export const useComments = (image: number) =>
  useQuery({ ...commentsQuery(image), refetchInterval: POLL_MS, refetchOnWindowFocus: true })

/** Everything one can do with the comments of a photo; each asks for them anew afterwards. */
export function useTalk(image: number) {
  const queries = useQueryClient()
  const path = `/api/images/${image}/comments/`
  const after = async <T>(work: Promise<T>): Promise<T> => {
    const done = await work
    await queries.invalidateQueries({ queryKey: ['comments', image] })
    return done
  }
  return {
    say: (text: string, at: Place | null) => after(api.post<Comment>(path, { text, at })),
    answer: (parent: number, text: string) => after(api.post<Comment>(path, { text, parent })),
    reword: (id: number, text: string) => after(api.patch<Comment>(`/api/comments/${id}/`, { text })),
    settle: (id: number, is_resolved: boolean) =>
      after(api.patch<Comment>(`/api/comments/${id}/`, { is_resolved })),
    remove: (id: number) => after(api.delete(`/api/comments/${id}/`)),
  }
}

export function useGuide(project: number) {
  return useQuery({
    queryKey: ['guide', project],
    queryFn: ({ signal }) => api.get<Guide>(`/api/projects/${project}/guide/`, {}, signal),
    staleTime: 60_000,
  })
}

export const hasGuide = (guide: Guide | undefined): guide is Guide =>
  guide !== undefined && (guide.text.trim() !== '' || guide.examples.length > 0)

export function useRefreshGuide(project: number) {
  const queries = useQueryClient()
  return () => queries.invalidateQueries({ queryKey: ['guide', project] })
}
