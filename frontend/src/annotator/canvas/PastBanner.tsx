import { Menu } from '@mantine/core'
import { IconArrowBackUp, IconChevronDown, IconHistory, IconRestore } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { when } from '../../shared/format'
import { hint, inWords, useKeyTable } from './keymap'
import type { Painter } from './painter'
import css from './PastBanner.module.css'
import room from './Workplace.module.css'
import { authorOf, toolName } from './pastWords'
import { useStore } from './store'

/** Says that the photo is shown as it was, and offers what can be done about it. */
export function PastBanner(props: { painter: Painter; image: number; mayRestore: boolean }) {
  const { painter, image, mayRestore } = props
  const { t } = useTranslation('history')
  const table = useKeyTable()
  const { past } = painter
  const moment = useStore(past.moment)
  const { seq, edit, name, isLoading, isChoosing, isRestoring } = moment
  if (seq === null) return null
  const title = name || (seq > 0 ? t('past_edit', { seq }) : t('past_first'))
  const line = edit
    ? t('past_who', { tool: toolName(edit.tool), who: authorOf(edit), when: when(edit.created_at) })
    : ''
  const [how, about] = [hint('history:region_hint'), hint('history:past_hint')]
  return (
    <div className={css.banner} role="region" aria-label={t('past_label')}>
      <IconHistory size={20} stroke={1.7} aria-hidden />
      <div className={css.words} role="status">
        <strong>{title}</strong>
        <span>{isLoading ? t('loading') : isChoosing ? how : line || about}</span>
      </div>
      {mayRestore && !isChoosing && (
        <RestoreMenu painter={painter} image={image} isBusy={isLoading || isRestoring} />
      )}
      <button
        type="button"
        className={css.back}
        onClick={() => {
          past.close()
          painter.desk.host.focus({ preventScroll: true })
        }}
      >
        <IconArrowBackUp size={16} stroke={1.7} aria-hidden />
        {t('back_to_now')}
        {table.keyOf('cancel') && <kbd>{inWords(table.keyOf('cancel'))}</kbd>}
      </button>
    </div>
  )
}

function RestoreMenu({ painter, image, isBusy }: { painter: Painter; image: number; isBusy: boolean }) {
  const { t } = useTranslation('history')
  const { past } = painter
  const people = useQuery({ queryKey: ['editors', image], queryFn: () => painter.desk.past.people() })
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <button type="button" className={css.restore} disabled={isBusy}>
          <IconRestore size={16} stroke={1.7} aria-hidden />
          {t('restore')}
          <IconChevronDown size={14} stroke={1.7} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown className={room.menu}>
        <Menu.Item onClick={() => void past.restore()}>{t('restore_all')}</Menu.Item>
        <Menu.Item onClick={() => past.choose(true)}>{t('restore_region')}</Menu.Item>
        <Menu.Item onClick={() => past.restoreInSight()}>{t('restore_sight')}</Menu.Item>
        {people.data?.flatMap(({ id, name }) =>
          id === null || name === null
            ? []
            : [
                <Menu.Item key={id} onClick={() => void past.restore(null, id)}>
                  {t('restore_person', { name })}
                </Menu.Item>,
              ],
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
