/** What the server says about projects, photos and imports, and how pages ask for it. */

import { useQuery, useQueryClient } from '@tanstack/react-query'

import { api, type Page, type Query } from '../shared/api'
import type { Facets, Image, LabelClass, Member, Person, Project, Tag } from '../shared/types'

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
