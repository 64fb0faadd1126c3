/** What surrounds every page: the look, the messages, what was fetched, and the language. */

import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { RouterProvider } from 'react-router'

import { router } from './routes'
import { theme } from './theme'

export function Root({ queries }: { queries: QueryClient }) {
  const { language } = useTranslation().i18n
  const look = useMemo(() => theme(language), [language])
  return (
    <MantineProvider theme={look} defaultColorScheme="light">
      <Notifications position="bottom-right" />
      <QueryClientProvider client={queries}>
        {/* Another language is another page: no component has to listen for it. */}
        <RouterProvider key={language} router={router} />
      </QueryClientProvider>
    </MantineProvider>
  )
}
