/** Who is in a project, and as what. */

import { Button, Group, NativeSelect, Select, Table, Text } from '@mantine/core'
import { useState } from 'react'
import { Link, useNavigate } from 'react-router'

import { api } from '../../shared/api'
import { ConfirmButton, Loading, ProblemAlert } from '../../shared/parts'
import { useSession } from '../../shared/session'
import type { Member, Project, Role } from '../../shared/types'
import { isOwner, useMembers, usePeople, useRefreshProject } from '../records'

const ROLES: { value: Role; label: string; may: string }[] = [
  { value: 'owner', label: 'Owner', may: 'does everything, members and deleting included' },
  { value: 'annotator', label: 'Annotator', may: 'paints, adds photos, runs jobs' },
  { value: 'viewer', label: 'Viewer', may: 'looks' },
]
const labelOf = (role: Role) => ROLES.find(({ value }) => value === role)!.label

export function MembersTab({ project }: { project: Project }) {
  const members = useMembers(project.id)
  const session = useSession()
  const navigate = useNavigate()
  const refresh = useRefreshProject(project.id)
  const [error, setError] = useState<unknown>(null)
  const me = session.data?.user?.id

  const act = async (work: () => Promise<unknown>) => {
    setError(null)
    try {
      await work()
    } catch (problem) {
      setError(problem)
    }
    await refresh()
  }
  const remove = async (member: Member) => {
    await api.delete(`/api/members/${member.id}/`)
    if (member.user.id === me) void navigate('/projects')
    await refresh()
  }
  if (members.isPending) return <Loading label="Loading members" />
  if (!members.data) return <ProblemAlert error={members.error} />
  return (
    <>
      <ProblemAlert error={error} />
      <Table verticalSpacing="xs" aria-label="Members" bg="var(--surface)" withTableBorder maw={760}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Person</Table.Th>
            <Table.Th w={180}>Role</Table.Th>
            <Table.Th w={120} aria-label="Remove" />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {members.data.map((member) => (
            <Table.Tr key={member.id}>
              <Table.Td>
                {member.user.name}
                {member.user.id === me && (
                  <Text span c="dimmed">
                    {' '}
                    (you)
                  </Text>
                )}
              </Table.Td>
              <Table.Td>
                {isOwner(project) ? (
                  <NativeSelect
                    aria-label={`Role of ${member.user.name}`}
                    value={member.role}
                    data={ROLES}
                    onChange={(event) => {
                      const role = event.currentTarget.value
                      void act(() => api.patch(`/api/members/${member.id}/`, { role }))
                    }}
                  />
                ) : (
                  labelOf(member.role)
                )}
              </Table.Td>
              <Table.Td ta="right">
                {(isOwner(project) || member.user.id === me) && (
                  <ConfirmButton
                    label={member.user.id === me ? 'Leave' : 'Remove'}
                    size="compact-sm"
                    question={
                      member.user.id === me
                        ? `Leave ${project.name}?`
                        : `Remove ${member.user.name} from ${project.name}?`
                    }
                    explanation="What was painted stays. An owner can add the person again."
                    confirm={member.user.id === me ? 'Leave' : 'Remove'}
                    onConfirm={() => remove(member)}
                  />
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {isOwner(project) && (
        <AddMember
          members={members.data}
          onAdd={(user, role) => act(() => api.post(`/api/projects/${project.id}/members/`, { user, role }))}
        />
      )}
      <Text size="sm" c="dimmed" mt="md">
        {ROLES.map(({ label, may }) => `${label}: ${may}.`).join(' ')}
      </Text>
    </>
  )
}

function AddMember(props: { members: Member[]; onAdd: (user: number, role: Role) => Promise<void> }) {
  const people = usePeople()
  const [user, setUser] = useState<string | null>(null)
  const [role, setRole] = useState<Role>('annotator')
  const others = (people.data ?? []).filter(
    ({ id }) => !props.members.some((member) => member.user.id === id),
  )
  if (people.data && !others.length) {
    return (
      <Text mt="md">
        Everybody in this studio is a member. More are added under <Link to="/people">People</Link>.
      </Text>
    )
  }
  return (
    <Group
      mt="md"
      gap="sm"
      align="flex-end"
      component="form"
      onSubmit={(event) => {
        event.preventDefault()
        if (!user) return
        void props.onAdd(Number(user), role).then(() => setUser(null))
      }}
    >
      <Select
        label="Add a person"
        placeholder="Choose"
        searchable
        value={user}
        onChange={setUser}
        data={others.map(({ id, name }) => ({ value: String(id), label: name }))}
        w={260}
      />
      <NativeSelect
        label="As"
        value={role}
        data={ROLES}
        onChange={(event) => setRole(event.currentTarget.value as Role)}
        w={160}
      />
      <Button type="submit" disabled={!user}>
        Add
      </Button>
    </Group>
  )
}
