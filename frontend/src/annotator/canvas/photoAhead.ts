/** What the next photo shows first, fetched and decoded while one still looks at this one. */

import type { Image } from '../../shared/types'
import { sourceOf } from './photoSource'

/** Levels up to this size are fetched: what a photo shows first on a large screen. */
const MOST_PX = 2600
const FIRST_LEVEL = 7
/** A decoded tile takes a megabyte. */
const MOST_PICTURES = 40

/** Compressed and decoded tiles by their address. */
const blobs = new Map<string, Blob>()
const pictures = new Map<string, ImageBitmap>()

/** Fetch a photo's first tiles into memory in place of those of another; `room` is the stage in device pixels. */
export async function fetchPhotoAhead(
  { id, width, height, photo }: Image,
  room: { width: number; height: number },
  isGone: () => boolean,
): Promise<void> {
  forgetPhotosAhead()
  const { maxLevel, getTileUrl } = sourceOf({ image: id, width, height, tile: photo.tile })
  const fit = Math.min(room.width / width, room.height / height, 1)
  for (let level = FIRST_LEVEL; level <= maxLevel; level++) {
    const scale = 2 ** (level - maxLevel)
    if (Math.max(width, height) * scale > MOST_PX) break
    // The viewer shows the finest level that is at most twice as fine as the screen.
    const isShown = scale <= 2 * fit
    for (let y = 0; y < Math.ceil((height * scale) / photo.tile); y++) {
      for (let x = 0; x < Math.ceil((width * scale) / photo.tile); x++) {
        if (isGone()) return
        const address = getTileUrl(level, x, y)
        const answer = await fetch(address, { priority: 'low' })
        if (!answer.ok) continue
        const blob = await answer.blob()
        blobs.set(address, blob)
        if (isShown && pictures.size < MOST_PICTURES) pictures.set(address, await createImageBitmap(blob))
      }
    }
  }
}

export const blobAhead = (address: string): Blob | null => blobs.get(address) ?? null

/** The decoded tile, which from now on is the caller's to close; null when there is none. */
export function takePictureAhead(address: string): ImageBitmap | null {
  const picture = pictures.get(address)
  pictures.delete(address)
  return picture ?? null
}

export function forgetPhotosAhead(): void {
  for (const picture of pictures.values()) picture.close()
  pictures.clear()
  blobs.clear()
}
