/** What the gallery shows and in which order. */

import { Group, Loader, Select, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconArrowsSort, IconSearch } from '@tabler/icons-react'
import { useState } from 'react'

import { count } from '../../shared/format'
import { t } from '../../shared/texts'
import type { Facets } from '../../shared/types'
import { StateFilters } from '../workflow/StateFilters'
import { changed, type Filter, type Sort, SORTS } from './filters'

const withCount = (text: string, n: number | undefined) => (n === undefined ? text : `${text} (${count(n)})`)

export function FilterBar(props: {
  filter: Filter
  facets: Facets | undefined
  isFetching: boolean
  onFilter: (filter: Filter, isTyping?: boolean) => void
}) {
  const { filter, facets, onFilter } = props
  const [text, setText] = useState(filter.search)
  const [shownFor, setShownFor] = useState(filter.search)
  if (shownFor !== filter.search) {
    // The address changed without us: Back, or a link.
    setShownFor(filter.search)
    if (text.trim() !== filter.search) setText(filter.search)
  }
  const find = useDebouncedCallback(
    (search: string) => onFilter(changed(filter, { search: search.trim() }), true),
    250,
  )
  const change = (news: Partial<Filter>) => onFilter(changed(filter, news))
  return (
    <Group gap="xs" role="search" aria-label={t('gallery:filter.title')}>
      <TextInput
        aria-label={t('gallery:filter.search')}
        placeholder={t('gallery:filter.by_name')}
        type="search"
        leftSection={<IconSearch size={16} />}
        rightSection={props.isFetching ? <Loader size={14} /> : null}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value)
          find(event.currentTarget.value)
        }}
        w={170}
      />
      {facets && facets.datasets.length > 1 && (
        <Select
          aria-label={t('gallery:filter.dataset')}
          placeholder={t('gallery:filter.all_datasets')}
          clearable
          searchable
          value={filter.dataset || null}
          onChange={(value) => change({ dataset: value ?? '' })}
          data={facets.datasets.map(({ name, count: n }) => ({
            value: name,
            label: `${name} (${count(n)})`,
          }))}
          w={160}
        />
      )}
      {facets && facets.tags.length > 0 && (
        <Select
          aria-label={t('gallery:filter.tag')}
          placeholder={t('gallery:filter.all_tags')}
          clearable
          searchable
          value={filter.tag || null}
          onChange={(value) => change({ tag: value ?? '' })}
          data={facets.tags.map(({ name, count: n }) => ({ value: name, label: `${name} (${count(n)})` }))}
          w={150}
        />
      )}
      {facets && facets.classes.length > 0 && (
        <Select
          aria-label={t('gallery:filter.class')}
          placeholder={t('gallery:filter.all_classes')}
          clearable
          value={filter.class || null}
          onChange={(value) => change({ class: value ?? '' })}
          data={facets.classes.map(({ index, name, images }) => ({
            value: String(index),
            label: `${name} (${count(images)})`,
          }))}
          w={160}
        />
      )}
      <Select
        aria-label={t('gallery:filter.annotated_or_not')}
        placeholder={t('gallery:filter.annotated_or_not')}
        clearable
        value={filter.annotated || null}
        onChange={(value) => change({ annotated: (value ?? '') as Filter['annotated'] })}
        data={[
          { value: 'yes', label: withCount(t('gallery:annotated'), facets?.annotated) },
          { value: 'no', label: withCount(t('gallery:not_annotated'), facets?.not_annotated) },
        ]}
        w={175}
      />
      {facets && <StateFilters filter={filter} facets={facets} onChange={change} />}
    </Group>
  )
}

export function SortSelect({ filter, onFilter }: { filter: Filter; onFilter: (filter: Filter) => void }) {
  return (
    <Select
      size="xs"
      aria-label={t('gallery:sort.title')}
      title={t('gallery:sort.title')}
      leftSection={<IconArrowsSort size={14} />}
      value={filter.sort}
      allowDeselect={false}
      onChange={(value) => onFilter(changed(filter, { sort: (value ?? 'name') as Sort }))}
      data={SORTS.map(({ value, label }) => ({ value, label: t(`gallery:sort.${label}`) }))}
      w={165}
    />
  )
}
