/** A JSON document to write in: line numbers, errors where they are, and a value that others may change too. */

import { json } from '@codemirror/lang-json'
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint'
import { Annotation, Compartment, EditorState, RangeSet, StateEffect, StateField } from '@codemirror/state'
import { Decoration, type DecorationSet } from '@codemirror/view'
import { basicSetup, EditorView } from 'codemirror'
import { type Ref, useEffect, useImperativeHandle, useRef } from 'react'

import classes from './JsonEditor.module.css'
import { difference, type Path, type Place, placeOf, places } from './jsonPlaces'
import { t } from './texts'
import { english } from './texts/en'

/** Something to say about a place: by dotted path, or by line (and column), both counted from 1. */
export type Mark = {
  message: string
  path?: string
  line?: number | null
  column?: number | null
  level?: 'error' | 'warning' | 'info'
}

export type JsonEditorHandle = {
  /** Select the value at a path, or a line, and bring it into view; moves the focus there unless told not to. */
  show: (path: Path | string, options?: { focus?: boolean; line?: number }) => void
}

export type JsonEditorProps = {
  /** The accessible name. */
  label: string
  value: string
  onChange?: (text: string) => void
  marks?: readonly Mark[]
  /** Path whose lines are tinted, such as the layer that is open in a form. */
  highlight?: string | null
  /** Where the cursor went, as an offset into the text. */
  onCursor?: (offset: number) => void
  readOnly?: boolean
  /** CSS height; the text scrolls within. */
  height?: string | number
  ref?: Ref<JsonEditorHandle>
}

export function JsonEditor(props: JsonEditorProps) {
  const { label, value, marks, highlight, readOnly = false, height = 360, onChange, onCursor, ref } = props
  const host = useRef<HTMLDivElement>(null)
  const editor = useRef<EditorView | null>(null)
  const heard = useRef({ onChange, onCursor })
  useEffect(() => {
    heard.current = { onChange, onCursor }
  })

  useEffect(() => {
    const view = new EditorView({
      parent: host.current!,
      state: EditorState.create({
        doc: '',
        extensions: [
          basicSetup,
          json(),
          lintGutter(),
          tint,
          access.of([]),
          EditorState.phrases.of(phrases()),
          EditorView.lineWrapping,
          EditorView.updateListener.of((update) => {
            const isOurs = update.transactions.some((transaction) => transaction.annotation(fromOutside))
            if (update.docChanged && !isOurs) heard.current.onChange?.(update.state.doc.toString())
            if (update.selectionSet && !isOurs) heard.current.onCursor?.(update.state.selection.main.head)
          }),
        ],
      }),
    })
    editor.current = view
    return () => {
      editor.current = null
      view.destroy()
    }
  }, [])

  useEffect(() => {
    editor.current?.dispatch({
      effects: access.reconfigure([
        EditorState.readOnly.of(readOnly),
        EditorView.contentAttributes.of({
          'aria-label': label,
          tabindex: '0',
          ...(readOnly && { 'aria-readonly': 'true' }),
        }),
      ]),
    })
  }, [label, readOnly])

  useEffect(() => {
    const view = editor.current
    if (!view) return
    const before = view.state.doc.toString()
    // Only what differs is replaced, so that cursor, scroll position and undo survive a change from a form.
    if (before !== value) {
      view.dispatch({ changes: difference(before, value), annotations: fromOutside.of(true) })
    }
  }, [value])

  useEffect(() => {
    const view = editor.current
    // While the text is ahead of the value a fresh value, and fresh marks, are on their way.
    if (!view || view.state.doc.toString() !== value) return
    view.dispatch(setDiagnostics(view.state, diagnostics(view.state, value, marks ?? [])))
  }, [value, marks])

  useEffect(() => {
    const view = editor.current
    if (!view || view.state.doc.toString() !== value) return
    const place = highlight == null ? null : (places(value).at.get(highlight) ?? null)
    view.dispatch({ effects: setTint.of(place) })
  }, [value, highlight])

  useImperativeHandle(ref, () => ({
    show: (path, { focus = true, line } = {}) => {
      const view = editor.current
      const place =
        view && (line ? placeOfLine(view.state, { line }) : placeOf(places(view.state.doc.toString()), path))
      if (!view || !place) return
      view.dispatch({
        selection: { anchor: place.from, head: focus ? place.to : place.from },
        effects: EditorView.scrollIntoView(place.from, { y: 'start', yMargin: 40 }),
        annotations: fromOutside.of(true),
      })
      if (focus) view.focus()
    },
  }))

  return <div ref={host} className={classes.editor} style={{ height }} />
}

/** What the editor itself says (search, folding), by the English words it asks with. */
function phrases(): Record<string, string> {
  const words = Object.keys(english.shared.editor) as (keyof typeof english.shared.editor)[]
  return Object.fromEntries(words.map((word) => [word, t(`shared:editor.${word}`)]))
}

const access = new Compartment()
const fromOutside = Annotation.define<boolean>()
const setTint = StateEffect.define<Place | null>()
const tinted = Decoration.line({ class: 'json-tint' })

const tint = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(lines, transaction) {
    lines = lines.map(transaction.changes)
    for (const effect of transaction.effects) {
      if (effect.is(setTint)) lines = linesOf(transaction.state, effect.value)
    }
    return lines
  },
  provide: (field) => EditorView.decorations.from(field),
})

function linesOf(state: EditorState, place: Place | null): DecorationSet {
  if (!place) return Decoration.none
  const ranges = []
  const last = state.doc.lineAt(Math.min(place.to, state.doc.length)).number
  for (let line = state.doc.lineAt(place.from).number; line <= last; line++) {
    ranges.push(tinted.range(state.doc.line(line).from))
  }
  return RangeSet.of(ranges)
}

function diagnostics(state: EditorState, text: string, marks: readonly Mark[]): Diagnostic[] {
  const found = places(text)
  if (found.problem) return [{ ...found.problem, severity: 'error' }]
  return marks
    .map((mark): Diagnostic => {
      const place = mark.path !== undefined ? placeOf(found, mark.path) : placeOfLine(state, mark)
      // A long value is marked on its first line only: a whole underlined document helps nobody.
      const from = Math.min(place?.from ?? 0, text.length)
      const to = Math.min(place?.to ?? 0, state.doc.lineAt(from).to)
      return { from, to, severity: mark.level ?? 'error', message: mark.message }
    })
    .sort((a, b) => a.from - b.from)
}

function placeOfLine(state: EditorState, mark: Pick<Mark, 'line' | 'column'>): Place {
  const line = state.doc.line(Math.min(Math.max(mark.line ?? 1, 1), state.doc.lines))
  return { from: Math.min(line.from + Math.max((mark.column ?? 1) - 1, 0), line.to), to: line.to }
}
