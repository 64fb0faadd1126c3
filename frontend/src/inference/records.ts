/** What the inference endpoints answer, in the words of the pages. */

import { useQuery } from '@tanstack/react-query'

import { api, type Page } from '../shared/api'
import type { Job } from '../shared/jobs'
import type { Schema } from '../shared/jsonSchema'

export type NameId = { id: number; name: string }

export type PredictionRun = {
  id: number
  job: Job
  model: { id: number; title: string } | null
  project: NameId | null
  result: NameId | null
  config: unknown
  facts: Record<string, unknown>
  classes: { name: string; colour: string }[]
  created_at?: string
}

export type Scale = { mean: number; p5: number; p95: number }

export type Check = {
  ok: boolean
  complaints: { path: string; message: string; level?: string }[]
  summary: {
    images: number
    windows: number
    scale_train: Scale | null
    scale_inference: Scale | null
    suggested_window?: number | null
    result_classes: { name: string; colour: string }[]
  }
}

export const useInferenceSchema = () =>
  useQuery({
    queryKey: ['inference', 'schema'],
    queryFn: () => api.get<{ config: Schema; template: unknown }>('/api/inference/schema/'),
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
