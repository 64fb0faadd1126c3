/** The photo's own pixels, tile by tile, as a worker gets at them. */

import type { Area } from './area'
import type { Box, Point } from './box'
import { type Edges, edgesOf, type Picture, snappedToEdge, type Tracks, tracksTo } from './scissors'
import { type PhotoTile, type Similar, similar } from './similar'

/** Where tile 0, 0 of the photo at its full size is: the address up to the tile's name, with its ending. */
export type PhotoAddress = { before: string; after: string }

export function similarIn(asked: Similar, address: PhotoAddress): AsyncGenerator<number, Area> {
  return similar(asked, (column, row) => readTile(address, column, row))
}

/** A tile of the photo did not come, or is no picture. */
export class TileUnread extends Error {
  constructor(column: number, row: number, cause: unknown) {
    super(`tile ${column}, ${row}: ${String(cause)}`, { cause })
    this.name = 'TileUnread'
  }
}

/** Fetch and decode one tile. Throws a TileUnread that says which one could not be had. */
export async function readTile(address: PhotoAddress, column: number, row: number): Promise<PhotoTile> {
  const bitmap = await decoded(`${address.before}${column}_${row}${address.after}`).catch(
    (cause: unknown) => {
      throw new TileUnread(column, row, cause)
    },
  )
  const { width, height } = bitmap
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d', { willReadFrequently: true })!
  context.drawImage(bitmap, 0, 0)
  bitmap.close()
  return { width, height, rgba: context.getImageData(0, 0, width, height).data }
}

async function decoded(address: string): Promise<ImageBitmap> {
  const response = await fetch(address)
  if (!response.ok) throw new Error(`the server answered ${response.status}`)
  // As it is stored, whatever the screen: a colour is compared with others of the same photo only.
  return createImageBitmap(await response.blob(), { colorSpaceConversion: 'none' })
}

/** A window of one level of the photo's pyramid, in that level's pixels. */
export type Window = { box: Box; tile: number }

/** The ways of the scissors from everywhere in a window to one place, which moves to the edge nearby if `snap` > 0. */
export async function waysIn(
  { box, tile }: Window,
  goal: Point,
  snap: number,
  address: PhotoAddress,
): Promise<{ goal: Point; edges: Edges; tracks: Tracks }> {
  const picture = await readWindow({ box, tile }, address)
  const edges = edgesOf(picture)
  const near = snap > 0 ? snappedToEdge(edges, goal, snap) : goal
  return { goal: near, edges, tracks: tracksTo(edges, near) }
}

async function readWindow({ box, tile }: Window, address: PhotoAddress): Promise<Picture> {
  const [width, height] = [box.right - box.left, box.bottom - box.top]
  const rgba = new Uint8ClampedArray(width * height * 4)
  const places: [number, number][] = []
  for (let row = Math.floor(box.top / tile); row * tile < box.bottom; row++)
    for (let column = Math.floor(box.left / tile); column * tile < box.right; column++)
      places.push([column, row])
  await Promise.all(
    places.map(async ([column, row]) => {
      const part = await readTile(address, column, row)
      const [left, top] = [column * tile, row * tile]
      const from = Math.max(left, box.left)
      const to = Math.min(left + part.width, box.right)
      for (let y = Math.max(top, box.top); y < Math.min(top + part.height, box.bottom); y++) {
        const start = (y - top) * part.width - left
        rgba.set(
          part.rgba.subarray((start + from) * 4, (start + to) * 4),
          ((y - box.top) * width + from - box.left) * 4,
        )
      }
    }),
  )
  return { width, height, rgba }
}
