/** Signing in: by the one-time link, or with name and password. */

import { Button, Center, Code, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { useLocation, useNavigate, useParams } from 'react-router'

import { api } from '../shared/api'
import { Loading, ProblemAlert } from '../shared/parts'
import { useSession, useSetSession } from '../shared/session'
import type { Session } from '../shared/types'

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
      setSession(await api.post<Session>(path, body))
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

  if (token && !error) return <Loading label="Signing in" />
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
          <Title order={1}>Sign in to Catenary</Title>
          <ProblemAlert error={error ?? session.error} />
          <TextInput label="Name" name="name" autoComplete="username" required />
          <PasswordInput label="Password" name="password" autoComplete="current-password" required />
          <Button type="submit" loading={isBusy}>
            Sign in
          </Button>
          <Text size="sm" c="dimmed">
            No password yet? The terminal that started Catenary shows a link that signs you in once. A fresh
            one: <Code>.venv/bin/python manage.py login_link</Code>
          </Text>
        </Stack>
      </Paper>
    </Center>
  )
}
