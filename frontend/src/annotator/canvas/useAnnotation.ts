/** What the annotator needs to know of a photo before it opens, and of the ones beside it. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'

import { api } from '../../shared/api'
import type { Image, Neighbours, Project } from '../../shared/types'

export type { Image, Neighbours, Project } from '../../shared/types'

const imageQuery = (id: number) => ({
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

/** search: the gallery's filters, so that one walks through the photos one was looking at. */
export const useNeighbours = (id: number, search: string) =>
  useQuery({
    queryKey: ['neighbours', id, search],
    queryFn: () => api.get<Neighbours>(`/api/images/${id}/neighbours/${search}`),
  })

/** Levels up to this size are fetched ahead: what a photo shows first on a large screen. */
const AHEAD_PX = 2600

/** Fetch what the next photo shows first, when this one is at rest, so that going on takes no waiting. */
export function usePrefetch(id: number | null | undefined): void {
  const queries = useQueryClient()
  useEffect(() => {
    if (!id) return
    let isGone = false
    const timer = setTimeout(() => {
      const ahead = queries.ensureQueryData(imageQuery(id)).then(async (image) => {
        for (const address of isGone ? [] : firstTiles(image)) {
          if (isGone) return
          await fetch(address, { priority: 'low' })
        }
      })
      // What cannot be fetched ahead is fetched when it is looked at.
      ahead.catch(() => {})
    }, 1200)
    return () => {
      isGone = true
      clearTimeout(timer)
    }
  }, [id, queries])
}

function firstTiles({ id, width, height, photo }: Image): string[] {
  const addresses: string[] = []
  for (let level = 8; level < photo.levels; level++) {
    const scale = 2 ** (level - photo.levels + 1)
    if (Math.max(width, height) * scale > AHEAD_PX) break
    for (let y = 0; y < Math.ceil((height * scale) / photo.tile); y++) {
      for (let x = 0; x < Math.ceil((width * scale) / photo.tile); x++) {
        addresses.push(`/api/images/${id}/photo/${level}/${x}_${y}.jpg`)
      }
    }
  }
  return addresses
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
