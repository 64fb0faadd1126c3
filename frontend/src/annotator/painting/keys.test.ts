import { expect, test } from 'vitest'

import {
  type Binding,
  BINDINGS,
  choiceOf,
  choosing,
  chordOf,
  isSingle,
  KeyTable,
  mayChange,
  mayHave,
  nameOf,
  type Press,
} from './keys'

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

test('whatever a key does can have another: only what the pointer does cannot', () => {
  const fixed = BINDINGS.filter((binding) => !mayChange(binding))

  expect(fixed.every((binding) => 'gesture' in binding)).toBe(true)
})

test('every key of the table could be chosen again, but for Escape, which leaves things as they are', () => {
  const impossible = BINDINGS.filter((binding) => mayChange(binding) && nameOf(binding) !== 'class').flatMap(
    (binding) => binding.keys.filter((key) => !mayHave(binding, key)),
  )

  expect(impossible).toEqual(['Escape'])
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

const named = (name: string): Binding => BINDINGS.find((binding) => nameOf(binding) === name)!

test('what is held may have another key', () => {
  const own = new KeyTable({ peek: 'F2', who: 'Ctrl+Shift+U', erase: '' })

  expect(own.bindingOf(press('F2', 'F2'))).toMatchObject({ hold: 'peek' })
  expect(own.bindingOf(press('U', 'KeyU', { ctrlKey: true, shiftKey: true }))).toMatchObject({ hold: 'who' })
  expect(own.bindingOf(press('Tab', 'Tab'))).toBeNull()
  expect(own.bindingOf(press('w', 'KeyW'))).toBeNull()
  expect(own.bindingOf(press('Alt', 'AltLeft'))).toBeNull()
})

test('only what is held can have Alt or Tab', () => {
  expect(mayHave(named('who'), 'Alt')).toBe(true)
  expect(mayHave(named('who'), 'Tab')).toBe(true)
  expect(mayHave(named('brush'), 'Alt')).toBe(false)
  expect(mayHave(named('brush'), 'Tab')).toBe(false)
})

test('all digits follow one that is pressed for the classes', () => {
  const choice = choiceOf(named('class'), press('3', 'Digit3', { ctrlKey: true }))
  const own = new KeyTable({ class: choice })

  expect(choice).toBe('Ctrl+1-9')
  expect(own.bindingOf(press('7', 'Digit7', { ctrlKey: true }))).toMatchObject({ action: 'class' })
  expect(own.bindingOf(press('7', 'Digit7'))).toBeNull()
  expect([own.keyOfClass('7'), own.keyOfClass('n'), own.keyOfClass('')]).toEqual(['Ctrl+7', 'N', ''])
})

test('classes with Shift and a digit take that of the whole photo pixel by pixel', () => {
  const own = new KeyTable({ class: 'Shift+1-9' })

  expect(own.bindingOf(press('!', 'Digit1', { shiftKey: true }))).toMatchObject({ action: 'class' })
  expect(own.keyOf('oneToOne')).toBe('')
})

test('a digit that is chosen for something else no longer chooses a class', () => {
  const own = new KeyTable({ class: 'Ctrl+1-9', fit: 'Ctrl+4' })

  expect(own.bindingOf(press('4', 'Digit4', { ctrlKey: true }))).toMatchObject({ action: 'fit' })
  expect(own.keyOfClass('4')).toBe('')
  expect(own.keyOfClass('5')).toBe('Ctrl+5')
})

test('the classes may have no keys', () => {
  expect(new KeyTable({ class: '' }).bindingOf(press('1', 'Digit1'))).toBeNull()
})

test('a key that is chosen a second time is taken from the first choice', () => {
  const first = choosing({}, named('eraser'), 'U')
  const second = choosing(first, named('brush'), 'U')

  expect(second).toEqual({ eraser: '', brush: 'U' })
  expect(choosing({ fit: 'Shift+4' }, named('class'), 'Shift+1-9')).toEqual({ fit: '', class: 'Shift+1-9' })
})

test('two things may both have no key', () => {
  expect(choosing({ eraser: '' }, named('brush'), '')).toEqual({ eraser: '', brush: '' })
})

test('without single characters no letter, digit or sign does anything by itself', () => {
  const own = new KeyTable({ eraser: 'U', brush: 'Ctrl+B', class: 'Ctrl+1-9' }, false)

  expect(own.bindings.filter(mayChange).flatMap(({ keys }) => keys.filter(isSingle))).toEqual([])
  expect(own.bindingOf(press('u', 'KeyU'))).toBeNull()
  expect(own.bindingOf(press('?', 'Slash', { shiftKey: true }))).toBeNull()
  expect(own.bindingOf(press('b', 'KeyB', { ctrlKey: true }))).toMatchObject({ action: 'brush' })
  expect(own.bindingOf(press('F1', 'F1'))).toMatchObject({ action: 'help' })
  expect(own.keyOfClass('2')).toBe('Ctrl+2')
})

test('single characters are letters, digits and signs, with Shift or without', () => {
  expect(['A', 'Ä', '7', '+', 'Shift+[', 'Shift+R'].filter(isSingle)).toHaveLength(6)
  expect(['Ctrl+A', 'F1', 'Enter', 'Tab', 'Alt', 'Space', 'ArrowUp', 'Shift+F2'].filter(isSingle)).toEqual([])
})

test('Shift makes the pen go further, and nothing else', () => {
  expect(bindingOf(press('ArrowUp', 'ArrowUp', { shiftKey: true }))).toMatchObject({ action: 'penUp' })
  expect(bindingOf(press('X', 'KeyX', { shiftKey: true }))).toBeNull()
})
