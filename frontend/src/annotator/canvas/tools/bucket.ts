/** Fills the connected area under the pointer: of one class, or of one colour in the photo. */

import { visit } from '../../painting/area'
import { type Box, intersection } from '../../painting/box'
import { area, MOST_FILLED_PX, TooLarge } from '../../painting/bucket'
import type { Span } from '../../painting/shapes'
import { FARTHEST, MOST_SIMILAR_PX } from '../../painting/similar'
import { Stroke } from '../../painting/stroke'
import { boxOfTile, type TileKey } from '../../painting/tile'
import { t } from '../../../shared/texts'
import { aside } from '../aside'
import { breathing, type Desk, type Run } from '../desk'
import { sourceOf } from '../photoSource'
import type { Hand, Press, Sample } from './hand'

export class BucketHand implements Hand {
  constructor(private readonly desk: Desk) {}

  down(at: Sample, press: Press): void {
    void this.pour(at, press.isErasing)
  }

  cancel(): void {
    this.desk.stopRun()
  }

  private async pour(at: Sample, isErasing: boolean): Promise<void> {
    const { desk } = this
    const { mask } = desk
    const x = Math.floor(at.x)
    const y = Math.floor(at.y)
    if (!desk.isOnPhoto({ x, y }) || (!isErasing && !desk.maySee())) return
    const paint = desk.paint(isErasing)
    if (mask.classAt(x, y) === paint.value) return
    if (paint.locked.has(mask.classAt(x, y))) return desk.say(t('tools:kept.locked'))
    const { isByColour, tolerance } = desk.choice.get()
    await desk.busy(async (run) => {
      try {
        const stretches = isByColour ? await this.alike(at, tolerance, run) : await this.connected(x, y, run)
        if (!stretches || run.isCancelled) return
        const stroke = new Stroke(mask, paint)
        stroke.startAt(at)
        stretches((row, left, right) => stroke.span(row, left, right))
        const how = isByColour ? { tolerance } : {}
        desk.keep(stroke.finish(), 'bucket', { class: paint.value, at: [x, y], ...how })
      } catch (error) {
        if (!run.isCancelled) desk.say(problemOf(error))
      }
    })
  }

  /** What hangs together in the mask. */
  private async connected(x: number, y: number, run: Run): Promise<Filled> {
    const found: number[] = []
    const search = area(this.desk.mask, x, y, (row, left, right) => found.push(row, left, right))
    await breathing(search, run)
    return (span) => {
      for (let i = 0; i < found.length; i += 3) span(found[i]!, found[i + 1]!, found[i + 2]!)
    }
  }

  /** What looks alike in the photo. */
  private async alike(at: Sample, tolerance: number, run: Run): Promise<Filled> {
    const { mask, easel } = this.desk
    const box = intersection(mask.box, {
      left: Math.floor(at.x) - FARTHEST,
      top: Math.floor(at.y) - FARTHEST,
      right: Math.floor(at.x) + FARTHEST,
      bottom: Math.floor(at.y) + FARTHEST,
    })
    const { maxLevel, tileSize, getTileUrl } = sourceOf(easel.photo)
    const [before, after] = getTileUrl(maxLevel, 0, 0).split('0_0') as [string, string]
    const classes = new Map<TileKey, Uint8Array>()
    for (const key of mask.keys()) if (meets(boxOfTile(key), box)) classes.set(key, mask.classesOf(key))
    const asked = { at: { x: at.x, y: at.y }, tolerance, box, classes, tile: tileSize }
    const found = await aside('similarIn', [asked, { before, after }], { signal: run.signal })
    return (span) => visit(found, span)
  }
}

type Filled = (span: Span) => void

const meets = (a: Box, b: Box): boolean =>
  a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top

function problemOf(error: unknown): string {
  if (error instanceof TooLarge) return t('canvas:too_large', { megapixels: MOST_FILLED_PX / 1e6 })
  // What a worker throws comes back as a plain Error of the same name.
  if (error instanceof Error && error.name === 'TooMuchAlike')
    return t('tools:too_much_alike', { megapixels: MOST_SIMILAR_PX / 1e6 })
  if (error instanceof Error && error.name === 'TileUnread') return t('tools:photo_unread')
  return error instanceof Error ? error.message : String(error)
}
