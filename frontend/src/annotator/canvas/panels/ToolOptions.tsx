import { t } from '../../../shared/texts'
import type { LabelClass } from '../look'
import type { Painter } from '../painter'
import { useStore } from '../store'
import { type Over, RANGES } from '../toolSettings'
import css from '../Workplace.module.css'
import { Range } from './Range'

/** What strokes and fills may change: the same for every tool that paints. */
export function OverOptions({ painter, classes }: { painter: Painter; classes: readonly LabelClass[] }) {
  const { over } = useStore(painter.choice)
  const living = classes.filter(({ deleted_at }) => !deleted_at)
  const choose = (value: string) =>
    painter.choice.set({ over: /^\d+$/.test(value) ? Number(value) : (value as Over) })
  return (
    <section>
      <label className={css.heading} htmlFor="paint-over">
        {t('tools:options.over')}
      </label>
      <select
        id="paint-over"
        className={css.select}
        value={String(over)}
        aria-describedby="paint-over-hint"
        onChange={(event) => choose(event.currentTarget.value)}
      >
        {(['everything', 'background', 'start'] as const).map((one) => (
          <option key={one} value={one}>
            {t(`tools:options.over_${one}`)}
          </option>
        ))}
        {living.map(({ index, name }) => (
          <option key={index} value={index}>
            {t('tools:options.over_class', { name })}
          </option>
        ))}
      </select>
      <p id="paint-over-hint" className={css.hint}>
        {t('tools:options.over_hint')}
      </p>
    </section>
  )
}

export function BucketOptions({ painter }: { painter: Painter }) {
  const { isByColour, tolerance } = useStore(painter.choice)
  return (
    <section>
      <h2 className={css.heading}>{t('tools:options.bucket')}</h2>
      <label className={css.check}>
        <input
          type="checkbox"
          checked={isByColour}
          onChange={(event) => painter.choice.set({ isByColour: event.currentTarget.checked })}
        />
        {t('tools:options.by_colour')}
      </label>
      {isByColour && (
        <>
          <Range
            label={t('tools:options.tolerance')}
            value={tolerance}
            min={RANGES.tolerance[0]}
            max={RANGES.tolerance[1]}
            text={String(tolerance)}
            onChange={(value) => painter.choice.set({ tolerance: value })}
          />
          <p className={css.hint}>{t('tools:options.by_colour_hint')}</p>
        </>
      )}
    </section>
  )
}

export function GrowOptions({ painter }: { painter: Painter }) {
  return (
    <Amount painter={painter} name="reach" title={t('tools:options.grow')} label={t('tools:options.reach')} />
  )
}

export function SmoothOptions({ painter }: { painter: Painter }) {
  return (
    <Amount
      painter={painter}
      name="smoothing"
      title={t('tools:options.smooth')}
      label={t('tools:options.smoothing')}
    />
  )
}

export function SpeckOptions({ painter }: { painter: Painter }) {
  return (
    <Amount
      painter={painter}
      name="speck"
      title={t('tools:options.specks')}
      label={t('tools:options.speck')}
    />
  )
}

const STEPS = 200

/** So many pixels, small numbers finer than large ones. */
function Amount(props: {
  painter: Painter
  name: 'reach' | 'smoothing' | 'speck'
  title: string
  label: string
}) {
  const { painter, name, title, label } = props
  const value = useStore(painter.choice)[name]
  const [least, most] = RANGES[name]
  const span = Math.log(most / least)
  const toPixels = (place: number) => Math.round(least * Math.exp((span * place) / STEPS))
  /** Each step of the slider changes the number, though small ones lie closer than its steps. */
  const change = (place: number) => {
    const before = Math.round((STEPS * Math.log(value / least)) / span)
    const next = toPixels(place)
    const step = next === value ? Math.sign(place - before) : 0
    painter.choice.set({ [name]: Math.min(most, Math.max(least, next + step)) })
  }
  return (
    <section>
      <h2 className={css.heading}>{title}</h2>
      <Range
        label={label}
        value={Math.round((STEPS * Math.log(value / least)) / span)}
        max={STEPS}
        text={t('tools:options.px', { px: value })}
        onChange={change}
      />
    </section>
  )
}
