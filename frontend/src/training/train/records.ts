/** What the server says about training runs, models and weights, and how pages ask for it. */

import { keepPreviousData, useQuery } from '@tanstack/react-query'

import { api, type Page } from '../../shared/api'
import type { Job } from '../../shared/jobs'
import type { Schema } from '../../shared/jsonSchema'
import type { components } from '../../shared/schema'

type Api = components['schemas']

// The generated types, with what is JSON of its own said more closely.
export type Start = Api['StartFromEnum']
export type TrainingSchema = Omit<Api['TrainingSchema'], 'config'> & { config: Schema }
export type Request = Omit<Api['AskedRequest'], 'project' | 'network'> & {
  project: number | null
  network: string
}
export type Summary = Api['TrainingSummary']
export type TrainingCheck = Api['TrainingCheck']

export type Scores = {
  loss?: number | null
  accuracy?: number | null
  dice?: number | null
  iou?: number | null
  iou_by_class?: Record<string, number>
}

export type Checkpoint = Omit<Api['Checkpoint'], 'metrics' | 'models' | 'size' | 'is_best'> & {
  metrics: Scores
  models: number[]
  size: number
  is_best: boolean
}

export type Run = Omit<Api['TrainingRun'], 'job' | 'config' | 'facts' | 'checkpoints' | 'start_from'> & {
  job: Job
  config: Record<string, unknown>
  facts: Record<string, unknown>
  checkpoints: Checkpoint[]
  start_from: Start
}

/** What model.json says of a network. */
export type Card = {
  settings?: Record<string, unknown>
  classes?: { title: string; color: string; shape?: string }[]
  class_title_to_idx?: Record<string, number>
  input_size?: { width: number; height: number }
  scores?: Scores
  scale?: { mean: number; p5: number; p95: number } | null
  neutral?: string | null
} & Record<string, unknown>

export type NetworkModel = Omit<Api['NetworkModel'], 'card' | 'size' | 'sha256'> & {
  card: Card
  size: number
  sha256: string
}

export type Weights = Api['Weights']

export const MODELS_PER_PAGE = 50
export const RUNS_PER_PAGE = 50

export function useTrainingSchema() {
  return useQuery({
    queryKey: ['training', 'schema'],
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

export const startWords: Record<Start, string> = {
  imagenet: 'ImageNet',
  random: 'Random',
  model: 'A model of mine',
}

/** The checkpoint with the lowest validation loss. */
export const bestOf = (run: Pick<Run, 'checkpoints'>) =>
  run.checkpoints.findLast((one) => one.is_best) ?? null
