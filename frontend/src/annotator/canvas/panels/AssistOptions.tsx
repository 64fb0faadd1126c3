import { useQuery } from '@tanstack/react-query'

import { t } from '../../../shared/texts'
import { hint, useKeyTable } from '../keymap'
import type { Painter } from '../painter'
import { chosenProposer, proposersOn } from '../proposers'
import { useStore } from '../store'
import css from '../Workplace.module.css'

/** Who proposes: by colour and edges, or one of the models that may be used on this photo. */
export function AssistOptions({ painter }: { painter: Painter }) {
  const { image } = painter.easel.photo
  const { name } = useStore(chosenProposer)
  useKeyTable()
  const { data = [] } = useQuery({ queryKey: ['proposers', image], queryFn: () => proposersOn(image) })
  const chosen = data.some((one) => one.name === name) ? name : 'grabcut'
  const about = hint('smart:proposer_hint')
  return (
    <section>
      <label className={css.heading} htmlFor="proposer">
        {t('smart:proposer')}
      </label>
      <select
        id="proposer"
        className={css.select}
        value={chosen}
        aria-describedby="proposer-hint"
        onChange={(event) => chosenProposer.set({ name: event.currentTarget.value })}
      >
        {data.map((one) => (
          <option key={one.name} value={one.name}>
            {one.name === 'grabcut' ? t('smart:grabcut') : one.title}
          </option>
        ))}
      </select>
      <p id="proposer-hint" className={css.hint}>
        {about}
      </p>
    </section>
  )
}
