/** In the bar above the photo: how far the work is, the move that comes next, and all others in a menu. */

import { Menu } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconChevronDown } from '@tabler/icons-react'
import { useState } from 'react'

import { sentenceOf } from '../../shared/api'
import { t } from '../../shared/texts'
import type { WorkAction, Workflow } from '../../shared/types'
import type { Image } from '../canvas/useAnnotation'
import { useMove, useWorkflow } from './records'
import { shownState, StateBadge } from './StateBadge'
import { moveKey, nextMove } from './states'
import { standingText } from './words'
import type { Talk } from './talk'
import room from '../canvas/Workplace.module.css'
import css from './workflow.module.css'

export function StateMenu(props: { image: Image; me: number; talk: Talk }) {
  const { image, me, talk } = props
  const { data: workflow } = useWorkflow(image.id)
  const { move, isBusy } = useAskedMove(image, talk)
  if (!workflow) return null
  const next = nextMove(workflow, me)
  const { state, holder, is_idle, moves } = workflow
  return (
    <div className={css.stateBar}>
      {next && (
        <button type="button" className={css.next} disabled={isBusy} onClick={() => void move(next)}>
          {t(`workflow:move.${moveKey(next, workflow, me)}`)}
        </button>
      )}
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <button
            type="button"
            className={css.stateButton}
            aria-label={t('workflow:state_button', { state: shownState(state, holder?.name) })}
            data-state={state}
          >
            <StateBadge state={state} holder={holder?.name} isIdle={is_idle} />
            <IconChevronDown size={14} aria-hidden />
          </button>
        </Menu.Target>
        <Menu.Dropdown className={room.menu}>
          <Standing workflow={workflow} me={me} />
          {moves.length === 0 && <Menu.Item disabled>{t('workflow:no_moves')}</Menu.Item>}
          {moves.map((action) => (
            <Menu.Item key={action} disabled={isBusy} onClick={() => void move(action)}>
              {t(`workflow:move.${moveKey(action, workflow, me)}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </div>
  )
}

function Standing({ workflow, me }: { workflow: Workflow; me: number }) {
  return <Menu.Label>{standingText(workflow, me)}</Menu.Label>
}

/** Make a move and say what came of it; returning a photo needs words first. */
export function useAskedMove(image: Image, talk: Talk) {
  const change = useMove(image.id, image.project)
  const [isBusy, setBusy] = useState(false)
  const move = async (action: WorkAction) => {
    if (action === 'return') return talk.write({ isReturn: true })
    setBusy(true)
    try {
      await change(action)
      notifications.show({ message: t(`workflow:told.${action}`) })
    } catch (problem) {
      notifications.show({ message: sentenceOf(problem), color: 'red', autoClose: 10_000 })
    } finally {
      setBusy(false)
    }
  }
  return { move, isBusy }
}
