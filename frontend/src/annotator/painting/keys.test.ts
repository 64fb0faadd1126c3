import { expect, test } from 'vitest'

import { bindingOf, BINDINGS, chordOf, type Press } from './keys'

const press = (key: string, code: string, modifiers: Partial<Press> = {}): Press => ({
  key,
  code,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
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

test('holding Alt while Shift is down still erases', () => {
  expect(bindingOf(press('Alt', 'AltLeft', { shiftKey: true }))).toMatchObject({ hold: 'erase' })
})

test('Ctrl+B is not the brush', () => {
  expect(bindingOf(press('b', 'KeyB', { ctrlKey: true }))).toBeNull()
})
