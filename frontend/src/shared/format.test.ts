import { afterEach, expect, test } from 'vitest'

import { ago, bytes, count, day, decimal, duration, percent, photos, time } from './format'
import { setLanguage } from './texts'

const DAY = '2026-11-22T13:05:30Z'

afterEach(() => setLanguage('en'))

test('English dates and numbers', () => {
  expect([count(1234567), decimal(1234.5, 1), percent(0.125, 1), bytes(1536)]).toEqual([
    '1,234,567',
    '1,234.5',
    '12.5 %',
    '1.5 KB',
  ])
  expect(day(DAY)).toBe('Nov 22, 2026')
  expect(ago(DAY, Date.parse('2026-11-22T13:08:31Z'))).toBe('3 minutes ago')
})

test('German dates and numbers', async () => {
  await setLanguage('de')

  expect([count(1234567), decimal(1234.5, 1), percent(0.125, 1), bytes(1536)]).toEqual([
    '1.234.567',
    '1.234,5',
    '12,5 %',
    '1,5 KB',
  ])
  expect(day(DAY)).toBe('22.11.2026')
  expect(time(DAY)).toMatch(/^\d\d:05:30$/)
  expect(ago(DAY, Date.parse('2026-11-22T13:08:31Z'))).toBe('vor 3 Minuten')
})

test('one and many are told apart in both languages', async () => {
  expect([photos(1), photos(1000)]).toEqual(['1 photo', '1,000 photos'])

  await setLanguage('de')
  expect([photos(1), photos(0), photos(1000)]).toEqual(['1 Foto', '0 Fotos', '1.000 Fotos'])
})

test('a duration is short', () => {
  expect([duration(0.2), duration(75), duration(3700)]).toEqual(['< 1 s', '1 min 15 s', '1 h 2 min'])
})
