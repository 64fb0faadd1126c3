import { Modal } from '@mantine/core'

import { BINDINGS } from '../painting/keys'
import css from './Workplace.module.css'

const GROUPS = [...new Set(BINDINGS.map(({ group }) => group))]

/** All keys, from the table that the canvas itself obeys. */
export function KeyMap({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <Modal opened={isOpen} onClose={onClose} title="Keys" size="xl" centered>
      <div className={css.keyMap}>
        {GROUPS.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {BINDINGS.filter((binding) => binding.group === group).map(({ keys, does }) => (
                <div key={does}>
                  <dt>
                    {(keys.length > 3 ? [`${keys[0]} … ${keys.at(-1)}`] : keys).map((key) => (
                      <kbd key={key}>{key}</kbd>
                    ))}
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  )
}
