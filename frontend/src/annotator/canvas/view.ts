/** Where the photo lies on the screen, in device pixels, and which tiles of the mask are in sight. */

import { type Box, outward } from '../painting/box'
import { keyOf, TILE, type TileKey } from '../painting/tile'

/** `left`, `top`: device pixel of the photo's corner. `scale`: device pixels per photo pixel. */
export type View = { left: number; top: number; scale: number; width: number; height: number }

/** From here on a texel of the mask is a pixel of the photo; further out it is a block of several. */
const NEAR = 0.75
const MOST_LEVEL = 8

/** 0: the mask itself; n: blocks of 2^n pixels, each about one device pixel wide. */
export function levelFor(scale: number): number {
  if (scale >= NEAR) return 0
  return Math.min(MOST_LEVEL, Math.max(1, Math.ceil(Math.log2(1 / scale) - 0.1)))
}

export type Place = { key: TileKey; left: number; top: number; size: number }

/** Tiles of a level that lie in a part of the screen. */
export function* placesIn(view: View, level: number, photo: { width: number; height: number }, part: Box) {
  const size = TILE * 2 ** level * view.scale
  const across = Math.ceil(photo.width / (TILE * 2 ** level))
  const down = Math.ceil(photo.height / (TILE * 2 ** level))
  const first = { x: Math.floor((part.left - view.left) / size), y: Math.floor((part.top - view.top) / size) }
  const last = {
    x: Math.floor((part.right - view.left) / size),
    y: Math.floor((part.bottom - view.top) / size),
  }
  for (let y = Math.max(0, first.y); y <= Math.min(down - 1, last.y); y++) {
    for (let x = Math.max(0, first.x); x <= Math.min(across - 1, last.x); x++) {
      yield { key: keyOf(x, y), left: view.left + x * size, top: view.top + y * size, size } as Place
    }
  }
}

/** Device pixels that a part of a tile covers, a little more where it is blended with its neighbours. */
export function onScreen(view: View, level: number, x: number, y: number, box: Box): Box {
  const texel = 2 ** level * view.scale
  const margin = 1 + (level > 0 ? texel : 0)
  const place = {
    left: view.left + (x * TILE + box.left) * texel,
    top: view.top + (y * TILE + box.top) * texel,
    right: view.left + (x * TILE + box.right) * texel,
    bottom: view.top + (y * TILE + box.bottom) * texel,
  }
  return outward(place, margin)
}
