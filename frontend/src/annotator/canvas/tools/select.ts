/** Selects objects by a click, moves the photo by a drag. */

import type { Point } from '../../painting/box'
import type { Action } from '../../painting/keys'
import type { MaskObject } from '../../painting/objects'
import type { Desk } from '../desk'
import type { Hand, Press, Sample } from './hand'

/** A pointer that moved farther than this, in CSS pixels, drags. */
const STILL_PX = 4

export class SelectHand implements Hand {
  private start: Point | null = null
  private at: Point | null = null
  private isDragging = false

  constructor(private readonly desk: Desk) {}

  down(at: Sample, press: Press): void {
    const { objects } = this.desk
    this.start = this.at = this.desk.easel.fromPhoto(at)
    this.isDragging = false
    if (press.count === 2 && this.objectAt(at)) objects.zoomTo()
  }

  drag(samples: readonly Sample[]): void {
    const { easel } = this.desk
    const last = samples.at(-1)
    if (!last || !this.start || !this.at) return
    const place = easel.fromPhoto(last)
    if (Math.hypot(place.x - this.start.x, place.y - this.start.y) > STILL_PX) this.isDragging = true
    if (!this.isDragging) return
    easel.panBy(place.x - this.at.x, place.y - this.at.y)
    this.at = place
  }

  up(at: Sample, press: Press): void {
    const wasClick = this.start !== null && !this.isDragging
    this.start = null
    this.isDragging = false
    if (!wasClick) return
    const { objects } = this.desk
    const toggle = press.shift || press.ctrl
    const one = this.objectAt(at)
    if (one) objects.select(one.key, toggle)
    else if (!toggle) objects.select(null)
  }

  act(action: Action, key = ''): boolean {
    const { objects, classes } = this.desk
    if (objects.now.get().selected.size === 0) return false
    switch (action) {
      case 'class':
      case 'neutral': {
        const wanted = action === 'neutral' ? 'n' : key
        const found = classes.find(
          (one) =>
            !one.deleted_at &&
            (one.key?.toLowerCase() === wanted || (wanted === 'n' && one.name.toLowerCase() === 'neutral')),
        )
        if (found) objects.moveTo(found.index)
        return true
      }
      case 'close':
        objects.zoomTo()
        return true
      case 'back':
        objects.erase()
        return true
      case 'cancel':
        objects.select(null)
        return true
    }
    return false
  }

  cancel(): void {
    this.start = null
    this.isDragging = false
  }

  cursor(): string {
    return this.isDragging ? 'grabbing' : 'default'
  }

  /** What is seen there: not of a hidden class, and not hidden itself. */
  private objectAt(at: Point): MaskObject | null {
    const { desk } = this
    const place = { x: Math.floor(at.x), y: Math.floor(at.y) }
    if (!desk.isOnPhoto(place)) return null
    const one = desk.objects.fresh().at(place)
    if (!one || desk.objects.now.get().hidden.has(one.key)) return null
    const isSeen = desk.classes.some(({ index, deleted_at }) => index === one.value && !deleted_at)
    const { hidden, isSolo, value } = desk.choice.get()
    return isSeen && !hidden.has(one.value) && !(isSolo && one.value !== value) ? one : null
  }
}
