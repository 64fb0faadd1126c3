/** Everything a tool needs at hand: the mask and the photo, what is chosen, and where finished edits go. */

import { t } from '../../shared/texts'
import { uuid as newUuid } from '../../shared/uuid'
import type { Point } from '../painting/box'
import { History, type LookStep } from '../painting/history'
import type { Mask } from '../painting/mask'
import type { Outbox } from '../painting/outbox'
import { isNothing, type Patch } from '../painting/patch'
import type { Paint, Stroke } from '../painting/stroke'
import { type Choice, without } from './choice'
import type { Easel } from './easel'
import type { Layers } from './layers'
import type { LabelClass } from './look'
import { Objects } from './objects'
import type { Overlay } from './overlay'
import { PastServer } from './pastServer'
import type { Status } from './status'
import { type Direction, Steps } from './steps'
import type { Store } from './store'
import { onlyOf } from './toolSettings'
import { Talk } from '../workflow/talk'

/** A piece of work that takes longer than a frame. */
export class Run {
  private readonly stop = new AbortController()

  /** Aborted when it is cancelled: for what is done aside. */
  get signal(): AbortSignal {
    return this.stop.signal
  }

  get isCancelled(): boolean {
    return this.stop.signal.aborted
  }

  cancel(): void {
    this.stop.abort()
  }
}

/** Something that stops a piece of work at a moment when it may rest. */
const BREATH_MS = 8

export class Desk {
  readonly history = new History()
  readonly past: PastServer
  /** Undo and redo. */
  readonly steps: Steps
  readonly objects: Objects
  /** What is said about the photo. */
  readonly talk: Talk
  private run: Run | null = null

  constructor(
    readonly host: HTMLElement,
    readonly mask: Mask,
    readonly easel: Easel,
    readonly outbox: Outbox,
    readonly choice: Store<Choice>,
    readonly status: Store<Status>,
    readonly overlay: Overlay,
    readonly layers: Layers,
    private readonly options: {
      classes: () => readonly LabelClass[]
      mayPaint: () => boolean
      say: (sentence: string, isProblem: boolean) => void
    },
  ) {
    this.objects = new Objects(this)
    const { image, width, height } = easel.photo
    this.past = new PastServer(image, width, height)
    this.steps = new Steps(this, this.past)
    this.talk = new Talk(choice, () => options.mayPaint())
  }

  get classes(): readonly LabelClass[] {
    return this.options.classes()
  }

  /** Whether pixels may be changed now. */
  get mayPaint(): boolean {
    const { isLoaded, isBusy } = this.status.get()
    return this.options.mayPaint() && isLoaded && !isBusy
  }

  /** Say something to the person. */
  say(sentence: string, isProblem = true): void {
    this.options.say(sentence, isProblem)
  }

  isOnPhoto({ x, y }: Point): boolean {
    return x >= 0 && y >= 0 && x < this.mask.width && y < this.mask.height
  }

  /** The class byte under a place; null where nothing is painted, or off the photo. */
  classUnder(place: Point): number | null {
    const at = { x: Math.floor(place.x), y: Math.floor(place.y) }
    return (this.isOnPhoto(at) && this.mask.classAt(at.x, at.y)) || null
  }

  /** What a stroke does with what is chosen now. */
  paint(isErasing: boolean): Paint {
    const { value, locked, over } = this.choice.get()
    const spare = this.objects.hasLocked ? this.objects.sparedIn : undefined
    return { spare, value: isErasing ? 0 : value, locked, only: onlyOf(over) }
  }

  /** Painting with a class that is hidden would be painting blindly: it is shown first. False when none is chosen. */
  maySee(): boolean {
    const { value, hidden, isMaskShown } = this.choice.get()
    if (!this.classes.some(({ index, deleted_at }) => index === value && !deleted_at)) {
      const hasSome = this.classes.some(({ deleted_at }) => !deleted_at)
      this.say(t(hasSome ? 'canvas:choose_class' : 'canvas:no_classes'))
      return false
    }
    if (hidden.has(value)) this.choice.set({ hidden: without(hidden, value) })
    if (!isMaskShown) this.choice.set({ isMaskShown: true })
    return true
  }

  /** Queue an edit that is in the mask already, as one step of undo. */
  keep(patch: Patch, tool: string, details: Record<string, unknown>): void {
    if (isNothing(patch)) return
    const uuid = newUuid()
    this.history.did(patch, uuid)
    this.outbox.add(patch, tool, details, uuid)
    this.tellHistory()
  }

  /** Queue what was drawn from a place on; where it changed nothing because nothing there may be changed, say why. */
  keepStroke(stroke: Stroke, from: Point, tool: string, details: Record<string, unknown>): void {
    const patch = stroke.finish()
    const why = isNothing(patch) && this.isOnPhoto(from) && stroke.whyKept(from)
    if (why) this.say(t(`tools:kept.${why}`), false)
    this.keep(patch, tool, details)
  }

  /** Remember, as one step of undo, that something is shown in another way. */
  looked(step: LookStep): void {
    this.history.looked(step)
    this.tellHistory()
  }

  takeBack(what: Direction): void {
    this.steps.take(what)
  }

  tellHistory(): void {
    this.status.set({ canUndo: this.history.canUndo, canRedo: this.history.canRedo })
  }

  /** Do something longer, during which nobody paints; `stopRun` stops it. `work` asks `run.isCancelled` after each await. */
  async busy(work: (run: Run) => Promise<void>): Promise<void> {
    const run = (this.run = new Run())
    this.status.set({ isBusy: true })
    this.outbox.setPainting(true)
    try {
      await work(run)
    } finally {
      this.run = null
      this.status.set({ isBusy: false })
      this.outbox.setPainting(false)
    }
  }

  stopRun(): void {
    this.run?.cancel()
  }
}

/** Drive a generator to its end, letting the page breathe; null when it was stopped. */
export async function breathing<T>(work: Generator<unknown, T>, run: Run): Promise<T | null> {
  let until = performance.now() + BREATH_MS
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
    if (performance.now() < until) continue
    await new Promise((go) => setTimeout(go))
    until = performance.now() + BREATH_MS
    if (run.isCancelled) return null
  }
}
