/** The same move for all selected photos: claim, submit, accept or release. */

import { Button, Menu } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconChevronDown } from '@tabler/icons-react'
import { useState } from 'react'

import { api, sentenceOf } from '../../shared/api'
import { t } from '../../shared/texts'
import type { Image, Moved, Project } from '../../shared/types'
import { isOwner, useRefreshProject } from '../records'

const FROM = {
  claim: ['open', 'claimed', 'returned'],
  submit: ['open', 'claimed', 'done', 'returned'],
  accept: ['submitted'],
  release: ['claimed', 'done', 'returned'],
} as const
type Bulk = keyof typeof FROM

export function BulkMoves(props: { project: Project; selected: Image[]; onDone: () => void }) {
  const { project, selected } = props
  const refresh = useRefreshProject(project.id)
  const [isBusy, setBusy] = useState(false)
  const possible = (Object.keys(FROM) as Bulk[]).filter(
    (action) =>
      (action !== 'accept' || isOwner(project)) &&
      selected.some(({ state }) => (FROM[action] as readonly string[]).includes(state)),
  )
  const go = async (action: Bulk) => {
    setBusy(true)
    try {
      const { moved, refused } = await api.post<Moved>(`/api/projects/${project.id}/workflow/`, {
        action,
        images: selected.map(({ id }) => id),
      })
      if (moved.length > 0)
        notifications.show({ message: t(`workflow:moved.${action}`, { count: moved.length }) })
      if (refused.length > 0) {
        const message = t('workflow:not_moved', { count: refused.length, why: refused[0]!.problem })
        notifications.show({ message, color: 'orange', autoClose: 12_000 })
      } else props.onDone()
    } catch (problem) {
      notifications.show({ message: sentenceOf(problem), color: 'red' })
    } finally {
      await refresh()
      setBusy(false)
    }
  }
  if (possible.length === 0) return null
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button
          variant="light"
          size="compact-sm"
          loading={isBusy}
          rightSection={<IconChevronDown size={14} />}
        >
          {t('workflow:filter_state')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {possible.map((action) => (
          <Menu.Item key={action} onClick={() => void go(action)}>
            {t(`workflow:move.${action}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
