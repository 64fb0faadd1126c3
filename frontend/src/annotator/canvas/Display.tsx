import type { Painter } from './painter'
import { Range } from './panels/Range'
import { useStore } from './store'
import css from './Workplace.module.css'

export function Display({ painter }: { painter: Painter }) {
  const { opacity, brightness, contrast, isMaskShown } = useStore(painter.choice)
  const percent = (share: number) => `${Math.round(share * 100)} %`
  return (
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
  )
}
