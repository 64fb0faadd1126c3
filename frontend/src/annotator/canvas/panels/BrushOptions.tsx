import { percent } from '../../../shared/format'
import { t } from '../../../shared/texts'
import { MOST_SIZE } from '../choice'
import type { Painter } from '../painter'
import { useStore } from '../store'
import { RANGES } from '../toolSettings'
import css from '../Workplace.module.css'
import { Range } from './Range'

/** Brush sizes lie on the slider by their logarithm: one pixel matters at 3, not at 900. */
const STEPS = 1000
const toSlider = (size: number) => Math.round((STEPS * Math.log(size)) / Math.log(MOST_SIZE))
const toSize = (place: number) => Math.round(MOST_SIZE ** (place / STEPS))

export function BrushOptions({ painter }: { painter: Painter }) {
  const { size, shape, hasPressure, leastPercent } = useStore(painter.choice)
  return (
    <section>
      <h2 className={css.heading}>{t('tools:options.brush')}</h2>
      <Range
        label={t('tools:options.brush_size')}
        value={toSlider(size)}
        max={STEPS}
        text={t('tools:options.px', { px: size })}
        onChange={(place) => painter.setSize(toSize(place))}
        entry={{
          label: t('tools:options.brush_px'),
          value: size,
          least: 1,
          most: MOST_SIZE,
          unit: 'px',
          onChange: (px) => painter.setSize(px),
        }}
      />
      <div className={css.choices} role="radiogroup" aria-label={t('tools:options.shape')}>
        {(['round', 'square'] as const).map((one) => (
          <label key={one} className={css.choiceLabel} data-on={shape === one || undefined}>
            <input
              type="radio"
              name="shape"
              className={css.radio}
              checked={shape === one}
              onChange={() => painter.choice.set({ shape: one })}
            />
            <span className={css.tip} data-shape={one} aria-hidden />
            {t(`tools:options.${one}`)}
          </label>
        ))}
      </div>
      <label className={css.check}>
        <input
          type="checkbox"
          checked={hasPressure}
          onChange={(event) => painter.choice.set({ hasPressure: event.currentTarget.checked })}
        />
        {t('tools:options.pressure')}
      </label>
      {hasPressure && (
        <Range
          label={t('tools:options.least')}
          value={leastPercent}
          min={RANGES.leastPercent[0]}
          max={RANGES.leastPercent[1]}
          text={percent(leastPercent / 100)}
          onChange={(value) => painter.choice.set({ leastPercent: value })}
        />
      )}
    </section>
  )
}
