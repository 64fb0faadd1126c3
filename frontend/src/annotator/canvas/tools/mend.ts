/** Mends regions: fills their holes, moves or smooths their edge, or takes away specks. */

import { type Area, areaOf, boxOfArea } from '../../painting/area'
import type { Box, Point } from '../../painting/box'
import type { Action } from '../../painting/keys'
import { type Mend, mend } from '../../painting/mendEdit'
import type { Mended, Mending } from '../../painting/mending'
import type { Labelling, MaskObject } from '../../painting/objects'
import { isNothing } from '../../painting/patch'
import { specksOf } from '../../painting/specks'
import type { Paint } from '../../painting/stroke'
import { t } from '../../../shared/texts'
import { aside } from '../aside'
import { type Desk, Run } from '../desk'
import type { Hand, Press, Sample } from './hand'
import { areaPath, Preview } from './preview'

export type MendTool = Mending | 'specks'

/** What it is about to do: to which regions of which class, seen where. */
type Plan = { how: MendTool; value: number; regions: MaskObject[]; mends: Mend[]; isAll: boolean }

/** How long the pointer rests before what would happen is shown. */
const REST_MS = 120
const MOST_REGIONS = 5000
/** Specks are ringed this wide, in CSS pixels, so that one can find them. */
const RING_PX = 7
const NOTHING: Area = new Int32Array(0)

export class MendHand implements Hand {
  private at: Point | null = null
  private press: Pick<Press, 'shift' | 'isErasing'> = { shift: false, isErasing: false }
  private readonly preview: Preview
  private readonly unwatch: () => void
  private rest = 0
  private planned = ''
  /** What is being worked out for the preview. */
  private look: Run | null = null
  private changes = 0
  /** Stops the objects of the photo from being looked for while this tool is not in use. */
  private unfollow: (() => void) | null = null

  constructor(
    private readonly desk: Desk,
    private readonly how: MendTool,
  ) {
    this.preview = new Preview(desk.layers)
    this.unwatch = desk.mask.watch(() => this.changes++)
  }

  down(at: Sample, press: Press): void {
    this.press = press
    void this.mend(at)
  }

  /** Its own key a second time does it where the pointer is, and so does Enter. */
  act(action: Action): boolean {
    if (action !== 'close' && action !== this.how) return false
    if (!this.desk.mayPaint) return true
    if (this.at) void this.mend(this.at)
    else this.desk.say(t('tools:point_at_region'), false)
    return true
  }

  modified(press: Press): void {
    this.press = press
  }

  show(at: Point | null): void {
    const { isShiftHeld, isErasing } = this.desk.status.get()
    this.at = at && this.desk.isOnPhoto(at) ? at : null
    if (at) this.unfollow ??= this.desk.objects.follow()
    this.press = { shift: isShiftHeld, isErasing }
    if (!this.at && !(this.how === 'specks' && at)) return this.forget()
    const now = this.nameOfPlan()
    if (now === this.planned) return
    this.planned = now
    this.stopLooking()
    clearTimeout(this.rest)
    this.rest = window.setTimeout(() => void this.foresee(), REST_MS)
  }

  cancel(): void {
    this.desk.stopRun()
    this.unfollow?.()
    this.unfollow = null
    this.forget()
  }

  dispose(): void {
    this.cancel()
    this.unwatch()
    this.preview.remove()
  }

  private forget(): void {
    this.stopLooking()
    clearTimeout(this.rest)
    this.planned = ''
    this.preview.clear()
  }

  private stopLooking(): void {
    this.look?.cancel()
    this.look = null
  }

  /** Changes when another plan would come out. */
  private nameOfPlan(): string {
    const { reach, smoothing, speck, value } = this.desk.choice.get()
    const { left, top, right } = this.desk.easel.inSight
    const sight = this.press.shift || this.how === 'specks' ? [left, top, right].map(Math.round) : []
    const { x, y } = this.at ?? { x: 0, y: 0 }
    const place = this.press.shift ? this.valueAt({ x, y }) : [x, y].map(Math.floor)
    const { shift, isErasing } = this.press
    return [place, shift, isErasing, reach, smoothing, speck, value, sight, this.changes].join()
  }

  private async foresee(): Promise<void> {
    const { at, desk } = this
    if (!at || desk.status.get().isBusy) return
    const run = (this.look = new Run())
    try {
      const plan = await this.plan(at, run)
      if (run.isCancelled) return
      this.draw(plan)
    } catch {
      // What cannot be shown before is told when it is done.
      this.preview.clear()
    }
  }

  private draw(plan: Plan | null): void {
    if (!plan) return this.preview.clear()
    const added = areaPath(plan.mends.map(({ mended }) => mended.added))
    const removed = areaPath(plan.mends.map(({ mended }) => mended.removed))
    const rings = plan.how === 'specks' ? plan.mends.map(({ mended }) => boxOfArea(mended.removed)!) : []
    this.preview.show(({ toScreen, scale }) => [
      { path: removed, kind: 'removed' },
      { path: added, kind: 'added' },
      { path: rings.map((box) => ring(box, toScreen, scale)).join(''), kind: 'line', onScreen: true },
    ])
  }

  private async mend(at: Point): Promise<void> {
    const { desk } = this
    if (!desk.isOnPhoto(at) && this.how !== 'specks') return
    this.forget()
    await desk.busy(async (run) => {
      try {
        const plan = await this.plan(at, run)
        if (run.isCancelled) return
        if (!plan)
          return desk.say(t(this.how === 'specks' ? 'tools:no_specks' : 'tools:point_at_region'), false)
        const paint = this.paint(plan.value)
        if (paint.locked.has(plan.value)) return desk.say(t('tools:kept.locked'))
        const patch = mend(desk.mask, plan.mends, paint)
        if (isNothing(patch)) return desk.say(t(`tools:nothing.${plan.how}`), false)
        desk.keep(patch, plan.how, this.detailsOf(plan, at))
      } catch (error) {
        if (!run.isCancelled) desk.say(error instanceof Error ? error.message : String(error))
      }
    })
  }

  private detailsOf(plan: Plan, at: Point): Record<string, unknown> {
    const where = plan.isAll ? { regions: plan.mends.length } : { at: [Math.floor(at.x), Math.floor(at.y)] }
    const amount = plan.how === 'holes' ? {} : { px: this.amount() }
    return { class: plan.value, ...amount, ...where }
  }

  /** What would happen at this place; null when there is nothing to do it to. */
  private async plan(at: Point, run: Run): Promise<Plan | null> {
    const labelling = this.desk.objects.fresh()
    if (this.how === 'specks') return this.specks(labelling, at)
    const { how } = this
    const turned = this.press.isErasing && how === 'grow' ? 'shrink' : how
    const way = this.press.isErasing && how === 'shrink' ? 'grow' : turned
    const regions = this.regions(labelling, at)
    if (regions.length === 0) return null
    const areas = regions.map(({ key }) => areaOf(labelling.stretchesOf(key)))
    const { mask } = this.desk
    const found: Mended[] = await aside('mended', [areas, way, this.amount(), mask.box], {
      signal: run.signal,
    })
    const mends = regions.map(({ anchor }, i) => ({ anchor, mended: found[i]! }))
    return { how: way, value: regions[0]!.value, regions, mends, isAll: this.press.shift }
  }

  private specks(labelling: Labelling, at: Point): Plan | null {
    const value = this.valueAt(at)
    if (!this.isSeen(value)) return null
    const within = this.press.shift ? null : this.desk.easel.inSight
    const specks = specksOf(labelling, value, this.amount(), within)
    if (specks.length === 0) return null
    const mends = specks.map((removed) => ({
      anchor: { x: removed[1]!, y: removed[0]! },
      mended: { added: NOTHING, removed },
    }))
    return { how: 'specks', value, regions: [], mends, isAll: true }
  }

  /** The region under the pointer; with Shift all of its class in sight. */
  private regions(labelling: Labelling, at: Point): MaskObject[] {
    const value = this.valueAt(at)
    if (!this.isSeen(value)) return []
    if (!this.press.shift) {
      const one = labelling.at({ x: Math.floor(at.x), y: Math.floor(at.y) })
      return one ? [one] : []
    }
    const sight = this.desk.easel.inSight
    const all = labelling.objects.filter(
      ({ value: one, box }) =>
        one === value &&
        box.left < sight.right &&
        box.right > sight.left &&
        box.top < sight.bottom &&
        box.bottom > sight.top,
    )
    if (all.length > MOST_REGIONS) throw new Error(t('tools:too_many_regions', { count: all.length }))
    return all
  }

  /** What one cannot see is not changed. */
  private isSeen(value: number): boolean {
    const { hidden, isSolo, value: chosen } = this.desk.choice.get()
    return isSolo ? value === chosen : !hidden.has(value)
  }

  /** The class under the pointer; on background the chosen one. */
  private valueAt({ x, y }: Point): number {
    const { mask, choice } = this.desk
    const point = { x: Math.floor(x), y: Math.floor(y) }
    return (this.desk.isOnPhoto(point) && mask.classAt(point.x, point.y)) || choice.get().value
  }

  private amount(): number {
    const { reach, smoothing, speck } = this.desk.choice.get()
    return this.how === 'specks' ? speck : this.how === 'smooth' ? smoothing : reach
  }

  /** Regions keep their class. Where a stroke would be bound to what it starts on, they grow over background only. */
  private paint(value: number): Paint {
    const paint = this.desk.paint(false)
    return { ...paint, value, only: paint.only === 'start' ? 0 : paint.only }
  }
}

function ring(box: Box, toScreen: (point: Point) => Point, scale: number): string {
  const middle = toScreen({ x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 })
  const radius = Math.max(RING_PX, (Math.hypot(box.right - box.left, box.bottom - box.top) / 2) * scale + 3)
  return `M${middle.x - radius} ${middle.y}a${radius} ${radius} 0 1 0 ${2 * radius} 0a${radius} ${radius} 0 1 0 ${-2 * radius} 0Z`
}
