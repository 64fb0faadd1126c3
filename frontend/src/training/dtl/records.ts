/** What the server says about DTL queries, and how the page asks for it. */

import { keepPreviousData, useQuery } from '@tanstack/react-query'

import { api, type Page } from '../../shared/api'
import type { Schema } from '../../shared/jsonSchema'
import { type Key, language, t } from '../../shared/texts'
import type * as types from '../../shared/types'
import type { Project, QueryComplaint, SavedQuery } from '../../shared/types'

export type { PreviewSample, SavedQuery } from '../../shared/types'

export type Checked = types.QueryCheck
export type Graph = types.QueryGraph
export type Preview = types.DtlPreview
export type ProjectName = Pick<Project, 'id' | 'name' | 'image_count' | 'classes'>
/** Of the server, or of the page before the server has seen the text. */
export type Complaint = Pick<QueryComplaint, 'layer' | 'path' | 'message' | 'level'> & Partial<QueryComplaint>
/** With the JSON schema in it read as one. */
export type LayerKind = Omit<types.DtlLayer, 'schema'> & { schema: Schema }
export type DtlSchema = Omit<types.DtlSchema, 'layers'> & { layers: LayerKind[] }

const BRANCHES: Record<string, Key> = { true: 'dtl:branch.true', false: 'dtl:branch.false' }

/** What an output of a fork means, in words. */
export function branchOf(output: string): string {
  const key = BRANCHES[output]
  return key ? t(key) : output
}

export function useDtlSchema() {
  return useQuery({
    queryKey: ['dtl', 'schema', language()],
    queryFn: ({ signal }) => api.get<DtlSchema>('/api/dtl/schema/', {}, signal),
    staleTime: Infinity,
  })
}

export function useChecked(text: string | null) {
  return useQuery({
    queryKey: ['dtl', 'check', text],
    queryFn: ({ signal }) => api.post<Checked>('/api/dtl/check/', { text }, signal),
    enabled: text !== null,
    placeholderData: keepPreviousData,
  })
}

export function useSavedQueries() {
  return useQuery({
    queryKey: ['queries'],
    queryFn: ({ signal }) => api.get<SavedQuery[]>('/api/queries/', {}, signal),
  })
}

/** Names of all projects this person may read, for pickers. */
export function useProjectNames() {
  return useQuery({
    queryKey: ['projects', 'names'],
    queryFn: async ({ signal }) =>
      (await api.get<Page<ProjectName>>('/api/projects/', { page_size: 500 }, signal)).results,
  })
}
