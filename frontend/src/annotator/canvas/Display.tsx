import { MOST_SIZE, type Painter } from './painter'
import { useStore } from './store'
import css from './Workplace.module.css'

/** Brush sizes lie on the slider by their logarithm: one pixel matters at 3, not at 900. */
const STEPS = 1000
const toSlider = (size: number) => Math.round((STEPS * Math.log(size)) / Math.log(MOST_SIZE))
const toSize = (place: number) => Math.round(MOST_SIZE ** (place / STEPS))

export function Display({ painter }: { painter: Painter }) {
  const { size, opacity, brightness, contrast, isMaskShown } = useStore(painter.choice)
  const percent = (share: number) => `${Math.round(share * 100)} %`
  return (
    <>
      <section>
        <h2 className={css.heading}>Brush</h2>
        <Range
          label="Brush size"
          value={toSlider(size)}
          max={STEPS}
          text={`${size} px`}
          onChange={(place) => painter.setSize(toSize(place))}
        />
      </section>
      <section>
        <h2 className={css.heading}>Display</h2>
        <label className={css.check}>
          <input
            type="checkbox"
            checked={isMaskShown}
            onChange={(event) => painter.choice.set({ isMaskShown: event.currentTarget.checked })}
          />
          Show the mask <kbd className={css.key}>O</kbd>
        </label>
        <Range
          label="Opacity"
          value={Math.round(opacity * 100)}
          min={5}
          max={100}
          text={percent(opacity)}
          onChange={(value) => painter.choice.set({ opacity: value / 100 })}
        />
        <Range
          label="Brightness"
          value={Math.round(brightness * 100)}
          min={20}
          max={300}
          text={percent(brightness)}
          onChange={(value) => painter.choice.set({ brightness: value / 100 })}
        />
        <Range
          label="Contrast"
          value={Math.round(contrast * 100)}
          min={20}
          max={300}
          text={percent(contrast)}
          onChange={(value) => painter.choice.set({ contrast: value / 100 })}
        />
        <button
          type="button"
          className={css.text}
          disabled={brightness === 1 && contrast === 1}
          onClick={() => painter.choice.set({ brightness: 1, contrast: 1 })}
        >
          Photo as it is
        </button>
      </section>
    </>
  )
}

function Range(props: {
  label: string
  value: number
  min?: number
  max: number
  /** The value as a person reads it. */
  text: string
  onChange: (value: number) => void
}) {
  const { label, value, min = 0, max, text, onChange } = props
  return (
    <label className={css.range}>
      <span>{label}</span>
      <span className={css.value}>{text}</span>
      <input
        type="range"
        aria-label={label}
        aria-valuetext={text}
        min={min}
        max={max}
        value={value}
        onChange={(event) => onChange(event.currentTarget.valueAsNumber)}
      />
    </label>
  )
}
