import fc from 'fast-check'
import { expect, test } from 'vitest'

import { FIELDS, fromKept, toKept } from './patch'
import { keyOf } from './tile'

const runs = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { minLength: FIELDS, maxLength: 5 * FIELDS })
  .map((numbers) => Uint16Array.from(numbers.slice(0, numbers.length - (numbers.length % FIELDS))))
const place = fc.tuple(fc.nat(1000), fc.nat(1000)).map(([x, y]) => keyOf(x, y))
const patches = fc.array(fc.tuple(place, runs), { maxLength: 6 }).map((tiles) => ({ tiles: new Map(tiles) }))

test('a patch that was kept is the patch', () => {
  fc.assert(
    fc.property(patches, (patch) => {
      expect(fromKept(structuredClone(toKept(patch)))).toEqual(patch)
    }),
  )
})

test('a patch that a browser kept as a list of tiles is read, too', () => {
  const runs = Uint16Array.of(5, 9, 0, 2, 0, 7)

  expect(fromKept([{ x: 1, y: 2, runs }])).toEqual({ tiles: new Map([[keyOf(1, 2), runs]]) })
})
