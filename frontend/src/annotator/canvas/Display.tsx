import { IconArrowNarrowLeft, IconArrowNarrowRight, IconMaximize } from '@tabler/icons-react'
import type { ReactNode } from 'react'

import { percent } from '../../shared/format'
import { t } from '../../shared/texts'
import type { Action } from '../painting/keys'
import { inWords, useKeyTable } from './keymap'
import type { Painter } from './painter'
import { Range } from './panels/Range'
import { useStore } from './store'
import css from './Workplace.module.css'

/** Sliders that only change how the photo is shown, 1 as it is. */
const LIGHT = ['brightness', 'contrast', 'gamma'] as const

/** How photo and mask are shown. */
export function Display({ painter }: { painter: Painter }) {
  const choice = useStore(painter.choice)
  const seen = useStore(painter.status, (status) => status.seen)
  const isPlain = LIGHT.every((name) => choice[name] === 1)
  return (
    <>
      <section>
        <h2 className={css.heading}>{t('view:display')}</h2>
        <Check
          painter={painter}
          action="overlay"
          isOn={choice.isMaskShown}
          onChange={(isMaskShown) => painter.choice.set({ isMaskShown })}
        >
          {t('view:mask')}
        </Check>
        <Check
          painter={painter}
          action="solo"
          isOn={choice.isSolo}
          onChange={(isSolo) => painter.choice.set({ isSolo })}
        >
          {t('view:solo')}
        </Check>
        <Check
          painter={painter}
          action="grid"
          isOn={choice.isGridShown}
          onChange={(isGridShown) => painter.choice.set({ isGridShown })}
        >
          {t('view:grid')}
        </Check>
        <Range
          label={t('view:opacity')}
          value={Math.round(choice.opacity * 100)}
          min={5}
          max={100}
          text={percent(choice.opacity)}
          onChange={(value) => painter.choice.set({ opacity: value / 100 })}
        />
        {LIGHT.map((name) => (
          <Range
            key={name}
            label={t(`view:${name}`)}
            value={Math.round(choice[name] * 100)}
            min={20}
            max={300}
            text={percent(choice[name])}
            onChange={(value) => painter.choice.set({ [name]: value / 100 })}
          />
        ))}
        <button
          type="button"
          className={css.text}
          disabled={isPlain}
          onClick={() => painter.choice.set({ brightness: 1, contrast: 1, gamma: 1 })}
        >
          {t('view:photo_as_is')}
        </button>
      </section>
      <section>
        <h2 className={css.heading}>{t('view:walk_heading')}</h2>
        <div className={css.walkRow}>
          <Button painter={painter} action="walkBack">
            <IconArrowNarrowLeft size={18} aria-hidden />
          </Button>
          <span title={t('view:seen_title')}>{t('view:seen', { percent: percent(seen) })}</span>
          <Button painter={painter} action="walk">
            <IconArrowNarrowRight size={18} aria-hidden />
          </Button>
          <Button painter={painter} action="fullScreen">
            <IconMaximize size={18} aria-hidden />
          </Button>
        </div>
      </section>
    </>
  )
}

function Check(props: {
  painter: Painter
  action: Action
  isOn: boolean
  onChange: (isOn: boolean) => void
  children: ReactNode
}) {
  const { action, isOn, onChange, children } = props
  const key = inWords(useKeyTable().keyOf(action))
  return (
    <label className={css.check}>
      <input type="checkbox" checked={isOn} onChange={(event) => onChange(event.currentTarget.checked)} />
      {children} {key && <kbd className={css.key}>{key}</kbd>}
    </label>
  )
}

function Button({ painter, action, children }: { painter: Painter; action: Action; children: ReactNode }) {
  const key = inWords(useKeyTable().keyOf(action))
  const label = t(`keys:does.${action}`)
  return (
    <button
      type="button"
      className={css.icon}
      aria-label={label}
      title={key ? `${label} (${key})` : label}
      onClick={() => painter.act(action)}
    >
      {children}
    </button>
  )
}
