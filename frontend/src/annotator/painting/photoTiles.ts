/** The photo's own pixels, tile by tile, as a worker gets at them. */

import type { Area } from './area'
import { type PhotoTile, type Similar, similar } from './similar'

/** Where tile 0, 0 of the photo at its full size is: the address up to the tile's name, with its ending. */
export type PhotoAddress = { before: string; after: string }

export function similarIn(asked: Similar, address: PhotoAddress): AsyncGenerator<number, Area> {
  return similar(asked, (column, row) => readTile(address, column, row))
}

/** Fetch and decode one tile. Throws an Error that says which one could not be had. */
export async function readTile(address: PhotoAddress, column: number, row: number): Promise<PhotoTile> {
  const response = await fetch(`${address.before}${column}_${row}${address.after}`)
  if (!response.ok)
    throw new Error(`Tile ${column}, ${row} of the photo could not be read: ${response.status}.`)
  // As it is stored, whatever the screen: a colour is compared with others of the same photo only.
  const bitmap = await createImageBitmap(await response.blob(), { colorSpaceConversion: 'none' })
  const { width, height } = bitmap
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d', { willReadFrequently: true })!
  context.drawImage(bitmap, 0, 0)
  bitmap.close()
  return { width, height, rgba: context.getImageData(0, 0, width, height).data }
}
