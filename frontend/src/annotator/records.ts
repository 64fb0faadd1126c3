/** What the server says about projects, photos and imports, and how pages ask for it. */

import { useQuery, useQueryClient } from '@tanstack/react-query'

import { api, type Page, type Query } from '../shared/api'

export type Role = 'owner' | 'annotator' | 'viewer'

export type LabelClass = {
  id: number
  index: number
  name: string
  colour: string
  key: string
  pattern: '' | 'hatch'
  shape: string
  deleted_at: string | null
  image_count: number | null
  px: number | null
}

export type Lineage = { kind?: string } & Record<string, unknown>

export type Project = {
  id: number
  name: string
  description: string
  created_at: string
  created_by: string | null
  deleted_at: string | null
  role: Role
  image_count: number
  annotated_count: number
  class_count: number
  classes: LabelClass[]
  lineage: Lineage
  made_by: { id: number; kind: string; title: string } | null
  source: { id: number; name: string } | null
  thumbnails: string[]
}

export type Tag = string | { name: string; value?: unknown }

export type Image = {
  id: number
  project: number
  dataset: string
  name: string
  description: string
  width: number
  height: number
  tags: Tag[]
  lineage: Record<string, unknown>
  seq: number
  class_px: Record<string, number>
  object_count: number
  is_annotated: boolean
  created_at: string
  edited_at: string | null
  deleted_at: string | null
  thumbnail: string
  overlay: string | null // null while nothing is painted
}

export type Facets = {
  count: number
  derived: number
  datasets: { name: string; count: number }[]
  tags: { name: string; count: number }[]
  classes: { index: number; name: string; colour: string; images: number; px: number }[]
  annotated: number
  not_annotated: number
}

export type Member = { id: number; user: { id: number; name: string }; role: Role }
export type Person = { id: number; name: string; is_staff: boolean }

export const canEdit = (project: Project) => project.role !== 'viewer'
export const isOwner = (project: Project) => project.role === 'owner'

export const tagText = (tag: Tag) =>
  typeof tag === 'string'
    ? tag
    : tag.value === undefined || tag.value === null
      ? tag.name
      : `${tag.name}: ${String(tag.value)}`
export const tagName = (tag: Tag) => (typeof tag === 'string' ? tag : tag.name)

export function useProjects(search: string, isTrash: boolean, page: number) {
  return useQuery({
    queryKey: ['projects', { search, isTrash, page }],
    queryFn: ({ signal }) =>
      api.get<Page<Project>>(
        '/api/projects/',
        { search, trash: isTrash ? 1 : '', page, page_size: PROJECTS_PER_PAGE },
        signal,
      ),
    // The page before stays until the next is there, but the trash never stands in for what is alive.
    placeholderData: (before, query) =>
      (query?.queryKey[1] as { isTrash?: boolean } | undefined)?.isTrash === isTrash ? before : undefined,
  })
}
export const PROJECTS_PER_PAGE = 24

export function useProject(id: number) {
  return useQuery({
    queryKey: ['project', id],
    queryFn: ({ signal }) => api.get<Project>(`/api/projects/${id}/`, {}, signal),
  })
}

export function useImages(projectId: number, query: Query) {
  return useQuery({
    queryKey: ['images', projectId, query],
    queryFn: ({ signal }) => api.get<Page<Image>>(`/api/projects/${projectId}/images/`, query, signal),
    placeholderData: (before, last) =>
      last?.queryKey[1] === projectId && (last.queryKey[2] as Query).trash === query.trash
        ? before
        : undefined,
  })
}

export function useFacets(projectId: number) {
  return useQuery({
    queryKey: ['facets', projectId],
    queryFn: ({ signal }) => api.get<Facets>(`/api/projects/${projectId}/facets/`, {}, signal),
  })
}

export function useClasses(projectId: number, isTrash = false) {
  return useQuery({
    queryKey: ['classes', projectId, isTrash],
    queryFn: ({ signal }) =>
      api.get<LabelClass[]>(`/api/projects/${projectId}/classes/`, { trash: isTrash ? 1 : '' }, signal),
  })
}

export function useMembers(projectId: number) {
  return useQuery({
    queryKey: ['members', projectId],
    queryFn: ({ signal }) => api.get<Member[]>(`/api/projects/${projectId}/members/`, {}, signal),
  })
}

export function usePeople() {
  return useQuery({
    queryKey: ['people'],
    queryFn: ({ signal }) => api.get<Person[]>('/api/users/', {}, signal),
  })
}

/** Ask the server again for everything about one project, and for the list it appears in. */
export function useRefreshProject(projectId?: number) {
  const queries = useQueryClient()
  return async () => {
    const stale = ['project', 'images', 'facets', 'classes', 'members']
    await Promise.all([
      queries.invalidateQueries({ queryKey: ['projects'] }),
      ...stale.map((name) =>
        queries.invalidateQueries({ queryKey: projectId === undefined ? [name] : [name, projectId] }),
      ),
    ])
  }
}
