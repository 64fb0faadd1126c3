import { describe, expect, it } from 'vitest'

import type { JobEvent } from '../shared/types'
import { photosOf, secondsLeft } from './windows'

const event = (kind: string, data: Record<string, unknown>): JobEvent => ({ seq: 0, at: '', kind, data })
const begin = (image: number, index: number) =>
  event('image', { image, name: `${image}.jpg`, width: 1000, height: 1000, index, total: 3 })

describe('the story of a prediction', () => {
  it('collects the windows of each photo in order', () => {
    const [photo] = photosOf([
      begin(7, 1),
      event('windows', { image: 7, boxes: [[0, 0, 5, 5]], total: 2 }),
      event('windows', { image: 7, boxes: [[4, 0, 9, 5]], total: 2 }),
      event('image_done', { image: 7, seconds: 2 }),
    ])

    expect(photo).toMatchObject({ boxes: [[0, 0, 5, 5], [4, 0, 9, 5]], windows: 2, seconds: 2 }) // prettier-ignore
  })

  it('begins a photo again when the prediction was resumed in its middle', () => {
    const photos = photosOf([
      begin(7, 1),
      event('windows', { image: 7, boxes: [[0, 0, 5, 5]], total: 2 }),
      begin(7, 1),
    ])

    expect(photos).toHaveLength(1)
    expect(photos[0]!.boxes).toEqual([])
  })

  it('says nothing of the time left before the first photo is done', () => {
    expect(secondsLeft(photosOf([begin(7, 1)]))).toBeNull()
  })

  it('expects the other photos to take as long as those that are done', () => {
    const photos = photosOf([begin(7, 1), event('image_done', { image: 7, seconds: 4 }), begin(8, 2)])

    expect(secondsLeft(photos)).toBe(8)
  })
})
