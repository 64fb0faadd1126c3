import { expect, test } from 'vitest'

import { strokeFile } from './strokeFile'

test('a stroke’s file says what was painted, where, when and why it was not taken', () => {
  const runs = Uint16Array.from([5, 9, 0, 2, 0, 7])
  const stroke = { uuid: 'a', image: 1, user: 1, page: 'p', at: 0, tool: 'brush', details: {}, patch: [{ x: 1, y: 2, runs }], refused: 'No class 2.' } // prettier-ignore

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
