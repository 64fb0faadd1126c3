/** The keyboard map: one table that drives the handler and fills the help. */

export type Action =
  | 'brush'
  | 'eraser'
  | 'polygon'
  | 'bucket'
  | 'move'
  | 'class'
  | 'neutral'
  | 'swap'
  | 'smaller'
  | 'larger'
  | 'muchSmaller'
  | 'muchLarger'
  | 'overlay'
  | 'fit'
  | 'oneToOne'
  | 'zoomIn'
  | 'zoomOut'
  | 'undo'
  | 'redo'
  | 'flush'
  | 'previous'
  | 'next'
  | 'close'
  | 'back'
  | 'cancel'
  | 'help'

export type Hold = 'pan' | 'peek' | 'erase'

export type Binding = { keys: readonly string[]; does: string; group: string } & (
  { action: Action } | { hold: Hold } | { pointer: true }
)

export const BINDINGS: readonly Binding[] = [
  { action: 'brush', keys: ['B'], does: 'Brush', group: 'Tools' },
  { action: 'eraser', keys: ['E'], does: 'Eraser', group: 'Tools' },
  { action: 'polygon', keys: ['P'], does: 'Polygon', group: 'Tools' },
  { action: 'bucket', keys: ['G'], does: 'Bucket', group: 'Tools' },
  { action: 'move', keys: ['V'], does: 'Move', group: 'Tools' },
  { hold: 'erase', keys: ['Alt'], does: 'Erase while held', group: 'Tools' },
  { action: 'smaller', keys: ['['], does: 'Smaller brush', group: 'Brush' },
  { action: 'larger', keys: [']'], does: 'Larger brush', group: 'Brush' },
  { action: 'muchSmaller', keys: ['Shift+['], does: 'Ten times smaller step', group: 'Brush' },
  { action: 'muchLarger', keys: ['Shift+]'], does: 'Ten times larger step', group: 'Brush' },
  { pointer: true, keys: ['Shift+wheel'], does: 'Brush size', group: 'Brush' },
  {
    action: 'class',
    keys: ['1', '2', '3', '4', '5', '6', '7', '8', '9'],
    does: 'Class with this key',
    group: 'Classes',
  },
  { action: 'neutral', keys: ['N'], does: 'Neutral', group: 'Classes' },
  { action: 'swap', keys: ['X'], does: 'Swap the last two classes', group: 'Classes' },
  { action: 'close', keys: ['Enter'], does: 'Close the polygon', group: 'Polygon' },
  { action: 'back', keys: ['Backspace'], does: 'Remove its last point', group: 'Polygon' },
  { action: 'cancel', keys: ['Escape'], does: 'Cancel what is being drawn', group: 'Polygon' },
  { hold: 'pan', keys: ['Space'], does: 'Move the photo while held', group: 'View' },
  { pointer: true, keys: ['Middle button'], does: 'Move the photo', group: 'View' },
  { pointer: true, keys: ['Wheel'], does: 'Zoom at the cursor', group: 'View' },
  { action: 'zoomIn', keys: ['+', '='], does: 'Zoom in', group: 'View' },
  { action: 'zoomOut', keys: ['-'], does: 'Zoom out', group: 'View' },
  { action: 'fit', keys: ['0'], does: 'Whole photo', group: 'View' },
  { action: 'oneToOne', keys: ['Shift+1'], does: 'One photo pixel per screen pixel', group: 'View' },
  { action: 'overlay', keys: ['O'], does: 'Mask on or off', group: 'View' },
  { hold: 'peek', keys: ['Tab'], does: 'See the photo alone while held', group: 'View' },
  { action: 'undo', keys: ['Ctrl+Z'], does: 'Undo', group: 'Edit' },
  { action: 'redo', keys: ['Ctrl+Shift+Z', 'Ctrl+Y'], does: 'Redo', group: 'Edit' },
  { action: 'flush', keys: ['Ctrl+S'], does: 'Save now (saving is automatic)', group: 'Edit' },
  { action: 'previous', keys: ['PageUp'], does: 'Previous photo', group: 'Photos' },
  { action: 'next', keys: ['PageDown'], does: 'Next photo', group: 'Photos' },
  { action: 'help', keys: ['?'], does: 'This map', group: 'Photos' },
]

/** The first key of an action, as a person reads it: "B"; empty when it has none. */
export const keysOf = (action: Action): string =>
  BINDINGS.find((binding) => 'action' in binding && binding.action === action)?.keys[0] ?? ''

/** What of a keyboard event the map looks at. */
export type Press = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'shiftKey'>

/** Name a key press as the table does: "B", "Ctrl+Shift+Z", "Shift+1". Letters stay reachable on any alphabet. */
export function chordOf(press: Press): string {
  const { key, code } = press
  if (key === '?' || key === '+') return key
  let name = key.length === 1 ? key.toUpperCase() : key
  if (code.startsWith('Digit')) name = code.slice(5)
  else if (code === 'BracketLeft') name = '['
  else if (code === 'BracketRight') name = ']'
  else if (code === 'Space') name = 'Space'
  else if (code.startsWith('Key') && key.length === 1 && key > '~') name = code.slice(3)
  return (press.ctrlKey || press.metaKey ? 'Ctrl+' : '') + (press.shiftKey ? 'Shift+' : '') + name
}

const byChord = new Map(BINDINGS.flatMap((binding) => binding.keys.map((key) => [key, binding] as const)))

/** What a key press means; null when it means nothing to us. Held keys count with Shift or Ctrl down too. */
export function bindingOf(press: Press): Binding | null {
  const found = byChord.get(chordOf(press))
  if (found) return found
  const { key, code } = press
  const plain = byChord.get(chordOf({ key, code, ctrlKey: false, metaKey: false, shiftKey: false }))
  return plain && 'hold' in plain ? plain : null
}
