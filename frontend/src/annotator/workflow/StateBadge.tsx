/** How far the work on a photo is: a sign and a word, so that colour is never alone in saying it. */

import { Tooltip } from '@mantine/core'
import {
  IconArrowBackUp,
  IconCheck,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconSend,
  IconUser,
} from '@tabler/icons-react'

import { t } from '../../shared/texts'
import type { WorkState } from '../../shared/types'
import css from './workflow.module.css'

export const STATE_ICONS: Record<WorkState, typeof IconUser> = {
  open: IconCircleDashed,
  claimed: IconUser,
  done: IconCheck,
  submitted: IconSend,
  accepted: IconCircleCheckFilled,
  returned: IconArrowBackUp,
}

/** "Claimed · ada": who has it is said where somebody works on it. */
export function shownState(state: WorkState, holder?: string | null): string {
  const word = t(`workflow:state.${state}`)
  return state === 'claimed' && holder ? `${word} · ${holder}` : word
}

export function StateBadge(props: {
  state: WorkState
  /** Who has it, and whether they have left it for long. */
  holder?: string | null
  isIdle?: boolean
}) {
  const { state, holder, isIdle } = props
  const Icon = STATE_ICONS[state]
  const word = t(`workflow:state.${state}`)
  const story =
    holder && state === 'claimed'
      ? t(isIdle ? 'workflow:claimed_idle_by' : 'workflow:claimed_by', { name: holder })
      : holder
        ? t('workflow:with', { state: word, name: holder })
        : word
  return (
    <Tooltip label={story}>
      <span
        className={css.badge}
        data-state={state}
        data-idle={(isIdle && state === 'claimed') || undefined}
        role="img"
        aria-label={story}
      >
        <Icon size={13} stroke={2} aria-hidden />
        <span>{shownState(state, holder)}</span>
      </span>
    </Tooltip>
  )
}
