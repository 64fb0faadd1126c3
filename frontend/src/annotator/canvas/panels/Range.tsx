import { useState } from 'react'

import css from '../Workplace.module.css'

/** A slider with its name and its value as a person reads it. */
export function Range(props: {
  label: string
  value: number
  min?: number
  max: number
  text: string
  onChange: (value: number) => void
  /** The value may be typed, too. */
  entry?: Parameters<typeof Entry>[0]
}) {
  const { label, value, min = 0, max, text, onChange, entry } = props
  // Within one label there is one control.
  const Whole = entry ? 'div' : 'label'
  return (
    <Whole className={css.range}>
      <span>{label}</span>
      {entry ? <Entry {...entry} /> : <span className={css.value}>{text}</span>}
      <input
        type="range"
        aria-label={label}
        aria-valuetext={text}
        min={min}
        max={max}
        value={value}
        onChange={(event) => onChange(event.currentTarget.valueAsNumber)}
      />
    </Whole>
  )
}

/** A number to type; it counts as soon as it is one that may be. */
function Entry(props: {
  label: string
  value: number
  least: number
  most: number
  unit: string
  onChange: (value: number) => void
}) {
  const { label, value, least, most, unit, onChange } = props
  const [typed, setTyped] = useState<string | null>(null)
  return (
    <span className={css.value}>
      <input
        type="number"
        className={css.entry}
        aria-label={label}
        min={least}
        max={most}
        value={typed ?? value}
        onChange={({ currentTarget }) => {
          setTyped(currentTarget.value)
          if (currentTarget.value && currentTarget.validity.valid) onChange(currentTarget.valueAsNumber)
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur()
        }}
        onBlur={() => setTyped(null)}
      />{' '}
      {unit}
    </span>
  )
}
