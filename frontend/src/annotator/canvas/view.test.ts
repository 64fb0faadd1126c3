import { expect, test } from 'vitest'

import { keyOf } from '../painting/tile'
import { lookOf } from './look'
import { patternNumber } from './patterns'
import { levelFor, onScreen, placesIn, type View } from './view'

const view = (scale: number, left = 0, top = 0): View => ({ left, top, scale, width: 1000, height: 600 })
const whole = { left: 0, top: 0, right: 1000, bottom: 600 }

test('a block of the mask is never smaller than a screen pixel by much', () => {
  expect([4, 1, 0.75, 0.5, 0.26, 0.25, 0.2, 0.05].map(levelFor)).toEqual([0, 0, 0, 1, 2, 2, 3, 5])
  for (let scale = 0.01; scale < 0.75; scale *= 1.07)
    expect(scale * 2 ** levelFor(scale)).toBeGreaterThan(0.9)
})

test('only tiles in sight and on the photo are drawn', () => {
  const photo = { width: 5000, height: 300 }

  const places = [...placesIn(view(1, -300, 40), 0, photo, whole)]

  expect(places.map(({ key }) => key)).toEqual(
    [1, 2, 3, 4, 5].map((x) => keyOf(x, 0)).concat([1, 2, 3, 4, 5].map((x) => keyOf(x, 1))),
  )
  expect(places[0]).toMatchObject({ left: -44, top: 40, size: 256 })
})

test('what changed in a tile is redrawn with its margin', () => {
  const box = onScreen(view(2, 10, 20), 0, 1, 0, { left: 3, top: 4, right: 5, bottom: 6 })

  expect(box).toEqual({
    left: 10 + 2 * 259 - 1,
    top: 20 + 8 - 1,
    right: 10 + 2 * 261 + 1,
    bottom: 20 + 12 + 1,
  })
})

test('hidden and deleted classes are not shown, others in their colour', () => {
  const one = (index: number, more = {}) => ({
    index,
    name: 'x',
    colour: '#F5A623',
    key: '',
    pattern: '' as const,
    deleted_at: null,
    ...more,
  })

  const look = lookOf(
    [one(1), one(2), one(3, { deleted_at: '2026-01-01' }), one(4, { pattern: 'hatch' as const })],
    new Set([2]),
    0.5,
  )

  expect([...look.colours.subarray(4, 8)]).toEqual([0xf5, 0xa6, 0x23, 255])
  expect([2, 3].map((index) => look.colours[index * 4 + 3])).toEqual([0, 0])
  expect([look.patterns[1], look.patterns[4]]).toEqual([0, patternNumber('hatch')])
})
