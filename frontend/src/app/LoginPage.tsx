/** Signing in: by the one-time link, or with name and password. */

import { Button, Center, Code, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { Trans } from 'react-i18next'
import { useLocation, useNavigate, useParams } from 'react-router'

import { api } from '../shared/api'
import { LanguageChoice } from '../shared/LanguageChoice'
import { Loading, ProblemAlert } from '../shared/parts'
import { prefer, useSession, useSetSession } from '../shared/session'
import { language, setLanguage, t } from '../shared/texts'
import type { Session } from '../shared/types'

// Outlives the page being drawn anew in the chosen language.
let wasLanguageChosen = false

export function LoginPage() {
  const { token } = useParams()
  const session = useSession()
  const setSession = useSetSession()
  const navigate = useNavigate()
  const from = (useLocation().state as { from?: string } | null)?.from ?? '/projects'
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)
  const redeemed = useRef(false)

  const enter = async (path: string, body: object) => {
    setBusy(true)
    setError(null)
    try {
      const entered = await api.post<Session>(path, body)
      if (wasLanguageChosen) entered.preferences = await prefer({ language: language() })
      else if (entered.preferences.language) await setLanguage(entered.preferences.language)
      setSession(entered)
      void navigate(from, { replace: true })
    } catch (problem) {
      setError(problem)
      setBusy(false)
    }
  }

  useEffect(() => {
    // The session request brings the CSRF cookie that the link's POST needs.
    if (!token || !session.data || redeemed.current) return
    redeemed.current = true
    void enter('/api/session/link/', { token })
  })

  if (token && !error) return <Loading label={t('app:login.busy')} />
  return (
    <Center mih="100vh" p="md">
      <Paper p="xl" radius="lg" withBorder w={400}>
        <Stack
          component="form"
          gap="md"
          onSubmit={(event) => {
            event.preventDefault()
            const form = new FormData(event.currentTarget as unknown as HTMLFormElement)
            void enter('/api/session/login/', { name: form.get('name'), password: form.get('password') })
          }}
        >
          <Title order={1}>{t('app:login.title')}</Title>
          <ProblemAlert error={error ?? session.error} />
          <TextInput label={t('app:login.name')} name="name" autoComplete="username" required />
          <PasswordInput
            label={t('app:login.password')}
            name="password"
            autoComplete="current-password"
            required
          />
          <Button type="submit" loading={isBusy}>
            {t('app:login.enter')}
          </Button>
          <Text size="sm" c="dimmed">
            <Trans ns="app" i18nKey="login.hint" components={{ code: <Code /> }} />
          </Text>
          <LanguageChoice onChosen={() => void (wasLanguageChosen = true)} />
        </Stack>
      </Paper>
    </Center>
  )
}
