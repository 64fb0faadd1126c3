import { expect, test } from 'vitest'

import { nextOver, onlyOf, SETTINGS_AT_FIRST, settingsFrom, settingsToKeep } from './toolSettings'

test('settings come back as they were kept, but a class to paint over does not', () => {
  const own = { ...SETTINGS_AT_FIRST, shape: 'square', over: 'background', tolerance: 60, reach: 9 } as const

  expect(settingsFrom({ ...settingsToKeep(own) })).toEqual(own)
  expect(settingsFrom({ ...settingsToKeep({ ...own, over: 7 }) }).over).toBe('everything')
})

test('a damaged note does no harm', () => {
  const note = { shape: 'star', over: 7, tolerance: 9999, reach: 'far', speck: null, hasPressure: 1 }

  expect(settingsFrom(note)).toEqual(SETTINGS_AT_FIRST)
})

test('a key goes through what may be painted over, from a class to everything', () => {
  expect([nextOver('everything'), nextOver('background'), nextOver('start'), nextOver(4)]).toEqual([
    'background',
    'start',
    'everything',
    'everything',
  ])
})

test('what may be painted over is what strokes are bound to', () => {
  expect((['everything', 'background', 'start', 4] as const).map(onlyOf)).toEqual([null, 0, 'start', 4])
})
