/** What the server says about DTL queries, and how the page asks for it. */

import { keepPreviousData, useQuery } from '@tanstack/react-query'

import { api, type Page } from '../../shared/api'
import type { Schema } from '../../shared/jsonSchema'

export type LayerKind = { action: string; title: string; help: string; schema: Schema; outputs: string[] }
export type DtlSchema = { layers: LayerKind[]; templates: { name: string; text: string }[] }

export type Complaint = {
  layer: number | null
  action?: string
  path: string
  message: string
  level: 'error' | 'warning' | 'info'
  line?: number | null
  column?: number | null
}
export type GraphNode = { layer: number; action: string; summary: string; src: string[]; dst: string[] }
export type GraphEdge = { from_layer: number; output: number; to_layer: number; name: string }
export type Discarded = { layer: number; output: number; name: string }
export type Graph = { nodes: GraphNode[]; edges: GraphEdge[]; discarded: Discarded[] }
export type Note = { kind: string; layer: number | null; text: string; fix: { text: string } | null }
export type Checked = {
  ok: boolean
  complaints: Complaint[]
  graph: Graph
  result: { project: string; classes: { name: string; colour: string }[]; tags: string[] } | null
  notes: Note[]
}

export type PreviewSample = {
  name: string
  dataset: string
  tags: (string | { name: string })[]
  width: number
  height: number
  photo: string
  overlay: string
  source: Record<string, unknown>
  objects: number | unknown[]
}
export type Preview = { samples: PreviewSample[]; seen: number; kept: number; problem?: string | null }

export type SavedQuery = { id: number; name: string; text: string; updated_at?: string }

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
    queryFn: async ({ signal }) => {
      const answer = await api.get<SavedQuery[] | Page<SavedQuery>>(
        '/api/queries/',
        { page_size: 500 },
        signal,
      )
      return Array.isArray(answer) ? answer : answer.results
    },
  })
}

export type ProjectName = {
  id: number
  name: string
  image_count: number
  classes: { name: string; colour: string }[]
}

/** Names of all projects this person may read, for pickers. */
export function useProjectNames() {
  return useQuery({
    queryKey: ['projects', 'names'],
    queryFn: async ({ signal }) =>
      (await api.get<Page<ProjectName>>('/api/projects/', { page_size: 500 }, signal)).results,
  })
}
