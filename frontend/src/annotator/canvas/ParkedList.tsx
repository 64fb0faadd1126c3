import { IconAlertTriangle } from '@tabler/icons-react'

import { ago } from '../../shared/format'
import { t } from '../../shared/texts'
import { around } from '../painting/box'
import type { Parked } from '../painting/outbox'
import { boxOf, fromKept, pixelsOf } from '../painting/patch'
import { saveStrokes } from '../unsent/strokeFile'
import type { Painter } from './painter'
import { toolName } from './pastWords'
import { useStore } from './store'
import css from './together.module.css'
import { WaitingList } from './WaitingList'

/** How many strokes the server did not take; opens the list to look at them and decide. Nothing while there are none. */
export function ParkedList(props: { painter: Painter; photo: string; mayPaint: boolean }) {
  const { painter, photo, mayPaint } = props
  const parked = useStore(painter.status, (status) => status.parked)
  if (parked.length === 0) return null
  return (
    <WaitingList
      label={t('unsent:parked', { count: parked.length })}
      icon={IconAlertTriangle}
      className={css.parked}
      title={t('unsent:title')}
      explained={t('unsent:explained')}
    >
      {parked.map((stroke) => (
        <ParkedRow key={stroke.uuid} stroke={stroke} painter={painter} photo={photo} mayPaint={mayPaint} />
      ))}
    </WaitingList>
  )
}

function ParkedRow(props: { stroke: Parked; painter: Painter; photo: string; mayPaint: boolean }) {
  const { stroke, painter, photo, mayPaint } = props
  const patch = fromKept(stroke.patch)
  const box = boxOf(patch)
  return (
    <li className={css.dispute}>
      <div className={css.sides}>
        <span>
          {t('unsent:made', { tool: toolName(stroke.tool), when: ago(new Date(stroke.at).toISOString()) })}
        </span>
        <span className={css.count}>{t('unsent:pixels', { count: pixelsOf(patch) })}</span>
      </div>
      <span>{stroke.refused}</span>
      <div className={css.choices}>
        {box && (
          <button type="button" onClick={() => painter.easel.goTo(around(box))}>
            {t('unsent:show')}
          </button>
        )}
        {mayPaint && (
          <button type="button" onClick={() => void painter.tryAgain(stroke.uuid)}>
            {t('unsent:again')}
          </button>
        )}
        <button type="button" onClick={() => saveStrokes(photo, [stroke])}>
          {t('unsent:save')}
        </button>
        <button type="button" onClick={() => painter.discardParked(stroke.uuid)}>
          {t('unsent:discard')}
        </button>
      </div>
    </li>
  )
}
