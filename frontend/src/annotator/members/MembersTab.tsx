/** Who is in a project, and as what. */

import { Button, Group, NativeSelect, Select, Table, Text } from '@mantine/core'
import { useState } from 'react'
import { Trans } from 'react-i18next'
import { Link, useNavigate } from 'react-router'

import { api } from '../../shared/api'
import { ConfirmButton, Loading, ProblemAlert } from '../../shared/parts'
import { useSession } from '../../shared/session'
import { t } from '../../shared/texts'
import type { Member, Project, Role } from '../../shared/types'
import { isOwner, useMembers, usePeople, useRefreshProject } from '../records'

const ROLES = ['owner', 'annotator', 'viewer'] as const satisfies Role[]
const roleOptions = () => ROLES.map((value) => ({ value, label: t(`shared:role.${value}`) }))

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
  if (members.isPending) return <Loading label={t('members:loading')} />
  if (!members.data) return <ProblemAlert error={members.error} />
  return (
    <>
      <ProblemAlert error={error} />
      <Table.ScrollContainer minWidth={480}>
        <Table
          verticalSpacing="xs"
          aria-label={t('members:title')}
          bg="var(--surface)"
          withTableBorder
          maw={760}
        >
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('members:person')}</Table.Th>
              <Table.Th w={180}>{t('members:role')}</Table.Th>
              <Table.Th w={120} aria-label={t('members:remove')} />
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
                      {t('shared:you')}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td>
                  {isOwner(project) ? (
                    <NativeSelect
                      aria-label={t('members:role_of', { name: member.user.name })}
                      value={member.role}
                      data={roleOptions()}
                      onChange={(event) => {
                        const role = event.currentTarget.value
                        void act(() => api.patch(`/api/members/${member.id}/`, { role }))
                      }}
                    />
                  ) : (
                    t(`shared:role.${member.role}`)
                  )}
                </Table.Td>
                <Table.Td ta="right">
                  {(isOwner(project) || member.user.id === me) && (
                    <ConfirmButton
                      label={member.user.id === me ? t('members:leave') : t('members:remove')}
                      size="compact-sm"
                      question={
                        member.user.id === me
                          ? t('members:leave_question', { name: project.name })
                          : t('members:remove_question', { person: member.user.name, project: project.name })
                      }
                      explanation={t('members:stays')}
                      confirm={member.user.id === me ? t('members:leave') : t('members:remove')}
                      onConfirm={() => remove(member)}
                    />
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {isOwner(project) && (
        <AddMember
          members={members.data}
          onAdd={(user, role) => act(() => api.post(`/api/projects/${project.id}/members/`, { user, role }))}
        />
      )}
      <Text size="sm" c="dimmed" mt="md">
        {ROLES.map((role) => `${t(`shared:role.${role}`)}: ${t(`members:may.${role}`)}.`).join(' ')}
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
        <Trans ns="members" i18nKey="everybody" components={{ people: <Link to="/people" /> }} />
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
        label={t('members:add')}
        placeholder={t('members:choose')}
        searchable
        value={user}
        onChange={setUser}
        data={others.map(({ id, name }) => ({ value: String(id), label: name }))}
        w={260}
      />
      <NativeSelect
        label={t('members:as')}
        value={role}
        data={roleOptions()}
        onChange={(event) => setRole(event.currentTarget.value as Role)}
        w={160}
      />
      <Button type="submit" disabled={!user}>
        {t('shared:add')}
      </Button>
    </Group>
  )
}
