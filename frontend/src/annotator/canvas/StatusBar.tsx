import { percent } from '../../shared/format'
import { t } from '../../shared/texts'
import type { SaveState } from '../painting/outbox'
import { DisputeList } from './DisputeList'
import type { LabelClass } from './look'
import type { Painter } from './painter'
import { useStore } from './store'
import { entryOf } from './tools'
import css from './Workplace.module.css'

export function StatusBar(props: {
  painter: Painter
  classes: LabelClass[]
  mayPaint: boolean
  /** Why nobody may paint on this photo now. */
  locked: string
}) {
  const { painter, classes, mayPaint, locked } = props
  const { at, under, scale, save, isLoaded, isErasing, isShiftHeld, isCtrlHeld, isBusy, walk } = useStore(
    painter.status,
  )
  const choice = useStore(painter.choice)
  const isPast = useStore(painter.past.moment).seq !== null
  const name = classes.find(({ index, deleted_at }) => index === under && !deleted_at)?.name
  const hint = isPast
    ? t('history:past_hint')
    : !mayPaint
      ? locked || t('canvas:reading')
      : !isLoaded
        ? t('canvas:status.loading')
        : save.kind === 'offline'
          ? t('canvas:status.offline', { problem: save.problem })
          : isBusy
            ? t('tools:working')
            : entryOf(choice.tool).hint({ ...choice, isErasing, isShiftHeld, isCtrlHeld })
  return (
    <footer className={css.status}>
      <span className={css.place}>{at ? `${at.x}, ${at.y}` : '–'}</span>
      <span className={css.zoom}>{formatZoom(scale)}</span>
      <span className={css.under}>{at ? (name ?? t('canvas:status.background')) : ''}</span>
      {walk && <span>{t('view:window', walk)}</span>}
      <span className={css.hintLine} title={hint}>
        {hint}
      </span>
      <DisputeList disagreements={painter.disagreements} classes={classes} mayPaint={mayPaint} />
      <span
        role="status"
        aria-live="polite"
        className={css.save}
        data-kind={save.kind}
        title={save.problem || undefined}
      >
        {saveText(save)}
      </span>
    </footer>
  )
}

function saveText({ kind, waiting }: SaveState): string {
  if (kind === 'saved') return t('canvas:status.saved')
  if (kind === 'locked') return t('workflow:saved_locked', { count: waiting })
  return kind === 'saving' ? t('canvas:status.saving') : t('canvas:status.waiting', { count: waiting })
}

function formatZoom(scale: number): string {
  return percent(scale, scale < 0.1 ? 1 : 0)
}
