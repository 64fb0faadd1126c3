import { MOST_SIZE } from '../choice'
import type { Painter } from '../painter'
import { useStore } from '../store'
import css from '../Workplace.module.css'
import { Range } from './Range'

/** Brush sizes lie on the slider by their logarithm: one pixel matters at 3, not at 900. */
const STEPS = 1000
const toSlider = (size: number) => Math.round((STEPS * Math.log(size)) / Math.log(MOST_SIZE))
const toSize = (place: number) => Math.round(MOST_SIZE ** (place / STEPS))

export function BrushOptions({ painter }: { painter: Painter }) {
  const { size } = useStore(painter.choice)
  return (
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
  )
}
