/** Key presses as actions and holds of the table of keys. */

import type { Action, Hold } from '../painting/keys'
import { keyTable } from './keymap'

export type Ears = {
  act: (action: Action, key: string) => void
  hold: (what: Hold, isDown: boolean) => void
  /** Shift or Ctrl went down or up. */
  modified: (keys: { shift: boolean; ctrl: boolean }) => void
}

/** Keys whose action repeats while they are held. */
const REPEATING: ReadonlySet<Action> = new Set([
  'smaller',
  'larger',
  'muchSmaller',
  'muchLarger',
  'zoomIn',
  'zoomOut',
  'undo',
  'redo',
  'back',
  'nextObject',
  'previousObject',
  'penLeft',
  'penRight',
  'penUp',
  'penDown',
] as const)

/** What buttons, sliders and tabs need for themselves. */
const OWN_KEYS: ReadonlySet<string> = new Set([
  'Enter',
  ' ',
  'Tab',
  'Backspace',
  'Home',
  'End',
  'PageUp',
  'PageDown',
  'ArrowLeft',
  'ArrowRight',
  'ArrowUp',
  'ArrowDown',
])

export class Keyboard {
  /** What is held, and by which key of the keyboard: letting go of that one ends it, whatever else is down by then. */
  readonly held = new Map<Hold, string>()

  constructor(
    private readonly host: HTMLElement,
    private readonly ears: Ears,
    signal: AbortSignal,
  ) {
    window.addEventListener('keydown', (event) => this.down(event), { signal })
    window.addEventListener('keyup', (event) => this.up(event), { signal })
    window.addEventListener('blur', () => this.letGo(), { signal })
  }

  private down(event: KeyboardEvent): void {
    this.ears.modified({ shift: event.shiftKey, ctrl: event.ctrlKey || event.metaKey })
    if (isTyping(event.target) || document.querySelector('[role=dialog]')) return
    const binding = keyTable().bindingOf(event)
    if (!binding) return
    const isOnCanvas = event.target === this.host || event.target === document.body
    // On a button or a slider these keys have their own meaning.
    if (!isOnCanvas && OWN_KEYS.has(event.key)) return
    if (event.key === 'Tab' && (event.shiftKey || event.target !== this.host)) return
    event.preventDefault()
    if ('hold' in binding) this.hold(binding.hold, event.code)
    else if ('action' in binding && !(event.repeat && !REPEATING.has(binding.action))) {
      this.ears.act(binding.action, event.code.startsWith('Digit') ? event.code.slice(5) : event.key)
    }
  }

  private up(event: KeyboardEvent): void {
    this.ears.modified({ shift: event.shiftKey, ctrl: event.ctrlKey || event.metaKey })
    for (const [what, code] of [...this.held]) if (code === event.code) this.letGoOf(what)
  }

  private letGo(): void {
    for (const what of [...this.held.keys()]) this.letGoOf(what)
    this.ears.modified({ shift: false, ctrl: false })
  }

  private hold(what: Hold, code: string): void {
    if (this.held.has(what)) return
    this.held.set(what, code)
    this.ears.hold(what, true)
  }

  private letGoOf(what: Hold): void {
    this.held.delete(what)
    this.ears.hold(what, false)
  }
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target instanceof HTMLInputElement)
    return !['range', 'radio', 'checkbox', 'button'].includes(target.type)
  return target.isContentEditable || ['TEXTAREA', 'SELECT'].includes(target.tagName)
}
