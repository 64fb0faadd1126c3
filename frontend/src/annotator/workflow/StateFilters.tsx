/** The gallery narrowed to photos of one state, in somebody's hands, or with comments that wait. */

import { Select } from '@mantine/core'

import { useSession } from '../../shared/session'
import { t } from '../../shared/texts'
import type { Facets, WorkState } from '../../shared/types'
import type { Filter } from '../gallery/filters'
import { STATES } from './states'

const TALK = 'comments'

export function StateFilters(props: {
  filter: Filter
  facets: Facets
  onChange: (news: Partial<Filter>) => void
}) {
  const { filter, facets, onChange } = props
  const me = useSession().data?.user?.id
  const counts = new Map(facets.states.map(({ name, count }) => [name, count]))
  const mine = facets.holders.find(({ id }) => id === me)?.count ?? 0
  const others = facets.holders.filter(({ id }) => id !== me)
  return (
    <>
      <Select
        aria-label={t('workflow:filter_state')}
        placeholder={t('workflow:filter_all_states')}
        clearable
        value={filter.comments ? TALK : filter.state || null}
        onChange={(value) =>
          onChange(
            value === TALK
              ? { comments: 'open', state: '' }
              : { comments: '', state: (value ?? '') as '' | WorkState },
          )
        }
        data={[
          ...STATES.map((state) => ({
            value: state as string,
            label: t('workflow:filter_of', {
              name: t(`workflow:state.${state}`),
              count: counts.get(state) ?? 0,
            }),
          })),
          { value: TALK, label: t('workflow:filter_talk', { count: facets.open_comments }) },
        ]}
        maxDropdownHeight={320}
        w={165}
      />
      {(facets.holders.length > 0 || filter.held_by) && (
        <Select
          aria-label={t('workflow:filter_holder')}
          placeholder={t('workflow:filter_anyone')}
          clearable
          value={filter.held_by === String(me) ? 'me' : filter.held_by || null}
          onChange={(value) => onChange({ held_by: value ?? '' })}
          data={[
            { value: 'me', label: t('workflow:filter_mine', { count: mine }) },
            ...others.map(({ id, name, count }) => ({
              value: String(id),
              label: t('workflow:filter_of', { name, count }),
            })),
          ]}
          w={130}
        />
      )}
    </>
  )
}
