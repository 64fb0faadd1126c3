/** Which page belongs to which address. Heavy pages are loaded when they are first opened. */

import { type ComponentType } from 'react'
import { createBrowserRouter, Navigate } from 'react-router'

import { Failure } from './Failure'
import { Layout } from './Layout'
import { LoginPage } from './LoginPage'

const page = (load: () => Promise<{ default: ComponentType }>) => ({
  lazy: async () => ({ Component: (await load()).default }),
  errorElement: <Failure />,
})

export const router = createBrowserRouter([
  { path: '/login/:token?', element: <LoginPage /> },
  {
    element: <Layout />,
    errorElement: <Failure />,
    hydrateFallbackElement: <div />,
    children: [
      { index: true, element: <Navigate to="/projects" replace /> },
      { path: 'projects', ...page(() => import('../annotator/ProjectsPage')) },
      { path: 'projects/:projectId', ...page(() => import('../annotator/ProjectPage')) },
      {
        path: 'images/:imageId',
        handle: { isFull: true },
        ...page(() => import('../annotator/AnnotatorPage')),
      },
      { path: 'dtl', handle: { isWide: true }, ...page(() => import('../training/DtlPage')) },
      { path: 'training', ...page(() => import('../training/TrainingPage')) },
      { path: 'training/runs/:runId', ...page(() => import('../training/RunPage')) },
      { path: 'models', ...page(() => import('../training/ModelsPage')) },
      { path: 'predict', ...page(() => import('../inference/PredictPage')) },
      { path: 'predictions/:runId', ...page(() => import('../inference/PredictionPage')) },
      { path: 'review/:imageId', handle: { isFull: true }, ...page(() => import('../inference/ReviewPage')) },
      { path: 'jobs', ...page(() => import('./JobsPage')) },
      { path: 'jobs/:jobId', ...page(() => import('./JobPage')) },
      { path: 'people', ...page(() => import('./PeoplePage')) },
      { path: 'account', ...page(() => import('./AccountPage')) },
      { path: '*', element: <Failure isMissing /> },
    ],
  },
])
