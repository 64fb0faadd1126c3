import { Modal } from '@mantine/core'
import { type FocusEvent, type KeyboardEvent, useRef, useState } from 'react'

import { several } from '../../shared/format'
import { usePrefer } from '../../shared/session'
import { t } from '../../shared/texts'
import {
  type Binding,
  BINDINGS,
  choiceOf,
  choosing,
  chordsOf,
  type Chosen,
  isRow,
  isSingle,
  KEPT_BY_BROWSERS,
  type KeyTable,
  mayChange,
  mayHave,
  nameOf,
} from '../painting/keys'
import { chooseKeys, inWords, useKeyTable } from './keymap'
import css from './Workplace.module.css'

const GROUPS = [...new Set(BINDINGS.map(({ group }) => group))]

/** All keys, from the table that the canvas itself obeys; a click on one changes it. */
export function KeyMap({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const table = useKeyTable()
  const prefer = usePrefer()
  const [changing, setChanging] = useState<Binding | null>(null)
  const [said, setSaid] = useState('')

  const choose = (chosen: Chosen, hasSingle = table.hasSingle) => {
    chooseKeys(chosen, hasSingle)
    prefer({ keys: chosen, single_keys: hasSingle }).catch((error: Error) => {
      chooseKeys(table.chosen, table.hasSingle)
      setSaid(error.message)
    })
  }

  const give = (binding: Binding, chord: string) => {
    const refusal = refusalOf(table, binding, chord)
    setSaid(refusal || takenBy(table, binding, chord))
    if (!refusal) choose(choosing(table.chosen, binding, chord))
    setChanging(null)
  }

  const restore = (binding: Binding) => {
    const others = Object.entries(table.chosen).filter(([name]) => name !== nameOf(binding))
    choose(Object.fromEntries(others))
    setSaid(t('keys:back_again', { what: doing(binding) }))
    setChanging(null)
  }

  const waiting =
    changing && t(isRow(changing) ? 'keys:press_row' : 'keys:press_hint', { what: doing(changing) })
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={t('keys:title')}
      size={1120}
      centered
      closeOnEscape={!changing}
    >
      <Single table={table} onChange={(hasSingle) => choose(table.chosen, hasSingle)} />
      <div className={css.keyMap}>
        {GROUPS.map((group) => (
          <section key={group}>
            <h3>{t(`keys:group.${group}`)}</h3>
            <dl>
              {table.bindings
                .filter((binding) => binding.group === group)
                .map((binding) => (
                  <Row
                    key={nameOf(binding)}
                    binding={binding}
                    isOwn={nameOf(binding) in table.chosen}
                    isWaiting={changing !== null && nameOf(changing) === nameOf(binding)}
                    onAsk={() => {
                      setSaid('')
                      setChanging(binding)
                    }}
                    onGive={(chord) => give(binding, chord)}
                    onRestore={() => restore(binding)}
                    onLeave={() => setChanging(null)}
                  />
                ))}
            </dl>
          </section>
        ))}
      </div>
      <div className={css.keyMapFoot}>
        <p role="status">{waiting ?? (said || t('keys:how'))}</p>
        <button
          type="button"
          className={css.keyMapReset}
          disabled={Object.keys(table.chosen).length === 0}
          onClick={() => {
            setSaid('')
            choose({})
          }}
        >
          {t('keys:all_as_before')}
        </button>
      </div>
    </Modal>
  )
}

/** Whether letters, digits and signs are shortcuts by themselves. */
function Single({ table, onChange }: { table: KeyTable; onChange: (hasSingle: boolean) => void }) {
  return (
    <label className={css.keyMapSingle}>
      <input
        type="checkbox"
        checked={table.hasSingle}
        aria-describedby="single-about"
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span>
        {t('keys:single')}
        <small id="single-about">{t('keys:single_about')}</small>
      </span>
    </label>
  )
}

/** One line of the map. While it waits for a key it also offers to have none, or the first one again. */
function Row(props: {
  binding: Binding
  isOwn: boolean
  isWaiting: boolean
  onAsk: () => void
  onGive: (chord: string) => void
  onRestore: () => void
  onLeave: () => void
}) {
  const { binding, isOwn, isWaiting, onAsk, onGive, onRestore, onLeave } = props
  const button = useRef<HTMLButtonElement>(null)
  const hasHeard = useRef(false)

  const hear = (event: KeyboardEvent) => {
    // A held hold may be Alt; the other modifiers wait for their key. Tab goes on to what else is offered.
    const isAlt = event.key === 'Alt' && 'hold' in binding
    if (event.repeat || event.key === 'Tab' || (MODIFIERS.has(event.key) && !isAlt)) return
    event.preventDefault()
    event.stopPropagation()
    hasHeard.current = true
    if (event.key === 'Escape') onLeave()
    else onGive(choiceOf(binding, event.nativeEvent))
  }
  const leave = (event: FocusEvent) => {
    if (!event.currentTarget.contains(event.relatedTarget)) onLeave()
  }
  const offer = (text: string, take: () => void) => (
    <button
      type="button"
      className={css.keyOffer}
      // The pressed key's button keeps the focus: what is offered is gone with the click.
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => {
        button.current?.focus()
        take()
      }}
    >
      {text}
    </button>
  )

  if (!mayChange(binding)) {
    return (
      <div>
        <dt>
          <Keys keys={binding.keys} />
        </dt>
        <dd>{doing(binding)}</dd>
      </div>
    )
  }
  return (
    <div onBlur={isWaiting ? leave : undefined}>
      <dt>
        <button
          ref={button}
          type="button"
          className={css.changeKey}
          aria-label={t('keys:change', { what: doing(binding) })}
          data-own={isOwn || undefined}
          onClick={onAsk}
          onKeyDown={isWaiting ? hear : undefined}
          onKeyUp={(event) => {
            // Space would click the button when it comes up again.
            if (hasHeard.current) event.preventDefault()
            hasHeard.current = false
          }}
        >
          {isWaiting ? <kbd data-waiting>{t('keys:press')}</kbd> : <Keys keys={binding.keys} />}
        </button>
        {isWaiting && offer(t('keys:no_key'), () => onGive(''))}
        {isWaiting && isOwn && offer(t('keys:as_it_came'), onRestore)}
      </dt>
      <dd>{doing(binding)}</dd>
    </div>
  )
}

const MODIFIERS: ReadonlySet<string> = new Set(['Shift', 'Control', 'Alt', 'AltGraph', 'Meta'])

const doing = (binding: Binding): string => t(`keys:does.${nameOf(binding)}`)

function Keys({ keys }: { keys: readonly string[] }) {
  if (keys.length === 0) return <span>{t('keys:none')}</span>
  return (keys.length > 3 ? [`${keys[0]} … ${keys.at(-1)}`] : keys).map((key) => (
    <kbd key={key}>{inWords(key)}</kbd>
  ))
}

/** Why a chord cannot be chosen; '' when it can. */
function refusalOf(table: KeyTable, binding: Binding, chord: string): string {
  if (chord === '') return ''
  const key = inWords(chord)
  if (KEPT_BY_BROWSERS.has(chord)) return t('keys:kept_by_browser', { key })
  if (!mayHave(binding, chord)) return t(isRow(binding) ? 'keys:only_row' : 'keys:not_possible', { key })
  const isSilent = !table.hasSingle && chordsOf(binding, chord).every(isSingle)
  return isSilent ? t('keys:single_off', { key }) : ''
}

/** What is to be said of a choice: that there is no key now, or who loses the one that is chosen; '' when nobody does. */
function takenBy(table: KeyTable, binding: Binding, chord: string): string {
  const what = doing(binding)
  if (chord === '') return t('keys:gone', { what })
  const owners = new Set(chordsOf(binding, chord).flatMap((one) => table.ownerOf(one) ?? []))
  const others = [...owners].filter((owner) => nameOf(owner) !== nameOf(binding))
  if (others.length === 0) return ''
  return t('keys:taken', { key: inWords(chord), what, before: several(others.map(doing)) })
}
