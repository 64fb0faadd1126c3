import { afterEach, expect, test, vi } from 'vitest'

import { readTile } from './photoTiles'

const ADDRESS = { before: '/photo/12/', after: '.jpg' }

afterEach(() => vi.unstubAllGlobals())

test.each([
  ['does not come', () => Promise.reject(new TypeError('Failed to fetch'))],
  ['is refused', () => Promise.resolve(new Response('', { status: 503 }))],
  ['is no picture', () => Promise.resolve(new Response('no picture'))],
])('a tile that %s fails under a name that the page has words for', async (_, fetch) => {
  vi.stubGlobal('fetch', fetch)
  vi.stubGlobal('createImageBitmap', () => Promise.reject(new DOMException('cannot be decoded')))

  await expect(readTile(ADDRESS, 3, 4)).rejects.toMatchObject({ name: 'TileUnread' })
})
