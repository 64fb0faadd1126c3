/** The photos of a project, a page at a time. The address holds the filter, so Back comes back to the same place. */

import { Button, Group, Pagination, Switch, Text } from '@mantine/core'
import { useLocalStorage } from '@mantine/hooks'
import { IconPhotoOff, IconPhotoPlus } from '@tabler/icons-react'
import { useCallback, useMemo, useRef, useState } from 'react'
import { Link, useSearchParams } from 'react-router'

import { photos } from '../../shared/format'
import { EmptyState, Loading, ProblemAlert } from '../../shared/parts'
import { t } from '../../shared/texts'
import type { Project } from '../../shared/types'
import { canEdit, isOwner, useFacets, useImages } from '../records'
import { FilterBar, SortSelect } from './FilterBar'
import {
  EVERYTHING,
  type Filter,
  filterOf,
  handedOn,
  imageQuery,
  isNarrowed,
  PER_PAGE,
  withFilter,
} from './filters'
import styles from './gallery.module.css'
import { ImageCard } from './ImageCard'
import { toggled } from './selection'
import { SelectionBar } from './SelectionBar'

export function Gallery({ project, onAdd }: { project: Project; onAdd: () => void }) {
  const [params, setParams] = useSearchParams()
  const filter = useMemo(() => filterOf(params), [params])
  const images = useImages(project.id, imageQuery(filter))
  const facets = useFacets(project.id)
  const [hasOverlay, setOverlay] = useLocalStorage({ key: 'gallery-masks', defaultValue: true })
  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set())
  const last = useRef<number | null>(null)
  const order = useMemo(() => images.data?.results.map(({ id }) => id) ?? [], [images.data])
  const isTrash = filter.trash === '1'
  const isPredicted = project.lineage.kind === 'predict' || project.made_by?.kind === 'predict'

  const setFilter = (next: Filter, isTyping = false) => {
    setSelected(new Set())
    setParams((before) => withFilter(before, next), { replace: isTyping, preventScrollReset: isTyping })
  }
  const select = useCallback(
    (id: number, isRange: boolean) => {
      const from = last.current
      setSelected((before) => toggled(before, id, { order, last: from, isRange }))
      last.current = id
    },
    [order],
  )
  const classes = project.classes
  const className = useCallback(
    (index: number) => classes.find((label) => label.index === index)?.name ?? t('gallery:deleted_class'),
    [classes],
  )

  if (images.isPending) return <Loading label={t('gallery:loading')} />
  if (!images.data) return <ProblemAlert error={images.error} title={t('gallery:not_loaded')} />
  const { results, count: found } = images.data
  const chosen = results.filter(({ id }) => selected.has(id))
  const pages = Math.max(1, Math.ceil(found / PER_PAGE))
  const isEmpty = found === 0 && !isNarrowed(filter)

  if (isEmpty && !isTrash) {
    return (
      <EmptyState
        icon={<IconPhotoPlus size={44} stroke={1.3} />}
        title={t('gallery:none')}
        action={canEdit(project) && <Button onClick={onAdd}>{t('gallery:add')}</Button>}
      >
        {canEdit(project) ? t('gallery:how') : t('gallery:nobody')}
        {isOwner(project) && (
          <div>
            <TrashSwitch isTrash={isTrash} onChange={setFilter} />
          </div>
        )}
      </EmptyState>
    )
  }
  const query = handedOn(filter)
  const clear = () => setFilter({ ...EVERYTHING, sort: filter.sort, trash: filter.trash })
  return (
    <>
      <div className={styles.bar}>
        <FilterBar filter={filter} facets={facets.data} isFetching={images.isFetching} onFilter={setFilter} />
        <Group justify="space-between" mt={8} className={styles.line}>
          {chosen.length > 0 ? (
            <SelectionBar
              project={project}
              selected={chosen}
              isTrash={isTrash}
              tags={facets.data?.tags.map(({ name }) => name) ?? []}
              onPage={() => setSelected(new Set(order))}
              onClear={() => setSelected(new Set())}
            />
          ) : (
            <Group gap="sm">
              <Text size="sm" c="dimmed" role="status">
                {isTrash
                  ? t('gallery:in_trash', { photos: photos(found) })
                  : isNarrowed(filter) && facets.data
                    ? t('gallery:of', { photos: photos(found), all: facets.data.count })
                    : photos(found)}
              </Text>
              {isNarrowed(filter) && (
                <Button variant="subtle" size="compact-sm" onClick={clear}>
                  {t('gallery:clear')}
                </Button>
              )}
            </Group>
          )}
          <Group gap="md">
            {chosen.length === 0 && <SortSelect filter={filter} onFilter={setFilter} />}
            <Switch
              label={t('gallery:masks')}
              checked={hasOverlay}
              onChange={(event) => setOverlay(event.currentTarget.checked)}
            />
            {isOwner(project) && <TrashSwitch isTrash={isTrash} onChange={setFilter} />}
            {pages > 1 && <Pages pages={pages} filter={filter} onFilter={setFilter} />}
          </Group>
        </Group>
      </div>
      {found === 0 && (
        <EmptyState
          icon={<IconPhotoOff size={40} stroke={1.3} />}
          title={t(isTrash ? 'gallery:trash_empty' : 'gallery:none_fits')}
          action={
            isNarrowed(filter) ? (
              <Button variant="default" onClick={clear}>
                {t('gallery:clear')}
              </Button>
            ) : (
              <Button variant="default" onClick={() => setFilter(EVERYTHING)}>
                {t('gallery:back')}
              </Button>
            )
          }
        >
          {t(isTrash ? 'gallery:trash_what' : 'gallery:none_fits_what')}
        </EmptyState>
      )}
      <div
        className={[
          styles.grid,
          images.isPlaceholderData ? styles.stale : '',
          chosen.length ? styles.selecting : '',
        ].join(' ')}
      >
        {results.map((image) => (
          <ImageCard
            key={image.id}
            image={image}
            hasOverlay={hasOverlay}
            isSelected={selected.has(image.id)}
            onSelect={(isTrash ? isOwner(project) : canEdit(project)) ? select : null}
            to={isTrash ? null : `/${isPredicted ? 'review' : 'images'}/${image.id}${query}`}
            annotateTo={isPredicted && !isTrash ? `/images/${image.id}${query}` : null}
            className={className}
          />
        ))}
      </div>
      {pages > 1 && (
        <Group justify="center" mt="lg">
          <Pages pages={pages} filter={filter} onFilter={setFilter} />
        </Group>
      )}
    </>
  )
}

function Pages(props: { pages: number; filter: Filter; onFilter: (filter: Filter) => void }) {
  const { pages, filter, onFilter } = props
  return (
    <Pagination
      size="sm"
      total={pages}
      value={Math.min(filter.page, pages)}
      onChange={(page) => onFilter({ ...filter, page })}
      getItemProps={(page) => ({ 'aria-label': t('shared:page_n', { number: page }) })}
      getControlProps={(control) => ({
        'aria-label': t(control === 'previous' ? 'shared:page_before' : 'shared:page_after'),
      })}
    />
  )
}

function TrashSwitch({ isTrash, onChange }: { isTrash: boolean; onChange: (filter: Filter) => void }) {
  const text = t(isTrash ? 'gallery:back' : 'gallery:deleted')
  return (
    <Text size="sm">
      <Link
        to={isTrash ? '?' : '?trash=1'}
        onClick={(event) => {
          event.preventDefault()
          onChange({ ...EVERYTHING, trash: isTrash ? '' : '1' })
        }}
      >
        {text}
      </Link>
    </Text>
  )
}
