/** The keyboard map: one table that drives the handler, fills the help, and that a person may change. */

export type Action =
  | 'brush'
  | 'eraser'
  | 'polygon'
  | 'lasso'
  | 'rectangle'
  | 'ellipse'
  | 'scissors'
  | 'assist'
  | 'bucket'
  | 'holes'
  | 'grow'
  | 'shrink'
  | 'smooth'
  | 'specks'
  | 'move'
  | 'pick'
  | 'ruler'
  | 'comment'
  | 'talk'
  | 'class'
  | 'neutral'
  | 'swap'
  | 'solo'
  | 'smaller'
  | 'larger'
  | 'muchSmaller'
  | 'muchLarger'
  | 'shape'
  | 'over'
  | 'overlay'
  | 'grid'
  | 'fullScreen'
  | 'fit'
  | 'oneToOne'
  | 'zoomIn'
  | 'zoomOut'
  | 'walk'
  | 'walkBack'
  | 'penLeft'
  | 'penRight'
  | 'penUp'
  | 'penDown'
  | 'penPress'
  | 'objects'
  | 'nextObject'
  | 'previousObject'
  | 'allObjects'
  | 'moveObjects'
  | 'mergeObjects'
  | 'splitObjects'
  | 'deleteObjects'
  | 'makeObjects'
  | 'numberObjects'
  | 'hideObjects'
  | 'lockObjects'
  | 'history'
  | 'undo'
  | 'redo'
  | 'flush'
  | 'previous'
  | 'next'
  | 'close'
  | 'back'
  | 'cancel'
  | 'help'

export type Hold = 'pan' | 'peek' | 'erase' | 'who'

/** What is done with the pointer is in the map, but not by keys alone. */
export type Gesture = 'straightLine' | 'sizeWheel' | 'sizeDrag' | 'panDrag' | 'zoomWheel' | 'penFar'

export type Group = 'tools' | 'brush' | 'classes' | 'outline' | 'view' | 'pen' | 'objects' | 'edit' | 'photos'

/** keys: as chords, "B", "Ctrl+Shift+Z", "Shift+1". Its words are in the texts, under the name of what it does. */
export type Binding = { keys: readonly string[]; group: Group } & (
  { action: Action } | { hold: Hold } | { gesture: Gesture }
)

export const BINDINGS: readonly Binding[] = [
  { action: 'brush', keys: ['B'], group: 'tools' },
  { action: 'eraser', keys: ['E'], group: 'tools' },
  { action: 'polygon', keys: ['P'], group: 'tools' },
  { action: 'lasso', keys: ['L'], group: 'tools' },
  { action: 'rectangle', keys: ['R'], group: 'tools' },
  { action: 'ellipse', keys: ['Shift+R'], group: 'tools' },
  { action: 'scissors', keys: ['S'], group: 'tools' },
  { action: 'assist', keys: ['A'], group: 'tools' },
  { action: 'bucket', keys: ['G'], group: 'tools' },
  { action: 'holes', keys: ['H'], group: 'tools' },
  { action: 'grow', keys: ['Shift+H'], group: 'tools' },
  { action: 'shrink', keys: ['Shift+J'], group: 'tools' },
  { action: 'smooth', keys: ['Shift+S'], group: 'tools' },
  { action: 'specks', keys: ['Shift+E'], group: 'tools' },
  { action: 'pick', keys: ['I'], group: 'tools' },
  { action: 'ruler', keys: ['M'], group: 'tools' },
  { action: 'comment', keys: ['C'], group: 'tools' },
  { action: 'move', keys: ['V'], group: 'tools' },
  { hold: 'erase', keys: ['Alt'], group: 'tools' },
  { action: 'smaller', keys: ['['], group: 'brush' },
  { action: 'larger', keys: [']'], group: 'brush' },
  { action: 'muchSmaller', keys: ['Shift+['], group: 'brush' },
  { action: 'muchLarger', keys: ['Shift+]'], group: 'brush' },
  { gesture: 'sizeWheel', keys: ['Shift+wheel'], group: 'brush' },
  { gesture: 'sizeDrag', keys: ['Alt+right drag'], group: 'brush' },
  { action: 'shape', keys: ['Shift+B'], group: 'brush' },
  { gesture: 'straightLine', keys: ['Shift+click'], group: 'brush' },
  { action: 'over', keys: ['U'], group: 'brush' },
  { action: 'class', keys: ['1', '2', '3', '4', '5', '6', '7', '8', '9'], group: 'classes' },
  { action: 'neutral', keys: ['N'], group: 'classes' },
  { action: 'swap', keys: ['X'], group: 'classes' },
  { action: 'solo', keys: ['Q'], group: 'classes' },
  { action: 'close', keys: ['Enter'], group: 'outline' },
  { action: 'back', keys: ['Backspace'], group: 'outline' },
  { action: 'cancel', keys: ['Escape'], group: 'outline' },
  { hold: 'pan', keys: ['Space'], group: 'view' },
  { gesture: 'panDrag', keys: ['Middle button'], group: 'view' },
  { gesture: 'zoomWheel', keys: ['Wheel'], group: 'view' },
  { action: 'zoomIn', keys: ['+', '='], group: 'view' },
  { action: 'zoomOut', keys: ['-'], group: 'view' },
  { action: 'fit', keys: ['0'], group: 'view' },
  { action: 'oneToOne', keys: ['Shift+1'], group: 'view' },
  { action: 'walk', keys: ['K'], group: 'view' },
  { action: 'walkBack', keys: ['Shift+K'], group: 'view' },
  { action: 'overlay', keys: ['O'], group: 'view' },
  { hold: 'peek', keys: ['Tab'], group: 'view' },
  { action: 'grid', keys: ['Shift+G'], group: 'view' },
  { action: 'fullScreen', keys: ['F'], group: 'view' },
  { action: 'talk', keys: ['T'], group: 'view' },
  { action: 'penLeft', keys: ['ArrowLeft'], group: 'pen' },
  { action: 'penRight', keys: ['ArrowRight'], group: 'pen' },
  { action: 'penUp', keys: ['ArrowUp'], group: 'pen' },
  { action: 'penDown', keys: ['ArrowDown'], group: 'pen' },
  { gesture: 'penFar', keys: ['Shift+arrow'], group: 'pen' },
  { action: 'penPress', keys: ['D'], group: 'pen' },
  { action: 'objects', keys: ['J'], group: 'objects' },
  { action: 'nextObject', keys: ['.'], group: 'objects' },
  { action: 'previousObject', keys: [','], group: 'objects' },
  { action: 'allObjects', keys: ['Ctrl+A'], group: 'objects' },
  { action: 'moveObjects', keys: ['Shift+V'], group: 'objects' },
  { action: 'mergeObjects', keys: ['Shift+M'], group: 'objects' },
  { action: 'splitObjects', keys: ['Shift+D'], group: 'objects' },
  { action: 'deleteObjects', keys: ['Delete'], group: 'objects' },
  { action: 'makeObjects', keys: ['Shift+O'], group: 'objects' },
  { action: 'numberObjects', keys: ['Shift+N'], group: 'objects' },
  { action: 'hideObjects', keys: ['Shift+Q'], group: 'objects' },
  { action: 'lockObjects', keys: ['Shift+L'], group: 'objects' },
  { action: 'history', keys: ['Y'], group: 'view' },
  { hold: 'who', keys: ['W'], group: 'view' },
  { action: 'undo', keys: ['Ctrl+Z'], group: 'edit' },
  { action: 'redo', keys: ['Ctrl+Shift+Z', 'Ctrl+Y'], group: 'edit' },
  { action: 'flush', keys: ['Ctrl+S'], group: 'edit' },
  { action: 'previous', keys: ['PageUp', 'Ctrl+ArrowLeft'], group: 'photos' },
  { action: 'next', keys: ['PageDown', 'Ctrl+ArrowRight'], group: 'photos' },
  { action: 'help', keys: ['?', 'F1'], group: 'photos' },
]

/** What a binding is called in the texts and in what a person changed. */
export const nameOf = (binding: Binding): Action | Hold | Gesture =>
  'action' in binding ? binding.action : 'hold' in binding ? binding.hold : binding.gesture

/** What a person may choose keys for: all but what the pointer does. */
export const mayChange = (binding: Binding): boolean => !('gesture' in binding)

/** The digits choose classes together, so their keys are chosen together: "Ctrl+1-9" stands for nine chords. */
const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const
const ROW = '1-9'

export const isRow = (binding: Binding): boolean => 'action' in binding && binding.action === 'class'

/** Keys a person chose: what is done -> chord, in place of all its keys; '' for no key at all. */
export type Chosen = Readonly<Record<string, string>>

/** Whether a chord types a character when one is typing, or speaking to a computer that types: a letter, a digit, a sign. */
export const isSingle = (chord: string): boolean => /^(Shift\+)?.$/u.test(chord)

/**
 * The table with a person's own keys. A key chosen for one thing is taken from whatever had it.
 * hasSingle: whether single characters are shortcuts.
 */
export function tableWith(chosen: Chosen, hasSingle = true): readonly Binding[] {
  const row = BINDINGS.find(isRow)!
  const single = new Set(Object.entries(chosen).flatMap(([name, key]) => (name === nameOf(row) ? [] : key)))
  const digits = keysOf(row, chosen)?.filter((key) => !single.has(key))
  const taken = new Set([...single, ...(digits ?? [])])
  return BINDINGS.map((binding) => {
    const own = isRow(binding) ? digits : keysOf(binding, chosen)
    const keys = own ?? binding.keys.filter((key) => !taken.has(key))
    return { ...binding, keys: hasSingle ? keys : keys.filter((key) => !isSingle(key)) }
  })
}

/** The keys a person chose for a binding; undefined where they chose nothing. */
function keysOf(binding: Binding, chosen: Chosen): string[] | undefined {
  const chord = mayChange(binding) ? chosen[nameOf(binding)] : undefined
  return chord === undefined ? undefined : chordsOf(binding, chord)
}

/** The chords that a choice stands for: nine for the row of digits, none for ''. */
export function chordsOf(binding: Binding, chord: string): string[] {
  if (chord === '') return []
  return isRow(binding) ? DIGITS.map((digit) => chord.replace(ROW, digit)) : [chord]
}

/** What is chosen once a chord is given to a binding: another one's choice of the same chord is no more. */
export function choosing(chosen: Chosen, binding: Binding, chord: string): Chosen {
  const given = new Set(chordsOf(binding, chord))
  const others = Object.entries(chosen).map(([name, key]) => [name, given.has(key) ? '' : key] as const)
  return { ...Object.fromEntries(others), [nameOf(binding)]: chord }
}

/** A key press as the choice that it makes for a binding: any digit stands for the row. */
export const choiceOf = (binding: Binding, press: Press): string =>
  isRow(binding) ? chordOf(press).replace(/[1-9]$/, ROW) : chordOf(press)

/** What of a keyboard event the map looks at. */
export type Press = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>

/** Name a key press as the table does: "B", "Ctrl+Shift+Z", "Shift+1". Letters stay reachable on any alphabet. */
export function chordOf(press: Press): string {
  const { key, code } = press
  // These come with Shift or AltGr on some keyboards and without on others; AltGr says Ctrl on some, too. Ctrl with
  // them alone belongs to the browser: it enlarges the page.
  const isCtrl = (press.ctrlKey || press.metaKey) && !press.altKey
  if (['?', '+', '[', ']'].includes(key) && !isCtrl) return key
  let name = key.length === 1 ? key.toUpperCase() : key
  if (code.startsWith('Digit')) name = code.slice(5)
  else if (code === 'BracketLeft') name = '['
  else if (code === 'BracketRight') name = ']'
  else if (code === 'Space') name = 'Space'
  else if (code.startsWith('Key') && key.length === 1 && key > '~') name = code.slice(3)
  return (press.ctrlKey || press.metaKey ? 'Ctrl+' : '') + (press.shiftKey ? 'Shift+' : '') + name
}

/** Chords a person may choose. The server checks the same. */
export const CHORD =
  /^(Ctrl\+)?(Shift\+)?([A-ZÄÖÜ0-9]|[,.;:'"\\/<>=+\-*#[\]?]|F([1-9]|1[0-2])|Enter|Backspace|Delete|Insert|Home|End|PageUp|PageDown|Space|Arrow(Left|Right|Up|Down))$/
const ROW_CHORD = /^(Ctrl\+)?(Shift\+)?1-9$/
/** What is held may also be a key that does nothing by itself, or leads on from what has the focus. */
const HELD_KEYS: ReadonlySet<string> = new Set(['Alt', 'Tab'])

/** Whether a person may choose this chord for a binding. */
export function mayHave(binding: Binding, chord: string): boolean {
  if (isRow(binding)) return ROW_CHORD.test(chord)
  if ('hold' in binding && HELD_KEYS.has(chord)) return true
  return CHORD.test(chord)
}

/** Chords that browsers keep for themselves. */
export const KEPT_BY_BROWSERS: ReadonlySet<string> = new Set([
  'Ctrl+N',
  'Ctrl+T',
  'Ctrl+W',
  'Ctrl+Shift+N',
  'Ctrl+Shift+T',
  'Ctrl+Shift+W',
  'F5',
  'F12',
])

export class KeyTable {
  readonly bindings: readonly Binding[]
  private readonly byChord: Map<string, Binding>

  constructor(
    readonly chosen: Chosen = {},
    readonly hasSingle = true,
  ) {
    this.bindings = tableWith(chosen, hasSingle)
    this.byChord = new Map(
      this.bindings.flatMap((binding) => binding.keys.map((key) => [key, binding] as const)),
    )
  }

  /** What a key press means; null when it means nothing to us. Held keys count with Shift or Ctrl down too. */
  bindingOf(press: Press): Binding | null {
    const chord = chordOf(press)
    const found = this.byChord.get(chord)
    if (found) return found
    const { key, code } = press
    const plain = this.byChord.get(
      chordOf({ key, code, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false }),
    )
    if (!plain) return null
    // Shift makes the pen's steps longer.
    const isPenStep = 'action' in plain && plain.group === 'pen' && !press.ctrlKey && !press.metaKey
    return 'hold' in plain || isPenStep ? plain : null
  }

  /** What has a chord now; null when it is free. */
  ownerOf(chord: string): Binding | null {
    return this.byChord.get(chord) ?? null
  }

  /** The first key of what is done, as a person reads it: "B"; empty when it has none. */
  keyOf(what: Action | Hold): string {
    return this.bindings.find((binding) => nameOf(binding) === what)?.keys[0] ?? ''
  }

  /** The chord that chooses a class whose own key is this one, a digit or "n"; empty when none does. */
  keyOfClass(key: string): string {
    if (key.toLowerCase() === 'n') return this.keyOf('neutral')
    const row = this.bindings.find(isRow)!
    return (key && row.keys.find((chord) => chord.endsWith(key))) || ''
  }
}
