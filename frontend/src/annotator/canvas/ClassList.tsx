import { Tooltip } from '@mantine/core'
import { IconEye, IconEyeOff, IconLock, IconLockOpen } from '@tabler/icons-react'
import { Trans } from 'react-i18next'
import { Link } from 'react-router'

import { t } from '../../shared/texts'
import { inWords, useKeyTable } from './keymap'
import type { LabelClass } from './look'
import type { Painter } from './painter'
import { swatchBackground } from './patterns'
import { useStore } from './store'
import css from './Workplace.module.css'

export function ClassList(props: {
  painter: Painter
  project: number
  classes: LabelClass[]
  mayPaint: boolean
}) {
  const { painter, classes, mayPaint } = props
  const { value, hidden, locked } = useStore(painter.choice)
  const table = useKeyTable()
  const living = classes.filter(({ deleted_at }) => !deleted_at)
  const toggle = (what: 'hidden' | 'locked', index: number) => {
    const set = new Set(painter.choice.get()[what])
    if (!set.delete(index)) set.add(index)
    painter.choice.set({ [what]: set })
  }
  return (
    <section>
      <h2 className={css.heading}>{t('shared:classes')}</h2>
      {living.length === 0 && (
        <p className={css.hint}>
          <Trans
            ns="canvas"
            i18nKey="classes.none"
            components={{ project: <Link to={`/projects/${props.project}?tab=classes`} /> }}
          />
        </p>
      )}
      <div role="radiogroup" aria-label={t('shared:classes')}>
        {living.map((one) => (
          <div key={one.index} className={css.class} data-on={value === one.index || undefined}>
            <label className={css.classLabel}>
              <input
                type="radio"
                name="class"
                className={css.radio}
                checked={value === one.index}
                disabled={!mayPaint}
                aria-label={one.name}
                onChange={() => painter.pick(one.index)}
              />
              <span className={css.swatch} style={{ background: swatchBackground(one, 'transparent') }} />
              <span className={css.className}>{one.name}</span>
              {table.keyOfClass(one.key) && (
                <kbd className={css.key}>{inWords(table.keyOfClass(one.key))}</kbd>
              )}
            </label>
            <Switch
              label={t(hidden.has(one.index) ? 'canvas:classes.show' : 'canvas:classes.hide', {
                name: one.name,
              })}
              isOn={hidden.has(one.index)}
              onClick={() => toggle('hidden', one.index)}
            >
              {hidden.has(one.index) ? <IconEyeOff size={17} /> : <IconEye size={17} />}
            </Switch>
            <Switch
              label={t(locked.has(one.index) ? 'canvas:classes.unlock' : 'canvas:classes.lock_about', {
                name: one.name,
              })}
              name={t(locked.has(one.index) ? 'canvas:classes.unlock' : 'canvas:classes.lock', {
                name: one.name,
              })}
              isOn={locked.has(one.index)}
              onClick={() => toggle('locked', one.index)}
            >
              {locked.has(one.index) ? <IconLock size={17} /> : <IconLockOpen size={17} />}
            </Switch>
          </div>
        ))}
      </div>
    </section>
  )
}

function Switch(props: {
  label: string
  name?: string
  isOn: boolean
  onClick: () => void
  children: React.ReactNode
}) {
  return (
    <Tooltip label={props.label} position="bottom-end" openDelay={300}>
      <button
        type="button"
        className={css.switch}
        data-on={props.isOn || undefined}
        aria-label={props.name ?? props.label}
        onClick={props.onClick}
      >
        {props.children}
      </button>
    </Tooltip>
  )
}
