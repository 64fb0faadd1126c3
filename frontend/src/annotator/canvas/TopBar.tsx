import { Tooltip } from '@mantine/core'
import { IconArrowLeft, IconChevronLeft, IconChevronRight, IconKeyboard } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Link, useLocation } from 'react-router'

import { count } from '../../shared/format'
import { t } from '../../shared/texts'
import { inWords, useKeyTable } from './keymap'
import type { Image, Neighbours, Project } from './useAnnotation'
import css from './Workplace.module.css'

export function TopBar(props: {
  image: Image
  project: Project
  neighbours: Neighbours | undefined
  onHelp: () => void
  children?: ReactNode
}) {
  const { image, project, neighbours, onHelp } = props
  const { search } = useLocation()
  const table = useKeyTable()
  const help = table.keyOf('help')
  return (
    <header className={css.top}>
      <Link to={`/projects/${project.id}${search}`} className={css.back}>
        <IconArrowLeft size={18} stroke={1.7} aria-hidden />
        <span>{project.name}</span>
      </Link>
      <h1 className={css.name} title={`${image.dataset}/${image.name}`}>
        {image.name}
      </h1>
      <span className={css.facts}>
        {t('objects:box_value', { width: count(image.width), height: count(image.height) })}
      </span>
      {props.children}
      <nav className={css.walk} aria-label={t('canvas:top.photos')}>
        <Step
          to={neighbours?.previous}
          label={t('canvas:top.previous')}
          keys={inWords(table.keyOf('previous'))}
        >
          <IconChevronLeft size={20} stroke={1.7} aria-hidden />
        </Step>
        <span className={css.position}>
          {neighbours?.position
            ? t('canvas:top.position', { position: neighbours.position, count: neighbours.count })
            : ''}
        </span>
        <Step to={neighbours?.next} label={t('canvas:top.next')} keys={inWords(table.keyOf('next'))}>
          <IconChevronRight size={20} stroke={1.7} aria-hidden />
        </Step>
      </nav>
      <Tooltip
        label={help ? t('canvas:top.keys', { key: inWords(help) }) : t('canvas:top.keyboard')}
        position="bottom-end"
      >
        <button type="button" className={css.icon} aria-label={t('canvas:top.keyboard')} onClick={onHelp}>
          <IconKeyboard size={20} stroke={1.6} aria-hidden />
        </button>
      </Tooltip>
    </header>
  )
}

function Step(props: { to: number | null | undefined; label: string; keys: string; children: ReactNode }) {
  const { to, label, keys, children } = props
  const { search } = useLocation()
  if (!to) {
    return (
      <button type="button" className={css.icon} aria-label={label} disabled>
        {children}
      </button>
    )
  }
  return (
    <Tooltip label={keys ? `${label} (${keys})` : label} position="bottom">
      <Link to={`/images/${to}${search}`} className={css.icon} aria-label={label}>
        {children}
      </Link>
    </Tooltip>
  )
}
