import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import './app/app.css'

import { QueryClient } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'

import { Root } from './app/Root'
import { Problem } from './shared/api'
import { preferredLanguage, setLanguage } from './shared/texts'

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // A refusal will not change by asking again; a lost connection may.
      retry: (count, error) => !(error instanceof Problem) && count < 2,
    },
  },
})

const root = createRoot(document.getElementById('root')!)
const draw = () =>
  root.render(
    <StrictMode>
      <Root queries={queries} />
    </StrictMode>,
  )
// Without the texts of another language the pages are there in English.
setLanguage(preferredLanguage()).then(draw, draw)
