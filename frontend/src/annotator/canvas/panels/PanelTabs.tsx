import { type KeyboardEvent, memo, useRef } from 'react'

import { t } from '../../../shared/texts'
import { useStore } from '../store'
import css from '../Workplace.module.css'
import { PANELS, type PanelProps } from './index'

/** The panel on the right: its tabs, and the one that is open. */
export const PanelTabs = memo(function PanelTabs(props: PanelProps) {
  const { painter } = props
  const { panel } = useStore(painter.choice)
  const tabs = useRef<HTMLDivElement>(null)
  const open = PANELS.find(({ id }) => id === panel) ?? PANELS[0]!
  const { Panel } = open

  const walk = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (step === 0) return
    event.preventDefault()
    const next = (PANELS.indexOf(open) + step + PANELS.length) % PANELS.length
    painter.choice.set({ panel: PANELS[next]!.id })
    ;(tabs.current?.children[next] as HTMLElement | undefined)?.focus()
  }

  return (
    <>
      {PANELS.length > 1 && (
        <div ref={tabs} className={css.tabs} role="tablist" aria-label={t('canvas:panels')} onKeyDown={walk}>
          {PANELS.map(({ id, icon: Icon }) => (
            <button
              key={id}
              type="button"
              role="tab"
              id={`tab-${id}`}
              className={css.tab}
              aria-selected={id === open.id}
              aria-controls="panel"
              tabIndex={id === open.id ? 0 : -1}
              onClick={() => painter.choice.set({ panel: id })}
            >
              <Icon size={16} stroke={1.7} aria-hidden />
              <span>{t(`canvas:panel.${id}`)}</span>
            </button>
          ))}
        </div>
      )}
      <div
        id="panel"
        className={css.panel}
        role={PANELS.length > 1 ? 'tabpanel' : undefined}
        aria-labelledby={PANELS.length > 1 ? `tab-${open.id}` : undefined}
      >
        {/* What is under way in a panel belongs to its photo; how one paints does not. */}
        <Panel key={open.id === 'paint' ? '' : props.image.id} {...props} />
      </div>
    </>
  )
})
