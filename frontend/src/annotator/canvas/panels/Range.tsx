import css from '../Workplace.module.css'

/** A slider with its name and its value as a person reads it. */
export function Range(props: {
  label: string
  value: number
  min?: number
  max: number
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
