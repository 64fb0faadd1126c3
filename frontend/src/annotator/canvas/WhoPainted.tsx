import { useTranslation } from 'react-i18next'

import { ago } from '../../shared/format'
import type { LabelClass } from './look'
import type { Painter } from './painter'
import type { Origin } from './pastServer'
import { authorOf, toolName } from './pastWords'
import { useStore } from './store'
import css from './WhoPainted.module.css'

/** From here on it hangs to the left of the pointer, or above it. */
const ROOM_PX = 300
const ROOM_BELOW_PX = 110

/** Beside the pointer, while the key is held: who painted this pixel, when and with what. */
export function WhoPainted({ painter, classes }: { painter: Painter; classes: readonly LabelClass[] }) {
  const { t } = useTranslation('history')
  const { at, origin, isUnsaved } = useStore(painter.who.asked)
  if (!at) return null
  const { x, y } = painter.easel.fromPhoto({ x: at.x + 0.5, y: at.y + 0.5 })
  const { clientWidth, clientHeight } = painter.desk.host
  const isFarRight = x > clientWidth - ROOM_PX
  const isFarDown = y > clientHeight - ROOM_BELOW_PX
  const place = {
    left: x,
    top: y,
    transform: `translate(${isFarRight ? 'calc(-100% - 14px)' : '14px'}, ${isFarDown ? 'calc(-100% - 14px)' : '14px'})`,
  }
  return (
    <div className={css.who} style={place} role="status" aria-live="polite">
      {isUnsaved ? t('who.unsaved') : origin ? <Words origin={origin} classes={classes} /> : t('who.asking')}
    </div>
  )
}

function Words({ origin, classes }: { origin: Origin; classes: readonly LabelClass[] }) {
  const { t } = useTranslation('history')
  const { kind, edit, brought_back_by: back } = origin
  const label = classes.find(({ index }) => index === origin.class_index)
  const name = label?.name ?? t('who.unknown_class', { index: origin.class_index })
  const how = ({ tool, created_at }: NonNullable<typeof edit>) =>
    t('who.how', { tool: toolName(tool), when: ago(created_at) })
  return (
    <>
      <strong className={css.first}>
        {label && kind === 'painted' && <span className={css.swatch} style={{ background: label.colour }} />}
        {!edit
          ? t(back ? 'who.never_again' : 'who.never')
          : kind === 'painted'
            ? t('who.painted', { class: name, who: authorOf(edit) })
            : t('who.erased', { who: authorOf(edit) })}
      </strong>
      {edit && (
        <span>
          {how(edit)}
          {edit.source && `, ${t('with_model', { model: edit.source.model })}`}
        </span>
      )}
      {back && (
        <span>
          {t('who.back', { who: authorOf(back), tool: toolName(back.tool), when: ago(back.created_at) })}
        </span>
      )}
    </>
  )
}
