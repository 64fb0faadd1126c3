/** The story of a prediction, told by its job's events. */

import type { JobEvent } from '../shared/types'

export type Window = [left: number, top: number, right: number, bottom: number]

export type PhotoStory = {
  /** In the result project. */
  image: number
  name: string
  width: number
  height: number
  index: number
  total: number
  /** Windows looked through so far, in order. */
  boxes: Window[]
  windows: number
  seconds: number | null
}

/** Photo by photo what happened; a photo begun again after a crash begins again here. */
export function photosOf(events: readonly JobEvent[]): PhotoStory[] {
  const photos = new Map<number, PhotoStory>()
  for (const { kind, data } of events) {
    const image = data.image as number
    if (kind === 'image') {
      const { name, width, height, index, total } = data as Omit<PhotoStory, 'boxes'>
      photos.set(image, { image, name, width, height, index, total, boxes: [], windows: 0, seconds: null })
    } else if (kind === 'windows') {
      const photo = photos.get(image)
      if (!photo) continue
      photo.boxes.push(...(data.boxes as Window[]))
      photo.windows = data.total as number
    } else if (kind === 'image_done') {
      const photo = photos.get(image)
      if (photo) photo.seconds = data.seconds as number
    }
  }
  return [...photos.values()]
}

/** Seconds until the end, from the photos that are done; null while none is. */
export function secondsLeft(photos: readonly PhotoStory[]): number | null {
  const done = photos.filter((photo) => photo.seconds !== null)
  const total = photos[0]?.total ?? 0
  if (done.length === 0 || done.length === total) return null
  const seconds = done.reduce((sum, photo) => sum + photo.seconds!, 0)
  const pixels = done.reduce((sum, photo) => sum + photo.width * photo.height, 0)
  const mean = pixels / done.length
  return (seconds / pixels) * mean * (total - done.length)
}
