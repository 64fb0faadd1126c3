/** What the annotator needs to know of a photo before it opens, and of the ones beside it. */

import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { type RefObject, useEffect } from 'react'

import { api } from '../../shared/api'
import type { Image, Neighbours, Project } from '../../shared/types'
import { commentsQuery, workflowQuery } from '../workflow/records'
import { fetchPhotoAhead, forgetPhotosAhead } from './photoAhead'
import { fetchMaskAhead } from './server'

export type { Image, Neighbours, Project } from '../../shared/types'

const imageQuery = (id: number) =>
  queryOptions({
    queryKey: ['image', id],
    queryFn: () => api.get<Image>(`/api/images/${id}/`),
  })

export const useImage = (id: number) => useQuery(imageQuery(id))

export const useProject = (id: number | undefined) =>
  useQuery({
    queryKey: ['project', id],
    queryFn: () => api.get<Project>(`/api/projects/${id}/`),
    enabled: id !== undefined,
  })

const neighboursQuery = (id: number, search: string) =>
  queryOptions({
    queryKey: ['neighbours', id, search],
    queryFn: () => api.get<Neighbours>(`/api/images/${id}/neighbours/${search}`),
  })

/** search: the gallery's filters, so that one walks through the photos one was looking at. */
export const useNeighbours = (id: number, search: string) => useQuery(neighboursQuery(id, search))

/** Fetch what the next photo shows first, when this one is at rest, so that going on takes no waiting. */
export function usePrefetch(
  id: number | null | undefined,
  search: string,
  stage: RefObject<HTMLElement | null>,
): void {
  const queries = useQueryClient()
  useEffect(() => {
    if (!id) return
    let isGone = false
    const timer = setTimeout(() => {
      fetchMaskAhead(id)
      const { clientWidth: width, clientHeight: height } = stage.current!
      const room = { width: width * devicePixelRatio, height: height * devicePixelRatio }
      const ahead = queries
        .ensureQueryData(imageQuery(id))
        .then((image) => fetchPhotoAhead(image, room, () => isGone))
      // What cannot be fetched ahead is fetched when it is looked at.
      ahead.catch(() => {})
      // An answer that comes while a photo opens draws the room anew, and the photo waits for that.
      void queries.prefetchQuery(workflowQuery(id))
      void queries.prefetchQuery(commentsQuery(id))
      void queries.prefetchQuery(neighboursQuery(id, search))
    }, 1200)
    return () => {
      isGone = true
      clearTimeout(timer)
    }
  }, [id, search, queries, stage])
  useEffect(() => forgetPhotosAhead, [])
}

/** When the annotator is left, what the gallery shows of the project is out of date. */
export function useFreshGallery(projectId: number): void {
  const queries = useQueryClient()
  useEffect(
    () => () => {
      for (const key of ['images', 'facets']) void queries.invalidateQueries({ queryKey: [key, projectId] })
      void queries.invalidateQueries({ queryKey: ['projects'] })
    },
    [projectId, queries],
  )
}
