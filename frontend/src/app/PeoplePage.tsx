/** The people of this studio, and the links that let them in. */

import { Alert, Badge, Button, CopyButton, Group, Paper, Table, Text, TextInput, Title } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'

import { usePeople } from '../annotator/records'
import { api } from '../shared/api'
import { Loading, PageHeader, ProblemAlert } from '../shared/parts'
import { useSession } from '../shared/session'
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
        title="People"
        subtitle={
          me?.is_staff
            ? 'Whoever is added gets a link that signs them in once. Projects are shared on their Members tab.'
            : 'Only an administrator of this studio adds people.'
        }
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
            label="Add a person"
            placeholder="Name"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            autoComplete="off"
            w={280}
          />
          <Button type="submit" loading={busy === 'new'} disabled={!name.trim()}>
            Add
          </Button>
        </Group>
      )}
      <ProblemAlert error={error} />
      {link && <FreshLink link={link} onClose={() => setLink(null)} />}
      {people.isPending && <Loading label="Loading people" />}
      <ProblemAlert error={people.error} />
      {people.data && (
        <Table verticalSpacing="sm" maw={760} bg="var(--surface)" withTableBorder aria-label="People">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Name</Table.Th>
              <Table.Th w={160} />
              {me?.is_staff && <Table.Th w={190} aria-label="Sign-in link" />}
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
                      (you)
                    </Text>
                  )}
                </Table.Td>
                <Table.Td>{person.is_staff && <Badge variant="light">Administrator</Badge>}</Table.Td>
                {me?.is_staff && (
                  <Table.Td ta="right">
                    <Button
                      variant="subtle"
                      size="compact-sm"
                      loading={busy === person.id}
                      aria-label={`New sign-in link for ${person.name}`}
                      onClick={() => void renew(person)}
                    >
                      New sign-in link
                    </Button>
                  </Table.Td>
                )}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </>
  )
}

function FreshLink({ link, onClose }: { link: Link; onClose: () => void }) {
  return (
    <Paper withBorder p="md" mb="md" maw={760} role="status">
      <Title order={2} mb={4}>
        Sign-in link for {link.name}
      </Title>
      <Text size="sm" mb="sm">
        It works once, for one day, and is shown only here. Hand it over, then they can choose a password.
      </Text>
      <Group gap="sm" wrap="nowrap">
        <TextInput
          aria-label={`Sign-in link for ${link.name}`}
          value={link.address}
          readOnly
          onFocus={(event) => event.currentTarget.select()}
          style={{ flex: 1 }}
          classNames={{ input: 'mono' }}
        />
        <CopyButton value={link.address}>
          {({ copied, copy }) => <Button onClick={copy}>{copied ? 'Copied' : 'Copy'}</Button>}
        </CopyButton>
        <Button variant="default" onClick={onClose}>
          Done
        </Button>
      </Group>
      {location.hostname === 'localhost' && (
        <Alert mt="sm" color="gray" p="xs">
          The link names this machine “localhost”: for somebody elsewhere, put the name of this machine in its
          place.
        </Alert>
      )}
    </Paper>
  )
}
