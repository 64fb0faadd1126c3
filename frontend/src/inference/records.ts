/** What the inference endpoints answer, in the words of the pages. */

import { useQuery } from '@tanstack/react-query'

import { api, type Page } from '../shared/api'
import type { Schema } from '../shared/jsonSchema'
import { language } from '../shared/texts'
import type { InferenceSchema, PredictionRun } from '../shared/types'

/** The server's answer, with the JSON schema in it read as one. */
type ConfigSchema = Omit<InferenceSchema, 'config'> & { config: Schema }

export const useInferenceSchema = () =>
  useQuery({
    queryKey: ['inference', 'schema', language()],
    queryFn: () => api.get<ConfigSchema>('/api/inference/schema/'),
    staleTime: Infinity,
  })

export const useRuns = () =>
  useQuery({
    queryKey: ['inference', 'runs'],
    queryFn: () => api.get<Page<PredictionRun>>('/api/inference/runs/'),
  })

export const useRun = (id: number) =>
  useQuery({
    queryKey: ['inference', 'runs', id],
    queryFn: () => api.get<PredictionRun>(`/api/inference/runs/${id}/`),
  })
