import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import './app/app.css'

import { QueryClient } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'

import { Root } from './app/Root'
import { mayPass } from './shared/api'
import { preferredLanguage, setLanguage } from './shared/texts'

const AGAIN_MS = 3000

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (count, error) => mayPass(error) && count < 2,
      // A page that found nobody at home comes by itself when somebody is.
      refetchInterval: ({ state }) => state.error !== null && mayPass(state.error) && AGAIN_MS,
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
