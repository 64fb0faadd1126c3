import { Menu } from '@mantine/core'
import { IconBookmark, IconBookmarkPlus, IconDots, IconPencil, IconTrash } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { ago, when } from '../../../shared/format'
import { NameDialog } from '../../../shared/NameDialog'
import { ProblemAlert } from '../../../shared/parts'
import type { Painter } from '../painter'
import { deleteSnapshot, type PastEdit, renameSnapshot, type Snapshot } from '../pastServer'
import { authorOf, moreOf, toolName } from '../pastWords'
import { useStore } from '../store'
import type { Image } from '../useAnnotation'
import room from '../Workplace.module.css'
import css from './HistoryPanel.module.css'
import type { PanelProps } from './index'
import { PlaceMap } from './PlaceMap'

const ROW_PX = 56
const PAGE = 100
/** How far before the end of what is here the next page is asked for. */
const AHEAD = 20
/** The list follows what others do. */
const FOLLOW_MS = 4000
/** Somebody who paints makes many edits; the list need not follow each. */
const CALM_MS = 400

/** Every edit of the photo, and moments with a name: look at the photo as it was, and go back there. */
export function HistoryPanel({ painter, image, mayPaint }: PanelProps) {
  return (
    <div className={css.history}>
      <Snapshots painter={painter} image={image} mayPaint={mayPaint} />
      <Edits painter={painter} image={image} />
    </div>
  )
}

// Edits

function Edits({ painter, image }: { painter: Painter; image: Image }) {
  const { t } = useTranslation('history')
  const { past } = painter.desk
  const [person, setPerson] = useState<number | null>(null)
  const queries = useQueryClient()
  const list = useInfiniteQuery({
    queryKey: ['edits', image.id, person],
    queryFn: ({ pageParam }) => past.edits({ before: pageParam, user: person, limit: PAGE }),
    initialPageParam: null as number | null,
    getNextPageParam: (last) => last.next,
  })
  const people = useQuery({ queryKey: ['editors', image.id], queryFn: () => past.people() })
  useNews(painter, () => {
    void queries.invalidateQueries({ queryKey: ['edits', image.id] })
    void queries.invalidateQueries({ queryKey: ['editors', image.id] })
  })
  const edits = useMemo(() => list.data?.pages.flatMap((page) => page.results) ?? [], [list.data])
  const count = list.data?.pages[0]?.count ?? 0
  const ofPerson = people.data?.find(({ id }) => id === person)?.edits

  return (
    <section className={css.edits} aria-label={t('edits')}>
      <div className={css.head}>
        <h2 className={room.heading}>{t('edits_count', { count: ofPerson ?? count })}</h2>
        {(people.data?.length ?? 0) > 1 && (
          <label className={css.person}>
            <span>{t('of_person')}</span>
            <select
              value={person ?? ''}
              onChange={({ currentTarget: { value } }) => setPerson(value ? Number(value) : null)}
            >
              <option value="">{t('everybody')}</option>
              {people.data!.flatMap(({ id, name }) =>
                id === null
                  ? []
                  : [
                      <option key={id} value={id}>
                        {name}
                      </option>,
                    ],
              )}
            </select>
          </label>
        )}
      </div>
      <ProblemAlert error={list.error} />
      {list.isSuccess && edits.length === 0 ? (
        <p className={room.hint}>
          {t('empty_title')} {t('empty_next')}
        </p>
      ) : (
        <EditList
          painter={painter}
          image={image}
          edits={edits}
          isWhole={!list.hasNextPage && person === null}
          onEnd={() => {
            if (list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage()
          }}
        />
      )}
    </section>
  )
}

/** Call when edits may have been made: after one's own are saved, and now and then for those of others. */
function useNews(painter: Painter, tell: () => void): void {
  const news = useRef(tell)
  useEffect(() => {
    news.current = tell
  })
  const isSaved = useStore(painter.status, ({ save }) => save.kind === 'saved')
  useEffect(() => {
    if (!isSaved) return
    const first = setTimeout(() => news.current(), CALM_MS)
    const timer = setInterval(() => document.visibilityState === 'visible' && news.current(), FOLLOW_MS)
    return () => {
      clearTimeout(first)
      clearInterval(timer)
    }
  }, [isSaved])
}

function EditList(props: {
  painter: Painter
  image: Image
  edits: readonly PastEdit[]
  /** Down to the first edit of all. */
  isWhole: boolean
  onEnd: () => void
}) {
  const { painter, image, edits, isWhole, onEnd } = props
  const { t } = useTranslation('history')
  const { seq } = useStore(painter.past.moment)
  const scroll = useRef<HTMLDivElement>(null)
  // Where the keys are, until another moment is shown.
  const [cursor, setCursor] = useState({ on: seq, under: seq })
  // The first row is now, the last one the photo before anybody painted.
  const rows: (PastEdit | 'now' | 'first')[] = ['now', ...edits, ...(isWhole ? (['first'] as const) : [])]
  const at = Math.max(0, placeOf(rows, cursor.under === seq ? cursor.on : seq))
  // eslint-disable-next-line react-hooks/incompatible-library -- the virtualizer changes as one scrolls; nothing here remembers its parts
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_PX,
    overscan: 6,
  })
  const shown = virtual.getVirtualItems()
  const lastShown = shown.at(-1)?.index ?? 0
  useEffect(() => {
    if (lastShown >= rows.length - AHEAD) onEnd()
  })

  const visit = (row: PastEdit | 'now' | 'first') => {
    if (row === 'now') painter.past.close()
    else if (row === 'first') void painter.past.visit(0, null)
    else void painter.past.visit(row.seq, row)
  }
  const goTo = (row: PastEdit | 'now' | 'first') => {
    if (typeof row === 'string') return
    const [left, top, right, bottom] = row.box as [number, number, number, number]
    painter.easel.goTo({ left, top, right, bottom }, 0.6)
  }
  const walk = (event: KeyboardEvent) => {
    const steps: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: 8,
      PageUp: -8,
      Home: -rows.length,
      End: rows.length,
    }
    const step = steps[event.key]
    const row = rows[at]
    if (step !== undefined) {
      const next = Math.min(rows.length - 1, Math.max(0, at + step))
      setCursor({ on: seqOf(rows[next]!), under: seq })
      virtual.scrollToIndex(next)
    } else if ((event.key === 'Enter' || event.key === ' ') && row) visit(row)
    else if (event.key.toLowerCase() === 'g' && !event.ctrlKey && row) goTo(row)
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <div
      ref={scroll}
      className={css.list}
      role="listbox"
      aria-label={t('list_label')}
      aria-description={t('list_help')}
      aria-activedescendant={shown.some(({ index }) => index === at) ? `edit-${at}` : undefined}
      tabIndex={0}
      onKeyDown={walk}
    >
      <div className={css.inner} style={{ height: virtual.getTotalSize() }}>
        {shown.map(({ index, start }) => {
          const row = rows[index]!
          return (
            <div
              key={seqOf(row) ?? 'now'}
              id={`edit-${index}`}
              className={css.row}
              style={{ transform: `translateY(${start}px)`, height: ROW_PX }}
              role="option"
              aria-selected={seqOf(row) === seq}
              aria-posinset={index + 1}
              data-at={index === at || undefined}
              onClick={() => visit(row)}
            >
              {row === 'now' ? (
                <Plain title={t('now')} line={t('now_hint')} />
              ) : row === 'first' ? (
                <Plain title={t('before_all')} line="" />
              ) : (
                <EditRow edit={row} image={image} onGo={() => goTo(row)} />
              )}
            </div>
          )
        })}
      </div>
    </div>
  )
}

const seqOf = (row: PastEdit | 'now' | 'first'): number | null =>
  row === 'now' ? null : row === 'first' ? 0 : row.seq

const placeOf = (rows: readonly (PastEdit | 'now' | 'first')[], seq: number | null): number =>
  rows.findIndex((row) => seqOf(row) === seq)

function Plain({ title, line }: { title: string; line: string }) {
  return (
    <div className={css.words}>
      <strong>{title}</strong>
      {line && <span className={css.line}>{line}</span>}
    </div>
  )
}

function EditRow({ edit, image, onGo }: { edit: PastEdit; image: Image; onGo: () => void }) {
  const { t } = useTranslation('history')
  const more = moreOf(edit)
  return (
    <>
      {/* For the pointer only, as an option holds no button: the list's G does the same. */}
      <span
        className={css.place}
        title={t('go_to_place')}
        onClick={(event) => {
          event.stopPropagation()
          onGo()
        }}
      >
        <PlaceMap image={image} box={edit.box} />
      </span>
      <div className={css.words}>
        <span
          className={css.what}
          data-undone={edit.taken_back_by !== null || undefined}
          title={more && `${toolName(edit.tool)} ${more}`}
        >
          <strong>{toolName(edit.tool)}</strong>
          {more && <span> {more}</span>}
        </span>
        <span className={css.line}>
          {authorOf(edit)}, <time title={when(edit.created_at)}>{ago(edit.created_at)}</time>
        </span>
        {edit.taken_back_by !== null && (
          <span className={css.line}>{t('undone_by', { seq: edit.taken_back_by })}</span>
        )}
      </div>
      <span className={css.number}>{edit.seq}</span>
    </>
  )
}

// Snapshots

function Snapshots({ painter, image, mayPaint }: { painter: Painter; image: Image; mayPaint: boolean }) {
  const { t } = useTranslation('history')
  const { past } = painter.desk
  const moment = useStore(painter.past.moment)
  const queries = useQueryClient()
  const [naming, setNaming] = useState<'new' | Snapshot | null>(null)
  const key = ['snapshots', image.id]
  const { data = [], error } = useQuery({ queryKey: key, queryFn: () => past.snapshots() })
  const changed = () => queries.invalidateQueries({ queryKey: key })
  const forget = (snapshot: Snapshot) =>
    deleteSnapshot(snapshot.id)
      .then(changed)
      .catch((problem: Error) => painter.desk.say(problem.message))

  const name = async (text: string) => {
    if (naming === 'new') await past.takeSnapshot(text, moment.seq)
    else if (naming) await renameSnapshot(naming.id, text)
    await changed()
    setNaming(null)
  }

  return (
    <section aria-label={t('snapshots')}>
      <div className={css.head}>
        <h2 className={room.heading}>{t('snapshots')}</h2>
        {mayPaint && (
          <button type="button" className={css.small} onClick={() => setNaming('new')}>
            <IconBookmarkPlus size={15} stroke={1.7} aria-hidden />
            {t('snapshot_now')}
          </button>
        )}
      </div>
      <ProblemAlert error={error} />
      {data.length === 0 && <p className={room.hint}>{t('snapshot_none')}</p>}
      <ul className={css.snapshots}>
        {data.map((snapshot) => (
          <li key={snapshot.id} data-on={moment.seq === snapshot.seq || undefined}>
            <button
              type="button"
              className={css.snapshot}
              title={t('snapshot_view', { name: snapshot.name })}
              onClick={() => void painter.past.visit(snapshot.seq, null, snapshot.name)}
            >
              <IconBookmark size={15} stroke={1.7} aria-hidden />
              <span className={css.snapshotName}>{snapshot.name}</span>
              <time className={css.line} title={when(snapshot.created_at)}>
                {ago(snapshot.created_at)}
              </time>
            </button>
            {mayPaint && (
              <Menu position="bottom-end" withinPortal>
                <Menu.Target>
                  <button
                    type="button"
                    className={css.more}
                    aria-label={t('snapshot_menu', { name: snapshot.name })}
                  >
                    <IconDots size={16} aria-hidden />
                  </button>
                </Menu.Target>
                <Menu.Dropdown>
                  <Menu.Item leftSection={<IconPencil size={15} />} onClick={() => setNaming(snapshot)}>
                    {t('snapshot_rename')}
                  </Menu.Item>
                  <Menu.Item
                    color="red"
                    leftSection={<IconTrash size={15} />}
                    onClick={() => void forget(snapshot)}
                  >
                    {t('snapshot_delete', { name: snapshot.name })}
                  </Menu.Item>
                </Menu.Dropdown>
              </Menu>
            )}
          </li>
        ))}
      </ul>
      {naming && (
        <NameDialog
          title={naming === 'new' ? t('snapshot_title') : t('snapshot_rename')}
          label={t('snapshot_label')}
          proposed={naming === 'new' ? '' : naming.name}
          confirm={naming === 'new' ? t('snapshot_take') : t('snapshot_rename')}
          onConfirm={name}
          onClose={() => setNaming(null)}
        />
      )}
    </section>
  )
}
