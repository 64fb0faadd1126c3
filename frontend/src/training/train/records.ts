/** What the server says about training runs, models and weights, and how pages ask for it. */

import { keepPreviousData, useQuery } from '@tanstack/react-query'

import { api, type Page } from '../../shared/api'
import type { Schema } from '../../shared/jsonSchema'
import { language } from '../../shared/texts'
import type * as types from '../../shared/types'
import type { NetworkModel, TrainingCheck, Weights } from '../../shared/types'

export type { Checkpoint, NetworkModel, Start, TrainingCheck } from '../../shared/types'

export type Run = types.TrainingRun
export type Summary = types.TrainingSummary
/** The server's answer, with the JSON schema in it read as one. */
export type TrainingSchema = Omit<types.TrainingSchema, 'config'> & { config: Schema }
/** What the form holds: a project may not be chosen yet. */
export type Request = Omit<types.TrainingRequest, 'project' | 'network'> & {
  project: number | null
  network: string
}

export const MODELS_PER_PAGE = 50
export const RUNS_PER_PAGE = 50

export function useTrainingSchema() {
  return useQuery({
    queryKey: ['training', 'schema', language()],
    queryFn: ({ signal }) => api.get<TrainingSchema>('/api/training/schema/', {}, signal),
    staleTime: Infinity,
  })
}

export function useTrainingCheck(request: Omit<Request, 'title' | 'seed'> | null) {
  return useQuery({
    queryKey: ['training', 'check', request],
    queryFn: ({ signal }) => api.post<TrainingCheck>('/api/training/check/', request, signal),
    enabled: request !== null,
    placeholderData: keepPreviousData,
  })
}

export function useRuns(page = 1) {
  return useQuery({
    queryKey: ['training', 'runs', page],
    queryFn: ({ signal }) =>
      api.get<Page<Run>>('/api/training/runs/', { page, page_size: RUNS_PER_PAGE }, signal),
    placeholderData: keepPreviousData,
    // Rows change while runs go on; the run page is the live one.
    refetchInterval: 5_000,
  })
}

export function useRun(id: number) {
  return useQuery({
    queryKey: ['training', 'run', id],
    queryFn: ({ signal }) => api.get<Run>(`/api/training/runs/${id}/`, {}, signal),
  })
}

export function useModels(isTrash = false, page = 1, page_size = MODELS_PER_PAGE) {
  return useQuery({
    queryKey: ['models', isTrash, page, page_size],
    queryFn: ({ signal }) =>
      api.get<Page<NetworkModel>>('/api/models/', { trash: isTrash ? 1 : '', page, page_size }, signal),
    placeholderData: keepPreviousData,
  })
}

export function useWeights() {
  return useQuery({
    queryKey: ['weights'],
    queryFn: ({ signal }) => api.get<Weights>('/api/weights/', {}, signal),
  })
}

/** The checkpoint with the lowest validation loss. */
export const bestOf = (run: Pick<Run, 'checkpoints'>) =>
  run.checkpoints.findLast((one) => one.is_best) ?? null
