import { Modal } from '@mantine/core'
import { type KeyboardEvent, useState } from 'react'

import { usePrefer } from '../../shared/session'
import { t } from '../../shared/texts'
import {
  type Binding,
  BINDINGS,
  chordOf,
  CHORD,
  type Chosen,
  KEPT_BY_BROWSERS,
  type KeyTable,
  mayChange,
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

  const choose = (chosen: Chosen) => {
    chooseKeys(chosen)
    prefer({ keys: chosen }).catch((error: Error) => setSaid(error.message))
  }

  const hear = (event: KeyboardEvent) => {
    if (!changing || ['Shift', 'Control', 'Alt', 'Meta'].includes(event.key)) return
    event.preventDefault()
    event.stopPropagation()
    if (event.key !== 'Escape') {
      const chord = chordOf(event.nativeEvent)
      const refusal = refusalOf(table, changing, chord)
      setSaid(refusal || takenBy(table, changing, chord))
      if (refusal) return
      choose({ ...table.chosen, [nameOf(changing)]: chord })
    }
    setChanging(null)
  }

  const hint = changing && t('keys:press_hint', { what: t(`keys:does.${nameOf(changing)}`) })
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={t('keys:title')}
      size={1120}
      centered
      closeOnEscape={!changing}
    >
      <div className={css.keyMap}>
        {GROUPS.map((group) => (
          <section key={group}>
            <h3>{t(`keys:group.${group}`)}</h3>
            <dl>
              {table.bindings
                .filter((binding) => binding.group === group)
                .map((binding) => (
                  <div key={nameOf(binding)}>
                    <dt>
                      {mayChange(binding) ? (
                        <button
                          type="button"
                          className={css.changeKey}
                          aria-label={t('keys:change', { what: t(`keys:does.${nameOf(binding)}`) })}
                          data-own={nameOf(binding) in table.chosen || undefined}
                          onClick={() => {
                            setSaid('')
                            setChanging(binding)
                          }}
                          onKeyDown={changing && nameOf(changing) === nameOf(binding) ? hear : undefined}
                          onBlur={() => setChanging(null)}
                        >
                          {changing && nameOf(changing) === nameOf(binding) ? (
                            <kbd data-waiting>{t('keys:press')}</kbd>
                          ) : (
                            <Keys keys={binding.keys} />
                          )}
                        </button>
                      ) : (
                        <Keys keys={binding.keys} />
                      )}
                    </dt>
                    <dd>{t(`keys:does.${nameOf(binding)}`)}</dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
      <div className={css.keyMapFoot}>
        <p role="status">{hint ?? (said || t('keys:how'))}</p>
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

function Keys({ keys }: { keys: readonly string[] }) {
  if (keys.length === 0) return <span>{t('keys:none')}</span>
  return (keys.length > 3 ? [`${keys[0]} … ${keys.at(-1)}`] : keys).map((key) => (
    <kbd key={key}>{inWords(key)}</kbd>
  ))
}

/** Why a chord cannot be chosen; '' when it can. */
function refusalOf(table: KeyTable, binding: Binding, chord: string): string {
  if (KEPT_BY_BROWSERS.has(chord)) return t('keys:kept_by_browser', { key: inWords(chord) })
  if (!CHORD.test(chord)) return t('keys:not_possible', { key: inWords(chord) })
  const owner = table.ownerOf(chord)
  if (owner && owner !== binding && !mayChange(owner)) {
    return t('keys:fixed', { key: inWords(chord), what: t(`keys:does.${nameOf(owner)}`) })
  }
  return ''
}

/** Who loses a chord that is chosen for something else; '' when nobody does. */
function takenBy(table: KeyTable, binding: Binding, chord: string): string {
  const owner = table.ownerOf(chord)
  if (!owner || nameOf(owner) === nameOf(binding)) return ''
  const [what, before] = [t(`keys:does.${nameOf(binding)}`), t(`keys:does.${nameOf(owner)}`)]
  return t('keys:taken', { key: inWords(chord), what, before })
}
