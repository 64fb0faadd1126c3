/** One's own account: a password, so that the next sign-in needs no link. */

import { Button, Paper, PasswordInput, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'

import { api } from '../shared/api'
import { Loading, PageHeader, ProblemAlert } from '../shared/parts'
import { useSession } from '../shared/session'

export default function AccountPage() {
  const session = useSession()
  if (!session.data?.user) return <Loading />
  const { user, has_password } = session.data
  return (
    <>
      <PageHeader
        title="Account"
        subtitle={`Signed in as ${user.name}${user.is_staff ? ', an administrator of this studio' : ''}`}
      />
      <Paper withBorder p="lg" maw={480}>
        <PasswordForm name={user.name} hasPassword={has_password} />
      </Paper>
    </>
  )
}

function PasswordForm({ name, hasPassword }: { name: string; hasPassword: boolean }) {
  const queries = useQueryClient()
  const [password, setPassword] = useState('')
  const [again, setAgain] = useState('')
  const [isBusy, setBusy] = useState(false)
  const [isSaved, setSaved] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const differ = again !== '' && again !== password
  const save = async () => {
    setBusy(true)
    setError(null)
    setSaved(false)
    try {
      await api.post('/api/session/password/', { password })
      setPassword('')
      setAgain('')
      setSaved(true)
      // The session's token changed with the password.
      await queries.invalidateQueries({ queryKey: ['session'] })
    } catch (problem) {
      setError(problem)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Stack
      component="form"
      onSubmit={(event) => {
        event.preventDefault()
        if (password && password === again) void save()
      }}
    >
      <Text>
        {hasPassword
          ? 'You sign in with your name and your password. Here you choose another one.'
          : 'You came with a link that worked once. Choose a password, so that the next sign-in needs no link.'}
      </Text>
      <input type="hidden" name="username" autoComplete="username" value={name} readOnly />
      <PasswordInput
        label="New password"
        description="At least 8 characters"
        autoComplete="new-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        required
      />
      <PasswordInput
        label="The same again"
        autoComplete="new-password"
        value={again}
        onChange={(event) => setAgain(event.currentTarget.value)}
        error={differ ? 'The two are not the same.' : null}
        required
      />
      <ProblemAlert error={error} />
      <Button type="submit" loading={isBusy} disabled={!password || password !== again}>
        {hasPassword ? 'Change the password' : 'Set the password'}
      </Button>
      <Text size="sm" role="status" style={{ minHeight: '1.4em' }}>
        {isSaved ? 'Saved. Next time sign in with your name and this password.' : ''}
      </Text>
    </Stack>
  )
}
