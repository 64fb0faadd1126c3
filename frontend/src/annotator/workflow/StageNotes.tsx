/** Over the photo: why nobody may paint on it now, or that somebody else is at it. */

import { IconLock, IconUser } from '@tabler/icons-react'

import { t } from '../../shared/texts'
import type { Painter } from '../canvas/painter'
import { useStore } from '../canvas/store'
import { useWorkflow } from './records'
import { isOthersWork } from './states'
import css from './workflow.module.css'

export function StageNotes(props: { painter: Painter; image: number; me: number; mayPaint: boolean }) {
  const { painter, image, me, mayPaint } = props
  const { data: workflow } = useWorkflow(image)
  const refused = useStore(painter.status, ({ save }) => (save.kind === 'locked' ? save : null))
  const kept = refused?.waiting ?? 0
  const locked = refused ? refused.problem : workflow?.locked
  if (locked && (mayPaint || kept > 0)) {
    return (
      <div className={css.note} data-kind="locked" role="status">
        <IconLock size={16} aria-hidden />
        <span>
          {locked}
          {kept > 0 && <> {t('workflow:kept_strokes', { count: kept })}</>}
        </span>
        {kept > 0 && (
          <button
            type="button"
            className={css.noteButton}
            onClick={() => {
              painter.discardUnsent()
              painter.desk.say(t('workflow:discarded'), false)
            }}
          >
            {t('workflow:discard')}
          </button>
        )}
      </div>
    )
  }
  if (workflow && mayPaint && isOthersWork(workflow, me)) {
    return (
      <div className={css.note} role="status">
        <IconUser size={16} aria-hidden />
        <span>
          {t(workflow.state === 'returned' ? 'workflow:others_returned' : 'workflow:others_work', {
            name: workflow.holder!.name,
          })}
        </span>
      </div>
    )
  }
  return null
}
