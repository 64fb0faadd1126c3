import { Menu, Tooltip } from '@mantine/core'
import {
  IconArrowsJoin,
  IconArrowsSplit,
  IconEye,
  IconEyeOff,
  IconLock,
  IconLockOpen,
  IconSortAscendingNumbers,
  IconSwitchHorizontal,
  IconTrash,
  IconVectorTriangle,
} from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { useTranslation } from 'react-i18next'

import { count, decimal, percent } from '../../../shared/format'
import type { Action } from '../../painting/keys'
import { extentOf, type Sort, SORTS } from '../../painting/objectList'
import type { MaskObject, ObjectKey } from '../../painting/objects'
import { inWords, useKeyTable } from '../keymap'
import type { LabelClass } from '../look'
import { boxAround, nameOf, type Objects } from '../objects'
import type { Painter } from '../painter'
import { swatchBackground } from '../patterns'
import { useStore } from '../store'
import room from '../Workplace.module.css'
import type { PanelProps } from './index'
import css from './ObjectsPanel.module.css'

const ROW_PX = 40

/** Every object of the photo: what it is, how large, and what can be done with it. */
export function ObjectsPanel({ painter, image, project, mayPaint }: PanelProps) {
  const { t } = useTranslation('objects')
  const { objects } = painter.desk
  const now = useStore(objects.now)
  const isLoaded = useStore(painter.status, (status) => status.isLoaded)
  useEffect(() => objects.follow(), [objects])
  const classes = useMemo(
    () => new Map(project.classes.filter((one) => !one.deleted_at).map((one) => [one.index, one])),
    [project.classes],
  )
  const list = objects.listed()
  const photoPx = image.width * image.height
  const isEmpty = isLoaded && now.labelling !== null && list.length === 0

  return (
    <div className={css.objects}>
      <div className={css.head}>
        <label className={css.field}>
          <span>{t('class')}</span>
          <select
            value={now.only ?? ''}
            onChange={({ currentTarget: { value } }) =>
              objects.now.set({ only: value === '' ? null : Number(value) })
            }
          >
            <option value="">{t('all_classes')}</option>
            {[...classes.values()].map(({ index, name }) => (
              <option key={index} value={index}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label className={css.field}>
          <span>{t('sort')}</span>
          <select
            value={now.sort}
            onChange={({ currentTarget: { value } }) => objects.now.set({ sort: value as Sort })}
          >
            {SORTS.map((sort) => (
              <option key={sort} value={sort}>
                {t(`by.${sort}`)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <p className={css.totals} role="status">
        {now.labelling && isLoaded ? <Totals list={list} photoPx={photoPx} /> : t('looking')}
      </p>
      {isEmpty ? (
        <p className={room.hint}>{t(mayPaint ? 'empty' : 'empty_reading')}</p>
      ) : (
        <List objects={objects} list={list} classes={classes} photoPx={photoPx} />
      )}
      <Details objects={objects} classes={classes} photoPx={photoPx} />
      {mayPaint && <Actions painter={painter} list={list} classes={[...classes.values()]} />}
    </div>
  )
}

function Totals({ list, photoPx }: { list: readonly MaskObject[]; photoPx: number }) {
  const { t } = useTranslation('objects')
  const area = list.reduce((sum, one) => sum + one.area, 0)
  return t('totals', { count: list.length, px: count(area), percent: shareOf(area, photoPx) })
}

function List(props: {
  objects: Objects
  list: readonly MaskObject[]
  classes: Map<number, LabelClass>
  photoPx: number
}) {
  const { objects, list, classes, photoPx } = props
  const { t } = useTranslation('objects')
  const { selected, current, hidden, locked } = useStore(objects.now)
  const scroller = useRef<HTMLDivElement>(null)
  // eslint-disable-next-line react-hooks/incompatible-library -- the virtualizer changes as one scrolls; nothing here remembers its parts
  const rows = useVirtualizer({
    count: list.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    getItemKey: (i) => list[i]!.key,
    overscan: 6,
  })

  // What is selected on the photo, or walked to by keys, comes into sight here.
  const at = current === null ? -1 : list.findIndex(({ key }) => key === current)
  const shown = useRef(-1)
  useEffect(() => {
    if (at >= 0 && at !== shown.current) rows.scrollToIndex(at)
    shown.current = at
  }, [at, rows])

  const choose = (event: MouseEvent | KeyboardEvent, one: MaskObject) => {
    if (event.shiftKey) objects.selectTo(one.key)
    else objects.select(one.key, event.ctrlKey || event.metaKey)
  }
  const step = (event: KeyboardEvent, to: number) => {
    const one = list[Math.max(0, Math.min(list.length - 1, to))]
    if (!one) return
    if (event.shiftKey) {
      const { current: start } = objects.now.get()
      objects.selectTo(one.key)
      objects.now.set({ current: start })
      rows.scrollToIndex(list.indexOf(one))
    } else objects.select(one.key)
  }
  const press = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_PX) - 1)
    const steps: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: list.length - 1,
    }
    if (event.key in steps) step(event, steps[event.key]!)
    else if (event.key === 'Enter') objects.zoomTo()
    else return
    event.preventDefault()
  }

  return (
    <div
      ref={scroller}
      className={css.list}
      role="grid"
      aria-label={t('list')}
      aria-multiselectable
      aria-rowcount={list.length}
      aria-activedescendant={at >= 0 ? `object-${current}` : undefined}
      tabIndex={0}
      onKeyDown={press}
    >
      <div className={css.inner} style={{ height: rows.getTotalSize() }} role="rowgroup">
        {rows.getVirtualItems().map(({ index, key, start }) => {
          const one = list[index]!
          const label = classes.get(one.value)!
          const name = nameOf(label.name, one)
          const isHidden = hidden.has(one.key)
          const isLocked = locked.has(one.key)
          return (
            <div
              key={key}
              id={`object-${one.key}`}
              role="row"
              className={css.row}
              style={{ transform: `translateY(${start}px)` }}
              aria-rowindex={index + 1}
              aria-selected={selected.has(one.key)}
              onClick={(event) => choose(event, one)}
              onDoubleClick={() => objects.zoomTo([one])}
            >
              <div role="gridcell" className={css.what}>
                <span
                  className={room.swatch}
                  style={{ background: swatchBackground(label, 'transparent') }}
                />
                <span className={css.words}>
                  <span className={css.name}>
                    {name}
                    {one.id === 0 && <small> {t('region')}</small>}
                  </span>
                  <span className={css.size}>
                    {t('size', { px: count(one.area), percent: shareOf(one.area, photoPx) })}
                  </span>
                </span>
              </div>
              <Switch
                label={t(isHidden ? 'show_one' : 'hide_one', { name })}
                isOn={isHidden}
                onClick={() => objects.toggle('hidden', group(one.key, selected))}
              >
                {isHidden ? <IconEyeOff size={16} aria-hidden /> : <IconEye size={16} aria-hidden />}
              </Switch>
              <Switch
                label={t(isLocked ? 'unlock_one' : 'lock_one', { name })}
                isOn={isLocked}
                onClick={() => objects.toggle('locked', group(one.key, selected))}
              >
                {isLocked ? <IconLock size={16} aria-hidden /> : <IconLockOpen size={16} aria-hidden />}
              </Switch>
            </div>
          )
        })}
      </div>
    </div>
  )
}

/** A click on the eye of a selected object means all that are selected. */
const group = (key: ObjectKey, selected: ReadonlySet<ObjectKey>): Iterable<ObjectKey> =>
  selected.has(key) ? selected : [key]

function Switch(props: { label: string; isOn: boolean; onClick: () => void; children: ReactNode }) {
  return (
    <div role="gridcell">
      <button
        type="button"
        className={room.switch}
        data-on={props.isOn || undefined}
        aria-label={props.label}
        title={props.label}
        tabIndex={-1}
        onClick={(event) => {
          event.stopPropagation()
          props.onClick()
        }}
        onDoubleClick={(event) => event.stopPropagation()}
      >
        {props.children}
      </button>
    </div>
  )
}

/** What there is to say of the selected. */
function Details(props: { objects: Objects; classes: Map<number, LabelClass>; photoPx: number }) {
  const { objects, classes, photoPx } = props
  const { t } = useTranslation('objects')
  const { labelling, selected } = useStore(objects.now)
  const chosen = useMemo(
    () => [...selected].flatMap((key) => labelling?.get(key) ?? []),
    [labelling, selected],
  )
  const [one] = chosen
  const extent = useMemo(
    () => (labelling && one && chosen.length === 1 ? extentOf(labelling.stretchesOf(one.key)) : null),
    [labelling, chosen, one],
  )
  if (!one) return <p className={css.none}>{t('none_selected')}</p>
  const area = chosen.reduce((sum, { area }) => sum + area, 0)
  const box = boxAround(chosen)!
  return (
    <section className={css.details} aria-label={t('selected')}>
      <h2 className={room.heading}>
        {chosen.length === 1
          ? nameOf(classes.get(one.value)?.name ?? '', one)
          : t('selected_count', { count: chosen.length })}
      </h2>
      <dl>
        <dt>{t('area')}</dt>
        <dd>{t('size', { px: count(area), percent: shareOf(area, photoPx) })}</dd>
        {extent && (
          <>
            <dt>{t('extent')}</dt>
            <dd>
              {t('extent_value', {
                length: decimal(extent.length, 0),
                width: decimal(extent.width, 0),
                angle: decimal(extent.angle, 0),
              })}
            </dd>
          </>
        )}
        <dt>{t('box')}</dt>
        <dd>{t('box_value', { width: count(box.right - box.left), height: count(box.bottom - box.top) })}</dd>
        <dt>{t('place')}</dt>
        <dd>{t('place_value', { left: count(box.left), top: count(box.top) })}</dd>
      </dl>
    </section>
  )
}

function Actions(props: { painter: Painter; list: readonly MaskObject[]; classes: LabelClass[] }) {
  const { painter, list, classes } = props
  const { objects } = painter.desk
  const { t } = useTranslation('objects')
  const { selected } = useStore(objects.now)
  const value = useStore(painter.choice, (choice) => choice.value)
  const key = inWords(useKeyTable().keyOf('moveObjects'))
  const none = selected.size === 0
  const [isMenuOpen, setMenuOpen] = useState(false)
  const regions = list.filter(({ id }) => id === 0).length
  return (
    <section className={css.actions} aria-label={t('actions')}>
      <div className={css.buttons}>
        <Menu position="top-start" shadow="md" onChange={setMenuOpen}>
          <Menu.Target>
            <Button
              label={t('move')}
              isDisabled={none}
              isQuiet={isMenuOpen}
              icon={<IconSwitchHorizontal size={17} aria-hidden />}
            />
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Label>{t('move_to')}</Menu.Label>
            {classes.map(({ index, name, colour, pattern }) => (
              <Menu.Item
                key={index}
                leftSection={
                  <span
                    className={room.swatch}
                    style={{ background: swatchBackground({ colour, pattern }) }}
                  />
                }
                rightSection={index === value && key ? <kbd className={room.key}>{key}</kbd> : undefined}
                onClick={() => objects.moveTo(index)}
              >
                {name}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
        <Button
          label={t('merge')}
          action="mergeObjects"
          isDisabled={selected.size < 2}
          icon={<IconArrowsJoin size={17} aria-hidden />}
          onClick={() => void objects.merge()}
        />
        <Button
          label={t('split')}
          action="splitObjects"
          isDisabled={none}
          icon={<IconArrowsSplit size={17} aria-hidden />}
          onClick={() => void objects.split()}
        />
        <Button
          label={t('delete')}
          action="deleteObjects"
          isDisabled={none}
          icon={<IconTrash size={17} aria-hidden />}
          onClick={() => objects.erase()}
        />
      </div>
      <Button
        label={t('make')}
        hint={t('make_hint')}
        action="makeObjects"
        isDisabled={regions === 0}
        icon={<IconVectorTriangle size={17} aria-hidden />}
        onClick={() => void objects.makeFromRegions()}
      />
      <Button
        label={t('number')}
        hint={t('number_hint')}
        action="numberObjects"
        isDisabled={list.length === 0}
        icon={<IconSortAscendingNumbers size={17} aria-hidden />}
        onClick={() => void objects.numberAsListed()}
      />
    </section>
  )
}

function Button({
  label,
  hint,
  action,
  icon,
  isDisabled,
  isQuiet,
  ...rest
}: {
  label: string
  hint?: string
  action?: Action
  icon: ReactNode
  isDisabled: boolean
  /** Something stands where its tip would. */
  isQuiet?: boolean
  onClick?: () => void
  ref?: React.Ref<HTMLButtonElement>
}) {
  const key = inWords(useKeyTable().keyOf(action ?? 'help'))
  const words = hint ?? label
  return (
    <Tooltip
      label={action && key ? `${words} (${key})` : words}
      openDelay={400}
      multiline
      maw={250}
      disabled={isQuiet}
    >
      <button {...rest} type="button" className={css.button} disabled={isDisabled}>
        {icon}
        <span>{label}</span>
      </button>
    </Tooltip>
  )
}

/** Shares of a photo are small: two figures that say something. */
function shareOf(px: number, photoPx: number): string {
  const share = px / photoPx
  return percent(share, share >= 0.1 ? 0 : share >= 0.01 ? 1 : share >= 0.001 ? 2 : share >= 0.0001 ? 3 : 4)
}
