import { expect, test } from 'vitest'

import { BINDINGS, CHORD, chordOf, KeyTable, mayChange, type Press } from './keys'

const table = new KeyTable()
const bindingOf = (one: Press) => table.bindingOf(one)

const press = (key: string, code: string, modifiers: Partial<Press> = {}): Press => ({
  key,
  code,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...modifiers,
})

test('no key means two things', () => {
  const keys = BINDINGS.flatMap((binding) => binding.keys)

  expect(new Set(keys).size).toBe(keys.length)
})

test('keys are named as the map shows them', () => {
  expect(chordOf(press('b', 'KeyB'))).toBe('B')
  expect(chordOf(press('!', 'Digit1', { shiftKey: true }))).toBe('Shift+1')
  expect(chordOf(press('{', 'BracketLeft', { shiftKey: true }))).toBe('Shift+[')
  expect(chordOf(press('Z', 'KeyZ', { ctrlKey: true, shiftKey: true }))).toBe('Ctrl+Shift+Z')
  expect(chordOf(press('z', 'KeyZ', { metaKey: true }))).toBe('Ctrl+Z')
  expect(chordOf(press('?', 'Slash', { shiftKey: true }))).toBe('?')
})

test('letters work with another alphabet', () => {
  expect(bindingOf(press('и', 'KeyB'))).toMatchObject({ action: 'brush' })
})

test('a bracket typed with AltGr is a bracket', () => {
  expect(bindingOf(press('[', 'Digit8', { ctrlKey: true, altKey: true }))).toMatchObject({
    action: 'smaller',
  })
})

test('Ctrl and plus enlarge the page, Ctrl and a bracket go back in it: both are the browser’s', () => {
  expect(bindingOf(press('+', 'BracketRight', { ctrlKey: true }))).toBeNull()
  expect(bindingOf(press('+', 'Equal', { ctrlKey: true, shiftKey: true }))).toBeNull()
  expect(bindingOf(press('[', 'BracketLeft', { metaKey: true }))).toBeNull()
  expect(bindingOf(press('+', 'Equal', { shiftKey: true }))).toMatchObject({ action: 'zoomIn' })
})

test('holding Alt while Shift is down still erases', () => {
  expect(bindingOf(press('Alt', 'AltLeft', { shiftKey: true }))).toMatchObject({ hold: 'erase' })
})

test('Ctrl+B is not the brush', () => {
  expect(bindingOf(press('b', 'KeyB', { ctrlKey: true }))).toBeNull()
})

test('every key of the table that may be changed could be chosen again', () => {
  const keys = BINDINGS.filter(mayChange).flatMap((binding) => binding.keys)

  expect(keys.filter((key) => !CHORD.test(key))).toEqual([])
})

test('a key of one’s own replaces all keys of its action', () => {
  const own = new KeyTable({ redo: 'Ctrl+R' })

  expect(own.keyOf('redo')).toBe('Ctrl+R')
  expect(own.bindingOf(press('y', 'KeyY', { ctrlKey: true }))).toBeNull()
  expect(own.bindingOf(press('r', 'KeyR', { ctrlKey: true }))).toMatchObject({ action: 'redo' })
})

test('a key chosen for one thing no longer means another', () => {
  const own = new KeyTable({ eraser: 'B' })

  expect(own.bindingOf(press('b', 'KeyB'))).toMatchObject({ action: 'eraser' })
  expect(own.keyOf('brush')).toBe('')
})

test('Shift makes the pen go further, and nothing else', () => {
  expect(bindingOf(press('ArrowUp', 'ArrowUp', { shiftKey: true }))).toMatchObject({ action: 'penUp' })
  expect(bindingOf(press('X', 'KeyX', { shiftKey: true }))).toBeNull()
})
