/** Looking at the photo as it was, and going back there: everything, a part, or only what one person did. */

import { t } from '../../shared/texts'
import { uuid as newUuid } from '../../shared/uuid'
import { type Box, intersection, isEmpty } from '../painting/box'
import type { Mask } from '../painting/mask'
import { boxBetween } from '../painting/shapes'
import type { Desk } from './desk'
import { type Layer, svg, type Sheet } from './layers'
import type { PastEdit } from './pastServer'
import { Store } from './store'
import type { Hand, Press, Sample } from './tools/hand'

export type Moment = {
  /** After which edit; null is now. */
  seq: number | null
  /** That edit, where it is known. */
  edit: PastEdit | null
  /** Of the snapshot that was chosen. */
  name: string
  isLoading: boolean
  /** A box is being drawn around what to restore. */
  isChoosing: boolean
  isRestoring: boolean
}

const NOW: Moment = {
  seq: null,
  edit: null,
  name: '',
  isLoading: false,
  isChoosing: false,
  isRestoring: false,
}

const PATIENCE_MS = 5000
const LOOK_MS = 50

export class Past implements Hand {
  readonly moment = new Store<Moment>(NOW)
  /** The mask that is shown instead of the present one. */
  mask: Mask | null = null
  private asking = new AbortController()
  private from: Sample | null = null
  private to: Sample | null = null
  private readonly layer: Layer

  constructor(
    private readonly desk: Desk,
    private readonly onChange: () => void,
  ) {
    this.layer = desk.layers.add((group, sheet) => this.draw(group, sheet))
  }

  get isOpen(): boolean {
    return this.moment.get().seq !== null
  }

  /** Whether the pointer draws a box now. */
  get isChoosing(): boolean {
    return this.moment.get().isChoosing
  }

  /** Show the photo as it was after an edit; 0 is before the first. */
  async visit(seq: number, edit: PastEdit | null, name = ''): Promise<void> {
    this.asking.abort()
    const { signal } = (this.asking = new AbortController())
    this.moment.set({ ...NOW, seq, edit, name, isLoading: true })
    this.onChange()
    try {
      const mask = await this.desk.past.maskAt(seq, signal)
      if (signal.aborted) return
      this.mask = mask
      this.desk.easel.show(mask)
      this.moment.set({ isLoading: false })
    } catch (error) {
      if (signal.aborted) return
      this.desk.say(t('history:could_not_show', { why: (error as Error).message }))
      this.close()
    }
    this.layer.invalidate()
  }

  /** Back to now. */
  close(): void {
    this.asking.abort()
    this.mask = null
    this.clear()
    this.desk.easel.show(this.desk.mask)
    this.moment.set(NOW)
    this.layer.invalidate()
    this.onChange()
  }

  /** One step back: from drawing a box to looking, from looking to now. False when it is now. */
  back(): boolean {
    if (!this.isOpen) return false
    if (this.isChoosing) this.choose(false)
    else this.close()
    return true
  }

  /** Have a box drawn around what to restore. */
  choose(isChoosing: boolean): void {
    this.clear()
    this.moment.set({ isChoosing })
    this.onChange()
    if (isChoosing) this.desk.host.focus({ preventScroll: true })
  }

  /** Restore what is in sight: the way to a part for whoever has no pointer. */
  restoreInSight(): void {
    const { left, top, right, bottom } = this.desk.easel.inSight
    const seen = {
      left: Math.floor(left),
      top: Math.floor(top),
      right: Math.ceil(right),
      bottom: Math.ceil(bottom),
    }
    void this.restore(intersection(seen, this.desk.mask.box))
  }

  /** Make the photo what is shown, by a new edit of this person. */
  async restore(box: Box | null = null, user: number | null = null): Promise<void> {
    const { seq, isRestoring } = this.moment.get()
    if (seq === null || isRestoring || (box && isEmpty(box))) return
    this.moment.set({ isRestoring: true, isChoosing: false })
    try {
      await this.allSent()
      const uuid = newUuid()
      const made = await this.desk.past.restore(seq, uuid, box, user)
      this.desk.history.didElsewhere({ uuid, seq: made, tool: 'restore', at: new Date().toISOString() })
      this.desk.tellHistory()
      this.close()
      this.desk.say(t('history:restored'), false)
      await this.desk.outbox.hear(made)
    } catch (error) {
      this.desk.say((error as Error).message)
    } finally {
      this.moment.set({ isRestoring: false })
    }
  }

  /** What was painted a moment ago is part of what is taken back. */
  private async allSent(): Promise<void> {
    const { outbox } = this.desk
    for (const until = performance.now() + PATIENCE_MS; outbox.unsent > 0;) {
      if (performance.now() > until) throw new Error(t('history:unsent'))
      outbox.flush()
      await new Promise((go) => setTimeout(go, LOOK_MS))
    }
  }

  // The box being drawn

  down(at: Sample): void {
    this.from = this.to = at
    this.layer.invalidate()
  }

  drag(samples: readonly Sample[]): void {
    this.to = samples.at(-1) ?? this.to
    this.layer.invalidate()
  }

  up(_: Sample, __: Press): void {
    const box = this.box()
    this.clear()
    this.choose(false)
    if (box && !isEmpty(box)) void this.restore(box)
  }

  cancel(): void {
    this.clear()
  }

  cursor(): string {
    return 'crosshair'
  }

  private clear(): void {
    this.from = this.to = null
    this.layer.invalidate()
  }

  private box(): Box | null {
    if (!this.from || !this.to) return null
    return intersection(boxBetween(this.from, this.to, false, false), this.desk.mask.box)
  }

  private draw(group: SVGElement, sheet: Sheet): void {
    group.replaceChildren()
    if (!this.isOpen) return
    const { edit } = this.moment.get()
    if (edit?.box.length === 4) {
      const [left, top, right, bottom] = edit.box as [number, number, number, number]
      frame(group, sheet, { left, top, right, bottom }, '6 4', 'none')
    }
    const box = this.box()
    if (box && !isEmpty(box)) frame(group, sheet, box, '', 'rgb(143 208 217 / 15%)')
  }
}

function frame(group: SVGElement, sheet: Sheet, box: Box, dashes: string, fill: string): void {
  const from = sheet.toScreen({ x: box.left, y: box.top })
  const to = sheet.toScreen({ x: box.right, y: box.bottom })
  const place = { x: from.x, y: from.y, width: to.x - from.x, height: to.y - from.y }
  group.append(
    svg('rect', { ...place, fill, stroke: '#000', 'stroke-width': 3, 'stroke-opacity': 0.5 }),
    svg('rect', {
      ...place,
      fill: 'none',
      stroke: '#fff',
      'stroke-width': 1.5,
      'stroke-dasharray': dashes || 'none',
    }),
  )
}
