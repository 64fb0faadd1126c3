/** What the server says about training runs, models and weights, and how pages ask for it. */

import { keepPreviousData, useQuery } from '@tanstack/react-query'

import { api, type Page } from '../../shared/api'
import type { Job } from '../../shared/jobs'
import type { FormError, Schema } from '../../shared/jsonSchema'

export type Network = { name: string; title: string; help: string }
export type Start = 'imagenet' | 'random' | 'model'
export type TrainingSchema = {
  config: Schema
  template: unknown
  networks: Network[]
  starts: (Start | { name: Start; title: string; help?: string })[]
}

export type Request = {
  project: number | null
  title: string
  config: unknown
  network: string
  start_from: Start
  start_model: number | null
  seed: number
}

export type Summary = {
  train: number
  val: number
  classes: { name: string; index: number }[]
  neutral: string | null
  outputs: number
  steps_per_epoch: number
  checkpoints: number
  leak: number
}
export type TrainingCheck = { ok: boolean; complaints: FormError[]; summary: Summary | null }

export type Scores = {
  loss?: number | null
  accuracy?: number | null
  dice?: number | null
  iou?: number | null
  iou_by_class?: Record<string, number>
}

export type Checkpoint = {
  id: number
  number: number
  epoch: number
  metrics: Scores
  is_best: boolean
  size: number
  created_at: string
  swept_at: string | null
  models: number[]
}

export type Run = {
  id: number
  job: Job
  project: { id: number; name: string } | null
  title: string
  config: Record<string, unknown>
  network: string
  start_from: Start
  start_model: { id: number; title: string } | number | null
  seed: number
  facts: Record<string, unknown>
  created_at?: string
  checkpoints: Checkpoint[]
  models: { id: number; title: string }[]
}

export type NetworkModel = {
  id: number
  title: string
  network: string
  created_at: string
  deleted_at?: string | null
  user: string | { id: number; name: string } | null
  card: {
    settings?: Record<string, unknown>
    classes?: { title: string; color: string; shape?: string }[]
    class_title_to_idx?: Record<string, number>
    input_size?: { width: number; height: number }
    scores?: Scores
    scale?: { mean: number; p5: number; p95: number } | null
    neutral?: string | null
  } & Record<string, unknown>
  size: number
  sha256: string
  run: { id: number; title: string } | null
  checkpoint: { id: number; number: number; epoch: number; is_best: boolean } | null
  project: { id: number; name: string } | null
}

export type Weights = { imagenet: { present: boolean; source?: string; sha256?: string; size?: number } }

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
