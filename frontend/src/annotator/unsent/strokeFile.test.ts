import { expect, test } from 'vitest'

import { toKept } from '../painting/patch'
import { keyOf } from '../painting/tile'
import { strokeFile } from './strokeFile'

test('a stroke’s file says what was painted, where, when and why it was not taken', () => {
  const patch = toKept({ tiles: new Map([[keyOf(1, 2), Uint16Array.of(5, 9, 0, 2, 0, 7)]]) })
  const stroke = { uuid: 'a', image: 1, user: 1, page: 'p', at: 0, tool: 'brush', details: {}, patch, refused: 'No class 2.' } // prettier-ignore

  expect(JSON.parse(strokeFile('photo.jpg', [stroke]))).toEqual({
    photo: 'photo.jpg',
    run: ['pixel', 'length', 'class before', 'class after', 'object before', 'object after'],
    strokes: [
      {
        uuid: 'a',
        made: '1970-01-01T00:00:00.000Z',
        tool: 'brush',
        refused: 'No class 2.',
        details: {},
        tiles: [{ x: 1, y: 2, runs: [[5, 10, 0, 2, 0, 7]] }],
      },
    ],
  })
})
