import { Tooltip } from '@mantine/core'
import { IconEye } from '@tabler/icons-react'
import type { CSSProperties } from 'react'
import { useTranslation } from 'react-i18next'

import type { Guest, Presence } from './presence'
import { useStore } from './store'
import css from './together.module.css'

/** More than these are counted. */
const MOST_SHOWN = 3

/** Who else has this photo open: a click goes to where they look, the eye goes along with them. */
export function PeopleHere(props: { presence: Presence }) {
  const { presence } = props
  const { guests, following } = useStore(presence.here)
  const { t } = useTranslation('together')
  if (guests.length === 0) return null
  const more = guests.length - MOST_SHOWN
  return (
    <ul className={css.people} aria-label={t('others_here')}>
      {guests.slice(0, MOST_SHOWN).map((guest) => (
        <PersonHere
          key={guest.client}
          guest={guest}
          isFollowed={guest.client === following}
          onGo={() => presence.goTo(guest.client)}
          onFollow={(isOn) => presence.follow(isOn ? guest.client : null)}
        />
      ))}
      {more > 0 && (
        <li
          className={css.more}
          title={guests
            .slice(MOST_SHOWN)
            .map(({ name }) => name)
            .join(', ')}
        >
          {t('more_people', { count: more })}
        </li>
      )}
    </ul>
  )
}

function PersonHere(props: {
  guest: Guest
  isFollowed: boolean
  onGo: () => void
  onFollow: (isOn: boolean) => void
}) {
  const { guest, isFollowed, onGo, onFollow } = props
  const { name, colour, dash } = guest
  const { t } = useTranslation('together')
  return (
    <li
      className={css.person}
      data-followed={isFollowed || undefined}
      style={{ '--colour': colour } as CSSProperties}
    >
      <Tooltip label={t('go_to', { name })} position="bottom">
        <button type="button" className={css.name} onClick={onGo} aria-label={t('go_to', { name })}>
          <svg className={css.line} width="18" height="4" aria-hidden>
            <path d="M0 2H18" stroke={colour} strokeWidth="3" strokeDasharray={dash} />
          </svg>
          <span>{name}</span>
        </button>
      </Tooltip>
      <Tooltip label={t('follow', { name })} position="bottom">
        <button
          type="button"
          className={css.follow}
          aria-pressed={isFollowed}
          aria-label={t('follow', { name })}
          onClick={() => onFollow(!isFollowed)}
        >
          <IconEye size={16} stroke={1.8} aria-hidden />
        </button>
      </Tooltip>
    </li>
  )
}
