/** The people of this studio, and the links that let them in. */

import { Alert, Badge, Button, CopyButton, Group, Paper, Table, Text, TextInput, Title } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'

import { usePeople } from '../annotator/records'
import { api } from '../shared/api'
import { Loading, PageHeader, ProblemAlert } from '../shared/parts'
import { useSession } from '../shared/session'
import { t } from '../shared/texts'
import type { FreshLink, NewPersonLink, Person } from '../shared/types'

type Link = { name: string; address: string }

export default function PeoplePage() {
  const people = usePeople()
  const me = useSession().data?.user
  const queries = useQueryClient()
  const [link, setLink] = useState<Link | null>(null)
  const [name, setName] = useState('')
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState<number | 'new' | null>(null)

  const act = async (which: number | 'new', work: () => Promise<Link>) => {
    setBusy(which)
    setError(null)
    try {
      setLink(await work())
    } catch (problem) {
      setError(problem)
    } finally {
      setBusy(null)
    }
  }
  const add = () =>
    act('new', async () => {
      const made = await api.post<NewPersonLink>('/api/users/', { name: name.trim() })
      setName('')
      await queries.invalidateQueries({ queryKey: ['people'] })
      return { name: made.user.name, address: location.origin + made.link }
    })
  const renew = (person: Person) =>
    act(person.id, async () => {
      const made = await api.post<FreshLink>(`/api/users/${person.id}/link/`)
      return { name: person.name, address: location.origin + made.link }
    })
  return (
    <>
      <PageHeader
        title={t('app:people.title')}
        subtitle={me?.is_staff ? t('app:people.staff') : t('app:people.not_staff')}
      />
      {me?.is_staff && (
        <Group
          mb="md"
          gap="sm"
          align="flex-end"
          component="form"
          onSubmit={(event) => {
            event.preventDefault()
            void add()
          }}
        >
          <TextInput
            label={t('app:people.add')}
            placeholder={t('app:people.name')}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            autoComplete="off"
            w={280}
          />
          <Button type="submit" loading={busy === 'new'} disabled={!name.trim()}>
            {t('app:people.add_confirm')}
          </Button>
        </Group>
      )}
      <ProblemAlert error={error} />
      {link && <FreshLink link={link} onClose={() => setLink(null)} />}
      {people.isPending && <Loading label={t('app:people.loading')} />}
      <ProblemAlert error={people.error} />
      {people.data && (
        <Table.ScrollContainer minWidth={560}>
          <Table
            verticalSpacing="sm"
            maw={760}
            bg="var(--surface)"
            withTableBorder
            aria-label={t('app:people.title')}
          >
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('app:people.name')}</Table.Th>
                <Table.Th w={160} />
                {me?.is_staff && <Table.Th w={190} aria-label={t('app:people.link')} />}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {people.data.map((person) => (
                <Table.Tr key={person.id}>
                  <Table.Td>
                    {person.name}
                    {person.id === me?.id && (
                      <Text span c="dimmed">
                        {' '}
                        {t('app:people.you')}
                      </Text>
                    )}
                  </Table.Td>
                  <Table.Td>
                    {person.is_staff && <Badge variant="light">{t('app:people.administrator')}</Badge>}
                  </Table.Td>
                  {me?.is_staff && (
                    <Table.Td ta="right">
                      <Button
                        variant="subtle"
                        size="compact-sm"
                        loading={busy === person.id}
                        aria-label={t('app:people.new_link_for', { name: person.name })}
                        onClick={() => void renew(person)}
                      >
                        {t('app:people.new_link')}
                      </Button>
                    </Table.Td>
                  )}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </>
  )
}

function FreshLink({ link, onClose }: { link: Link; onClose: () => void }) {
  return (
    <Paper withBorder p="md" mb="md" maw={760} role="status">
      <Title order={2} mb={4}>
        {t('app:people.link_for', { name: link.name })}
      </Title>
      <Text size="sm" mb="sm">
        {t('app:people.link_rule')}
      </Text>
      <Group gap="sm" wrap="nowrap">
        <TextInput
          aria-label={t('app:people.link_for', { name: link.name })}
          value={link.address}
          readOnly
          onFocus={(event) => event.currentTarget.select()}
          style={{ flex: 1 }}
          classNames={{ input: 'mono' }}
        />
        <CopyButton value={link.address}>
          {({ copied, copy }) => (
            <Button onClick={copy}>{copied ? t('app:people.copied') : t('app:people.copy')}</Button>
          )}
        </CopyButton>
        <Button variant="default" onClick={onClose}>
          {t('app:people.done')}
        </Button>
      </Group>
      {location.hostname === 'localhost' && (
        <Alert mt="sm" color="gray" p="xs">
          {t('app:people.localhost')}
        </Alert>
      )}
    </Paper>
  )
}
