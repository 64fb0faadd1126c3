/** One's own account: the language, and a password, so that the next sign-in needs no link. */

import { Button, Paper, PasswordInput, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'

import { api } from '../shared/api'
import { LanguageChoice } from '../shared/LanguageChoice'
import { Loading, PageHeader, ProblemAlert } from '../shared/parts'
import { usePrefer, useSession } from '../shared/session'
import { t } from '../shared/texts'

export default function AccountPage() {
  const session = useSession()
  const prefer = usePrefer()
  if (!session.data?.user) return <Loading />
  const { user, has_password } = session.data
  return (
    <>
      <PageHeader
        title={t('app:account.title')}
        subtitle={t(user.is_staff ? 'app:account.staff' : 'app:account.person', { name: user.name })}
      />
      <Paper withBorder p="lg" mb="lg" maw={480}>
        <LanguageChoice onChosen={(language) => prefer({ language })} />
      </Paper>
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
      <Text>{hasPassword ? t('app:account.has_password') : t('app:account.came_by_link')}</Text>
      <input type="hidden" name="username" autoComplete="username" value={name} readOnly />
      <PasswordInput
        label={t('app:account.new')}
        description={t('app:account.rule')}
        autoComplete="new-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        required
      />
      <PasswordInput
        label={t('app:account.again')}
        autoComplete="new-password"
        value={again}
        onChange={(event) => setAgain(event.currentTarget.value)}
        error={differ ? t('app:account.differ') : null}
        required
      />
      <ProblemAlert error={error} />
      <Button type="submit" loading={isBusy} disabled={!password || password !== again}>
        {hasPassword ? t('app:account.change') : t('app:account.set')}
      </Button>
      <Text size="sm" role="status" style={{ minHeight: '1.4em' }}>
        {isSaved ? t('app:account.saved') : ''}
      </Text>
    </Stack>
  )
}
