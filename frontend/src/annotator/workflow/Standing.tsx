/** On a photo's card: its state, unless nobody has begun, and how much talk about it waits. */

import { Tooltip } from '@mantine/core'
import { IconMessageCircle } from '@tabler/icons-react'

import { count } from '../../shared/format'
import { t } from '../../shared/texts'
import type { Image } from '../../shared/types'
import { StateBadge } from './StateBadge'
import css from './workflow.module.css'

export function Standing({ image }: { image: Image }) {
  const { state, holder, is_idle, open_comments } = image
  const story = t('workflow:comments_open', { count: open_comments })
  return (
    <span className={css.standing}>
      {open_comments > 0 && (
        <Tooltip label={story}>
          <span className={css.talkCount} role="img" aria-label={story}>
            <IconMessageCircle size={14} stroke={1.8} aria-hidden />
            {count(open_comments)}
          </span>
        </Tooltip>
      )}
      {state !== 'open' && <StateBadge state={state} holder={holder?.name} isIdle={is_idle} />}
    </span>
  )
}
