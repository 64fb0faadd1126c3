import { deflateRawSync, inflateRawSync } from 'node:zlib'

import { expect, test } from 'vitest'

import { decode, encode, keyOf, TILE_PX, uniform, xOf, yOf } from './tile'
import { editFrame, movedTiles, parseTiles } from './wire'

const drawn = new Uint8Array(TILE_PX).map((_, i) => (i % 300 < 40 ? 3 : 0))

test('a tile of one value is that value', async () => {
  expect([...(await encode(uniform('class', 7)))]).toEqual([7])
  expect([...(await encode(uniform('object', 0x1234)))]).toEqual([0x34, 0x12])
})

test('any other tile is its raw deflate stream', async () => {
  const data = await encode(drawn)

  expect(data.length).toBeLessThan(2000)
  expect(new Uint8Array(inflateRawSync(data))).toEqual(drawn)
  expect(await decode('class', data)).toEqual(drawn)
})

test('a tile deflated by somebody else is read', async () => {
  const ids = new Uint16Array(TILE_PX).map((_, i) => i % 1000)
  const data = new Uint8Array(deflateRawSync(new Uint8Array(ids.buffer), { level: 9 }))

  expect(await decode('object', data)).toEqual(ids)
})

test('equal uniform tiles share their memory', async () => {
  expect(await decode('class', Uint8Array.of(4))).toBe(uniform('class', 4))
})

test('bytes that are not one tile are refused', async () => {
  const short = new Uint8Array(deflateRawSync(new Uint8Array(100)))

  await expect(decode('class', short)).rejects.toThrow('65536 bytes, but 100 came')
  await expect(decode('class', Uint8Array.of(255, 255, 255))).rejects.toThrow()
})

test('a key holds both coordinates up to 65535', () => {
  expect([xOf(keyOf(65535, 65534)), yOf(keyOf(65535, 65534))]).toEqual([65535, 65534])
})

test('an edit frame says what follows and holds it', () => {
  const head = {
    uuid: 'u',
    tool: 'brush',
    box: [0, 0, 5, 5] as [number, number, number, number],
    details: { size: 5 },
    unchanged: [],
  }
  const tiles = [
    { plane: 'class' as const, x: 1, y: 2, if_version: 3, data: Uint8Array.of(9) },
    { plane: 'object' as const, x: 1, y: 2, if_version: 0, data: Uint8Array.of(1, 2) },
  ]

  const frame = editFrame(head, tiles)

  const length = new DataView(frame.buffer).getUint32(0, true)
  expect(JSON.parse(new TextDecoder().decode(frame.subarray(4, 4 + length)))).toEqual({
    ...head,
    tiles: [
      { plane: 'class', x: 1, y: 2, if_version: 3, length: 1 },
      { plane: 'object', x: 1, y: 2, if_version: 0, length: 2 },
    ],
  })
  expect([...frame.subarray(4 + length)]).toEqual([9, 1, 2])
})

test('tiles are read from a frame, and a frame cut short is refused', () => {
  const words = new Uint32Array([12, 1, 3, 4, 5, 4, 0xaabbccdd])

  const { seq, tiles } = parseTiles('class', words.buffer)

  expect(seq).toBe(12)
  expect(tiles).toEqual([
    { plane: 'class', x: 3, y: 4, version: 5, data: Uint8Array.of(0xdd, 0xcc, 0xbb, 0xaa) },
  ])
  expect(() => parseTiles('class', words.buffer.slice(0, 24))).toThrow(RangeError)
})

test('the tiles of a conflict are read from base64', () => {
  const [tile] = movedTiles({ tiles: [{ plane: 'class', x: 1, y: 0, version: 2, data: 'Bw==' }] })

  expect(tile).toEqual({ plane: 'class', x: 1, y: 0, version: 2, data: Uint8Array.of(7) })
})
