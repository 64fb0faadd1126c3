import { memo } from 'react'

import { percent } from '../../shared/format'
import { t } from '../../shared/texts'
import type { Hold } from '../painting/keys'
import type { SaveState } from '../painting/outbox'
import { DisputeList } from './DisputeList'
import { hint as hintOf, useKeyTable } from './keymap'
import type { LabelClass } from './look'
import type { Painter } from './painter'
import { ParkedList } from './ParkedList'
import { useStore } from './store'
import { entryOf } from './tools'
import css from './Workplace.module.css'

export const StatusBar = memo(function StatusBar(props: {
  painter: Painter
  classes: LabelClass[]
  mayPaint: boolean
  /** Why nobody may paint on this photo now. */
  locked: string
  /** What the photo is called. */
  photo: string
}) {
  const { painter, classes, mayPaint, locked, photo } = props
  return (
    <footer className={css.status}>
      <Pointed painter={painter} />
      <Zoom painter={painter} />
      <Under painter={painter} classes={classes} />
      <Over painter={painter} classes={classes} />
      <Walk painter={painter} />
      <Hint painter={painter} mayPaint={mayPaint} locked={locked} />
      <DisputeList disagreements={painter.disagreements} classes={classes} mayPaint={mayPaint} />
      <ParkedList painter={painter} photo={photo} mayPaint={mayPaint} />
      <Saved painter={painter} />
    </footer>
  )
})

// Each follows what it shows: the pointer moves sixty times a second, and must not have the others drawn anew.

function Pointed({ painter }: { painter: Painter }) {
  const at = useStore(painter.status, (status) => status.at)
  return <span className={css.place}>{at ? `${at.x}, ${at.y}` : '–'}</span>
}

function Zoom({ painter }: { painter: Painter }) {
  const scale = useStore(painter.status, (status) => status.scale)
  return <span className={css.zoom}>{formatZoom(scale)}</span>
}

function Under({ painter, classes }: { painter: Painter; classes: LabelClass[] }) {
  const isOnPhoto = useStore(painter.status, ({ at }) => at !== null)
  const under = useStore(painter.status, (status) => status.under)
  const name = classes.find(({ index, deleted_at }) => index === under && !deleted_at)?.name
  return <span className={css.under}>{isOnPhoto ? (name ?? t('canvas:status.background')) : ''}</span>
}

/** A rule that lets some strokes change nothing is told where one looks while painting. */
function Over({ painter, classes }: { painter: Painter; classes: LabelClass[] }) {
  const { tool, over } = useStore(painter.choice)
  if (over === 'everything' || !entryOf(tool).paints) return null
  const name = classes.find(({ index }) => index === over)?.name ?? ''
  const what =
    typeof over === 'number' ? t('tools:options.over_class', { name }) : t(`tools:options.over_${over}`)
  return <span className={css.over}>{t('tools:options.over_rule', { what })}</span>
}

function Walk({ painter }: { painter: Painter }) {
  const walk = useStore(painter.status, (status) => status.walk)
  return walk && <span>{t('view:window', walk)}</span>
}

function Hint({ painter, mayPaint, locked }: { painter: Painter; mayPaint: boolean; locked: string }) {
  const offline = useStore(painter.status, ({ save }) => (save.kind === 'offline' ? save : null))
  const isLoaded = useStore(painter.status, (status) => status.isLoaded)
  const isBusy = useStore(painter.status, (status) => status.isBusy)
  const isErasing = useStore(painter.status, (status) => status.isErasing)
  const isShiftHeld = useStore(painter.status, (status) => status.isShiftHeld)
  const isCtrlHeld = useStore(painter.status, (status) => status.isCtrlHeld)
  const holding = useStore(painter.status, (status) => status.holding)
  const choice = useStore(painter.choice)
  useKeyTable()
  const isPast = useStore(painter.past.moment).seq !== null
  const does = holding && holdHint(holding, isPast)
  const hint = does
    ? does
    : isPast
      ? hintOf('history:past_hint')
      : !mayPaint
        ? locked || t('canvas:reading')
        : !isLoaded
          ? t('canvas:status.loading')
          : offline
            ? offlineText(offline)
            : isBusy
              ? hintOf('tools:working')
              : entryOf(choice.tool).hint({ ...choice, isErasing, isShiftHeld, isCtrlHeld })
  return (
    <span className={css.hintLine} title={hint}>
      {hint}
    </span>
  )
}

function Saved({ painter }: { painter: Painter }) {
  const text = useStore(painter.status, ({ save }) => saveText(save))
  const kind = useStore(painter.status, ({ save }) => save.kind)
  const problem = useStore(painter.status, ({ save }) => save.problem)
  const isKept = useStore(painter.status, ({ save }) => save.isKept)
  return (
    <>
      {!isKept && (
        <span role="status" className={css.unkept} title={t('unsent:not_kept_about')}>
          {t('unsent:not_kept')}
        </span>
      )}
      <span
        role="status"
        aria-live="polite"
        className={css.save}
        data-kind={kind}
        title={problem || undefined}
      >
        {text}
      </span>
    </>
  )
}

function offlineText({ problem, isKept }: SaveState): string {
  const why = { problem: problem || t('unsent:odd') }
  return isKept ? t('canvas:status.offline', why) : t('unsent:offline_not_kept', why)
}

/** What holding a key does; '' where it does nothing. */
function holdHint(holding: Hold, isPast: boolean): string {
  if (holding === 'erase' || (holding === 'who' && isPast)) return ''
  return hintOf(`view:held.${holding}`)
}

function saveText({ kind, waiting }: SaveState): string {
  if (kind === 'saved') return t('canvas:status.saved')
  if (kind === 'locked') return t('workflow:saved_locked', { count: waiting })
  return kind === 'saving' ? t('canvas:status.saving') : t('canvas:status.waiting', { count: waiting })
}

function formatZoom(scale: number): string {
  return percent(scale, scale < 0.1 ? 1 : 0)
}
