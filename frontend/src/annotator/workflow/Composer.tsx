/** A comment being written: where it belongs, and whether it returns the photo. */

import { notifications } from '@mantine/notifications'
import { IconMapPin } from '@tabler/icons-react'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'

import { sentenceOf } from '../../shared/api'
import { decimal } from '../../shared/format'
import { t } from '../../shared/texts'
import type { Painter } from '../canvas/painter'
import { useStore } from '../canvas/store'
import type { Image } from '../canvas/useAnnotation'
import { type Place, useMove, useTalk } from './records'
import type { Draft } from './talk'
import css from './workflow.module.css'

export function Composer(props: { painter: Painter; image: Image; draft: Draft; mayReturn: boolean }) {
  const { painter, image, draft, mayReturn } = props
  const { talk } = painter.desk
  const { tool } = useStore(painter.choice)
  const field = useRef<HTMLTextAreaElement>(null)
  const [isBusy, setBusy] = useState(false)
  const { say } = useTalk(image.id)
  const change = useMove(image.id, image.project)
  const isPointing = tool === 'comment'
  const { text, at, isReturn } = draft

  // Once the place is clicked, and at first, one goes on by writing.
  useEffect(() => {
    if (!isPointing) field.current?.focus()
  }, [isPointing, at])

  const leave = () => {
    talk.drop()
    talk.putAway()
    painter.desk.host.focus({ preventScroll: true })
  }
  const send = async (returns: boolean) => {
    const words = text.trim()
    if (!words) return field.current?.focus()
    const place: Place | null = at && [at.x, at.y]
    setBusy(true)
    try {
      if (returns) {
        await change('return', { text: words, at: place })
        notifications.show({ message: t('workflow:told.return') })
      } else {
        const said = await say(words, place)
        talk.read(said.id)
      }
      leave()
    } catch (problem) {
      notifications.show({ message: sentenceOf(problem), color: 'red', autoClose: 10_000 })
      setBusy(false)
    }
  }
  const keys = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation()
      leave()
    } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      void send(isReturn && mayReturn)
    }
  }
  const isReturning = isReturn && mayReturn
  return (
    <div className={css.composer} onKeyDown={keys}>
      <textarea
        ref={field}
        rows={4}
        maxLength={4000}
        value={text}
        aria-label={t(isReturning ? 'workflow:comment.return_placeholder' : 'workflow:comment.placeholder')}
        placeholder={t(isReturning ? 'workflow:comment.return_placeholder' : 'workflow:comment.placeholder')}
        onChange={(event) => talk.write({ text: event.currentTarget.value })}
      />
      <p className={css.placeLine}>
        <IconMapPin size={14} aria-hidden />
        <span>
          {isPointing
            ? t('workflow:comment.click')
            : at
              ? t('workflow:comment.at', { x: decimal(at.x, 0), y: decimal(at.y, 0) })
              : t('workflow:comment.whole')}
        </span>
        {!isPointing && (
          <button
            type="button"
            className={css.link}
            onClick={() => {
              if (at) return talk.write({ at: null })
              talk.point()
              painter.desk.host.focus({ preventScroll: true })
            }}
          >
            {at ? t('workflow:comment.unpin') : t('workflow:comment.pin')}
          </button>
        )}
      </p>
      <div className={css.moves} title={t('workflow:comment.keys')}>
        {mayReturn && (
          <button
            type="button"
            className={isReturning ? css.main : css.small}
            disabled={isBusy || !text.trim()}
            onClick={() => void send(true)}
          >
            {t('workflow:comment.return')}
          </button>
        )}
        {!isReturning && (
          <button
            type="button"
            className={css.main}
            disabled={isBusy || !text.trim()}
            onClick={() => void send(false)}
          >
            {t('workflow:comment.send')}
          </button>
        )}
        <button type="button" className={css.small} onClick={leave}>
          {t('workflow:comment.cancel')}
        </button>
      </div>
    </div>
  )
}
