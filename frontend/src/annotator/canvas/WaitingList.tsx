import { getDefaultZIndex, Popover } from '@mantine/core'
import { type ComponentType, type ReactNode, useState } from 'react'

import css from './together.module.css'

/** A button in the bar below that opens the list of what waits for a decision. */
export function WaitingList(props: {
  /** What the button says: how much waits. */
  label: string
  icon: ComponentType<{ size: number; stroke: number; 'aria-hidden': true }>
  className?: string
  title: string
  explained: string
  /** One <li> each. */
  children: ReactNode
}) {
  const { label, icon: Icon, className, title, explained, children } = props
  const [isOpen, setOpen] = useState(false)
  return (
    <Popover
      opened={isOpen}
      onChange={setOpen}
      position="top-end"
      width={380}
      trapFocus
      returnFocus
      // A notice of what just came to wait lies in the same corner, and must not cover the choices.
      zIndex={getDefaultZIndex('max')}
      classNames={{ dropdown: css.list }}
    >
      <Popover.Target>
        <button type="button" className={className} onClick={() => setOpen(!isOpen)}>
          <Icon size={14} stroke={2} aria-hidden />
          {label}
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={title}>
        <h2>{title}</h2>
        <p>{explained}</p>
        <ul>{children}</ul>
      </Popover.Dropdown>
    </Popover>
  )
}
