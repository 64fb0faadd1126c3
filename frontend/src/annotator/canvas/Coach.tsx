/** The first stroke, guided: beside the photo, never in the way of it, gone for good when it is closed. */

import { CloseButton } from '@mantine/core'
import { IconCircle, IconCircleCheckFilled, IconCircleDotFilled } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { Link } from 'react-router'

import { usePrefer, useSession } from '../../shared/session'
import { t } from '../../shared/texts'
import { NEUTRAL } from '../projects/palette'
import css from './Coach.module.css'
import { doneAfter, doneAtFirst, type Seen, type Step, STEPS } from './firstStroke'
import { hint, inWords, useKeyTable } from './keymap'
import type { Painter } from './painter'
import { useStore } from './store'
import type { Project } from './useAnnotation'

const NAME = 'first-stroke'

/** Shown to who paints in the sample project for the first time. */
export function Coach(props: { painter: Painter; project: Project; mayPaint: boolean }) {
  const { painter, project, mayPaint } = props
  const seen = useSession().data?.preferences.seen
  const prefer = usePrefer()
  const isSample = (project.lineage.kind ?? project.made_by?.kind) === 'sample'
  const isLoaded = useStore(painter.status, (status) => status.isLoaded)
  if (!isSample || !mayPaint || !isLoaded || !seen || seen.includes(NAME)) return null
  return <Lesson painter={painter} project={project} onClose={() => void prefer({ seen: [...seen, NAME] })} />
}

function Lesson(props: { painter: Painter; project: Project; onClose: () => void }) {
  const { painter, project, onClose } = props
  const classes = project.classes.filter(({ deleted_at }) => !deleted_at)
  const neutral = classes.find(({ name }) => name.toLowerCase() === NEUTRAL.name)
  const first = classes.find((one) => one !== neutral)
  const canUndo = useStore(painter.status, (status) => status.canUndo)
  const canRedo = useStore(painter.status, (status) => status.canRedo)
  const save = useStore(painter.status, (status) => status.save)
  const chosen = useStore(painter.choice).value
  const table = useKeyTable()
  const now: Seen = {
    chosen,
    first: first?.index ?? 0,
    neutral: neutral?.index ?? 0,
    canUndo,
    canRedo,
    waiting: save.waiting,
  }
  const [done, setDone] = useState(() => doneAtFirst(now))
  const before = useRef(now)
  useEffect(() => {
    const was = before.current
    before.current = now
    setDone((done) => doneAfter(done, was, now))
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `now` is made of exactly these
  }, [chosen, canUndo, canRedo, save.waiting])

  const keys = {
    choose: inWords(table.keyOfClass(first?.key ?? '')),
    paint: inWords(table.keyOf('brush')),
    undo: inWords(table.keyOf('undo')),
    redo: inWords(table.keyOf('redo')),
    neutral: inWords(table.keyOfClass(neutral?.key ?? '')),
  }
  const name = first?.name ?? ''
  // Who has no keys for it is told where to click.
  const how = (step: Step) =>
    hint(keys[step] ? `canvas:coach.how.${step}` : `canvas:coach.bare.${step}`, { name, key: keys[step] })
  const isOver = done >= STEPS.length
  return (
    <section className={css.coach} aria-label={t('canvas:coach.title')}>
      <header className={css.head}>
        <h2>{t(isOver ? 'canvas:coach.over' : 'canvas:coach.title')}</h2>
        <CloseButton
          size="sm"
          className={css.close}
          aria-label={t('canvas:coach.close')}
          onClick={() => {
            onClose()
            painter.desk.host.focus({ preventScroll: true })
          }}
        />
      </header>
      <ol className={css.steps}>
        {STEPS.map((step, at) => (
          <li key={step} aria-current={at === done ? 'step' : undefined} data-done={at < done || undefined}>
            {at < done ? (
              <IconCircleCheckFilled size={17} aria-label={t('canvas:coach.done')} />
            ) : at === done ? (
              <IconCircleDotFilled size={17} aria-hidden />
            ) : (
              <IconCircle size={17} aria-hidden />
            )}
            <span>{t(`canvas:coach.step.${step}`, { name, key: keys[step] })}</span>
          </li>
        ))}
      </ol>
      <p className={css.about} role="status">
        {isOver ? t('canvas:coach.next') : how(STEPS[done]!)}
      </p>
      <footer className={css.foot}>
        {isOver ? (
          <Link to={`/dtl?project=${project.id}`} className={css.go} onClick={onClose}>
            {t('canvas:coach.dtl')}
          </Link>
        ) : (
          <button type="button" className={css.skip} onClick={() => setDone(done + 1)}>
            {t('canvas:coach.skip')}
          </button>
        )}
      </footer>
    </section>
  )
}
