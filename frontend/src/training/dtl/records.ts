/** What the server says about DTL queries, and how the page asks for it. */

import { keepPreviousData, useQuery } from '@tanstack/react-query'

import { api, type Page } from '../../shared/api'
import type { Schema } from '../../shared/jsonSchema'
import type { components } from '../../shared/schema'

type Api = components['schemas']

// The generated types, with what is JSON of its own said more closely.
export type LayerKind = Omit<Api['DtlLayer'], 'schema'> & { schema: Schema }
export type DtlSchema = Omit<Api['DtlSchema'], 'layers'> & { layers: LayerKind[] }
export type Complaint = Pick<Api['QueryComplaint'], 'layer' | 'path' | 'message' | 'level'> &
  Partial<Api['QueryComplaint']>
export type Graph = Api['QueryGraph']
export type Checked = Api['QueryCheck']
export type Preview = Api['DtlPreview']
export type PreviewSample = Api['PreviewSample']
export type SavedQuery = Api['SavedQuery']
export type ProjectName = Pick<Api['Project'], 'id' | 'name' | 'image_count' | 'classes'>

export function useDtlSchema() {
  return useQuery({
    queryKey: ['dtl', 'schema'],
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
