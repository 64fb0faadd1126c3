/** Everything the review of one photo needs from the server. */

import { keepPreviousData, useQuery } from '@tanstack/react-query'

import { Mask } from '../../annotator/painting/mask'
import { decode, keyOf } from '../../annotator/painting/tile'
import { parseTiles } from '../../annotator/painting/wire'
import { api, send } from '../../shared/api'
import type {
  Agreement,
  Comparison,
  Counterpart,
  Image,
  Neighbours,
  Probability,
  Project,
  Windows,
} from '../../shared/types'

export const useImage = (id: number) =>
  useQuery({ queryKey: ['images', id], queryFn: () => api.get<Image>(`/api/images/${id}/`) })

export const useProject = (id: number | undefined) =>
  useQuery({
    queryKey: ['projects', id],
    queryFn: () => api.get<Project>(`/api/projects/${id}/`),
    enabled: id !== undefined,
  })

export const useProbabilities = (id: number) =>
  useQuery({
    queryKey: ['images', id, 'probabilities'],
    queryFn: () => api.get<Probability[]>(`/api/images/${id}/probabilities/`),
  })

export const useCounterparts = (id: number) =>
  useQuery({
    queryKey: ['images', id, 'counterparts'],
    queryFn: () => api.get<Counterpart[]>(`/api/images/${id}/counterparts/`),
  })

export const useNeighbours = (id: number) =>
  useQuery({
    queryKey: ['images', id, 'neighbours'],
    queryFn: () => api.get<Neighbours>(`/api/images/${id}/neighbours/`),
  })

export const useWindows = (id: number, isWanted: boolean) =>
  useQuery({
    queryKey: ['images', id, 'windows'],
    queryFn: () => api.get<Windows>(`/api/images/${id}/windows/`),
    enabled: isWanted,
    staleTime: Infinity,
  })

/** The class plane of an image as it is on the server. */
export const useMask = (id: number | null, size: { width: number; height: number } | undefined) =>
  useQuery({
    queryKey: ['images', id, 'mask'],
    enabled: id !== null && size !== undefined,
    queryFn: async () => {
      const response = await send('GET', `/api/images/${id}/tiles/?plane=class`)
      const mask = new Mask(size!.width, size!.height)
      const { tiles } = parseTiles('class', await response.arrayBuffer())
      await Promise.all(
        tiles.map(async ({ x, y, data }) =>
          mask.putClasses(keyOf(x, y), (await decode('class', data)) as Uint8Array),
        ),
      )
      return mask
    },
    // A mask is compared by identity: a copy that react-query merged would be drawn anew for nothing.
    structuralSharing: false,
  })

export type Against = Required<Comparison>

export const useAgreement = (image: number, against: Against | null) =>
  useQuery({
    queryKey: ['images', image, 'compare', against],
    queryFn: ({ signal }) => api.post<Agreement>(`/api/images/${image}/compare/`, against, signal),
    enabled: against !== null,
    placeholderData: keepPreviousData,
  })
