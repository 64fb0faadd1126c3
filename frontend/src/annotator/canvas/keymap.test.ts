import { afterEach, expect, test } from 'vitest'

import { setLanguage } from '../../shared/texts'
import { chooseKeys, hint } from './keymap'

afterEach(async () => {
  chooseKeys({}, true)
  await setLanguage('en')
})

test('a hint names the keys as they are now', () => {
  expect(hint('tools:hint.polygon')).toContain('Enter closes')

  chooseKeys({ close: 'F4', erase: 'Q' }, true)

  expect(hint('tools:hint.polygon')).toContain('F4 closes')
  expect(hint('tools:hint.brush', { size: 40 })).toContain('Q erases')
})

test('a hint leaves out what has no key', () => {
  chooseKeys({ pan: '' }, false)

  expect(hint('tools:hint.brush', { size: 40 })).toBe('Brush 40 px · Alt erases · Shift draws straight lines')
})

test('a hint that is about a key alone says something without it, too', () => {
  chooseKeys({ cancel: '' }, true)

  expect(hint('tools:working')).toBe('Working… – stops it')
})

test('a hint says keys in the words of the reader', async () => {
  await setLanguage('de')

  expect(hint('view:held.pan')).toBe('Leertaste ist gedrückt · Ziehen verschiebt das Foto')
  expect(hint('objects:hint')).toContain('1–9 ändert die Klasse')
})
