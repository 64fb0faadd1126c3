/** Hand and memory at the easel: turns pointer and keys into edits, undoes them, and hands them to the outbox. */

import { type Point } from '../painting/box'
import { area, TooLarge } from '../painting/bucket'
import { History } from '../painting/history'
import { BrowserJournal, type Journal, namePage } from '../painting/journal'
import { type Action, bindingOf, type Hold } from '../painting/keys'
import { Mask } from '../painting/mask'
import { Outbox, type SaveState } from '../painting/outbox'
import { isNothing, type Patch } from '../painting/patch'
import { polygon, snapped } from '../painting/shapes'
import { BrushStroke, type Paint, Stroke } from '../painting/stroke'
import { Easel } from './easel'
import type { PhotoSource } from './photoSource'
import { type LabelClass, lookOf } from './look'
import { Overlay } from './overlay'
import { serverOf } from './server'
import { Store } from './store'

export type Tool = 'brush' | 'eraser' | 'polygon' | 'bucket' | 'move'

export const LEAST_SIZE = 1
export const MOST_SIZE = 2000

/** What the person has chosen. */
export type Choice = {
  tool: Tool
  size: number
  /** Class byte painted with, and the one before it. */
  value: number
  swap: number
  opacity: number
  isMaskShown: boolean
  brightness: number
  contrast: number
  hidden: ReadonlySet<number>
  locked: ReadonlySet<number>
}

/** What is going on. */
export type Status = {
  save: SaveState
  canUndo: boolean
  canRedo: boolean
  isLoaded: boolean
  isErasing: boolean
  /** Pixel under the cursor, when it is on the photo. */
  at: Point | null
  under: number
  scale: number
  isBusy: boolean
}

export type PainterOptions = {
  photo: PhotoSource
  classes: readonly LabelClass[]
  user: number
  mayPaint: boolean
  /** Say something to the person. */
  say: (sentence: string, isProblem: boolean) => void
  act: (action: 'previous' | 'next' | 'help') => void
}

const POLL_MS = 5000
const RETRY_MS = 3000
/** Outboxes of photos one has left that still have something to send. */
const leftBehind = new Map<number, { outbox: Outbox; release: () => Promise<void> }>()

const journal: Journal = new BrowserJournal()

export class Painter {
  readonly choice: Store<Choice>
  readonly status = new Store<Status>({
    save: { kind: 'saved', waiting: 0, problem: '' },
    canUndo: false,
    canRedo: false,
    isLoaded: false,
    isErasing: false,
    at: null,
    under: 0,
    scale: 1,
    isBusy: false,
  })

  private classes: readonly LabelClass[]
  private readonly history = new History()
  private readonly mask: Mask
  private readonly easel: Easel
  private readonly outbox: Outbox
  private readonly overlay: Overlay
  private readonly page = namePage()
  private readonly stop = new AbortController()
  private brush: BrushStroke | null = null
  private outline: Point[] = []
  private pointer: { clientX: number; clientY: number } | null = null
  private readonly fingers = new Map<number, { clientX: number; clientY: number }>()
  private isPanning = false
  private readonly held = new Set<Hold>()
  private toldAt = 0
  private bucketRun: { isCancelled: boolean } | null = null

  constructor(
    private readonly host: HTMLElement,
    private readonly options: PainterOptions,
  ) {
    const { photo, classes } = options
    this.classes = classes
    this.choice = new Store(rememberedChoice(classes))
    this.mask = new Mask(photo.width, photo.height)
    this.easel = new Easel(host, photo, this.mask)
    this.overlay = new Overlay(host)
    this.outbox = new Outbox(this.mask, serverOf(photo.image), journal, {
      image: photo.image,
      user: options.user,
      page: this.page.name,
      onState: (save) => {
        this.status.set({ save })
        if (save.kind === 'saved' && this.stop.signal.aborted) this.retire()
      },
      onRefused: (sentence) => options.say(`A stroke could not be kept. ${sentence}`, true),
    })
    this.easel.onView = () => {
      this.status.set({ scale: this.easel.view.scale })
      this.drawOverlay()
    }
    this.choice.subscribe(() => this.applyChoice())
    this.applyChoice()
    this.listen()
    void this.open()
  }

  private async open(): Promise<void> {
    const { image } = this.options.photo
    const before = leftBehind.get(image)
    if (before) {
      leftBehind.delete(image)
      before.outbox.close()
      await before.release()
    }
    while (!(await this.fetchMask())) {
      await new Promise((go) => setTimeout(go, RETRY_MS))
      if (this.stop.signal.aborted) return
    }
    await this.easel.ready()
    if (this.stop.signal.aborted) return
    this.status.set({ isLoaded: true })
    this.host.dataset.ready = 'true'
  }

  private async fetchMask(): Promise<boolean> {
    try {
      await this.outbox.open()
      return true
    } catch (error) {
      if (this.stop.signal.aborted) return true
      const sentence = error instanceof Error ? error.message : String(error)
      this.options.say(`The mask could not be fetched; trying again. ${sentence}`, true)
      return false
    }
  }

  dispose(): void {
    if (this.bucketRun) this.bucketRun.isCancelled = true
    this.brush?.stroke.cancel()
    this.stop.abort()
    delete this.host.dataset.ready
    this.overlay.dispose()
    this.easel.dispose()
    if (this.outbox.unsent === 0) this.retire()
    else leftBehind.set(this.options.photo.image, { outbox: this.outbox, release: this.page.release })
  }

  /** Everything is sent, or another painter takes over from the journal. */
  private retire(): void {
    if (leftBehind.get(this.options.photo.image)?.outbox === this.outbox) {
      leftBehind.delete(this.options.photo.image)
    }
    this.outbox.close()
    void this.page.release()
  }

  setClasses(classes: readonly LabelClass[]): void {
    this.classes = classes
    this.applyChoice()
  }

  pick(value: number): void {
    const { value: before } = this.choice.get()
    if (value === before) return
    const tool = this.choice.get().tool
    this.choice.set({ value, swap: before, tool: tool === 'eraser' || tool === 'move' ? 'brush' : tool })
  }

  setSize(size: number): void {
    this.choice.set({ size: Math.min(MOST_SIZE, Math.max(LEAST_SIZE, Math.round(size))) })
  }

  undo(): void {
    this.takeBack('undo')
  }

  redo(): void {
    this.takeBack('redo')
  }

  act(action: Action, key = ''): void {
    const { size, isMaskShown, swap } = this.choice.get()
    switch (action) {
      case 'brush':
      case 'eraser':
      case 'polygon':
      case 'bucket':
      case 'move':
        this.choice.set({ tool: action })
        break
      case 'class':
        this.pickBy((one) => one.key === key)
        break
      case 'neutral':
        this.pickBy((one) => one.key?.toLowerCase() === 'n' || one.name.toLowerCase() === 'neutral')
        break
      case 'swap':
        if (swap) this.pick(swap)
        break
      case 'smaller':
        this.setSize(size - stepOf(size - 1))
        break
      case 'larger':
        this.setSize(size + stepOf(size))
        break
      case 'muchSmaller':
        this.setSize(size - 10 * stepOf(size - 1))
        break
      case 'muchLarger':
        this.setSize(size + 10 * stepOf(size))
        break
      case 'overlay':
        this.choice.set({ isMaskShown: !isMaskShown })
        break
      case 'fit':
        this.easel.fit()
        break
      case 'oneToOne':
        this.easel.oneToOne()
        break
      case 'zoomIn':
        this.easel.zoomBy(1.5)
        break
      case 'zoomOut':
        this.easel.zoomBy(1 / 1.5)
        break
      case 'undo':
      case 'redo':
        this.takeBack(action)
        break
      case 'flush':
        this.outbox.flush()
        break
      case 'close':
        this.closeOutline()
        break
      case 'back':
        this.outline.pop()
        this.drawOverlay()
        break
      case 'cancel':
        this.cancel()
        break
      case 'previous':
      case 'next':
      case 'help':
        this.options.act(action)
    }
  }

  private pickBy(isIt: (one: LabelClass) => boolean): void {
    const found = this.classes.find((one) => !one.deleted_at && isIt(one))
    if (found) this.pick(found.index)
  }

  private applyChoice(): void {
    const choice = this.choice.get()
    const isShown = choice.isMaskShown && !this.held.has('peek')
    this.easel.setLook(lookOf(this.classes, choice.hidden, isShown ? choice.opacity : 0))
    this.easel.setFilter(choice.brightness, choice.contrast)
    if (choice.tool !== 'polygon') this.outline = []
    this.drawOverlay()
    remember(choice)
  }

  // Pointer

  private listen(): void {
    const { signal } = this.stop
    const on = <K extends keyof HTMLElementEventMap>(
      name: K,
      hear: (event: HTMLElementEventMap[K]) => void,
      passive = true,
    ) => this.host.addEventListener(name, hear, { signal, passive })
    on('pointerdown', (event) => this.down(event), false)
    on('pointermove', (event) => this.move(event))
    on('pointerup', (event) => this.up(event))
    on('pointercancel', (event) => this.up(event))
    on('lostpointercapture', (event) => this.up(event))
    on('pointerleave', () => {
      if (this.brush) return
      this.pointer = null
      this.status.set({ at: null })
      this.drawOverlay()
    })
    on('dblclick', () => this.choice.get().tool === 'polygon' && this.closeOutline())
    on('wheel', (event) => this.wheel(event), false)
    on('contextmenu', (event) => event.preventDefault(), false)

    const window = globalThis.window
    window.addEventListener('keydown', (event) => this.keyDown(event), { signal })
    window.addEventListener('keyup', (event) => this.keyUp(event), { signal })
    window.addEventListener('blur', () => this.letGo(), { signal })
    window.addEventListener('focus', () => this.refresh(), { signal })
    window.addEventListener('online', () => this.outbox.flush(), { signal })
    window.addEventListener('beforeunload', warnOfUnsent(this.outbox), { signal })
    window.addEventListener('pagehide', () => this.outbox.leave(), { signal })
    const timer = setInterval(() => this.refresh(), POLL_MS)
    signal.addEventListener('abort', () => clearInterval(timer))
  }

  private refresh(): void {
    if (document.visibilityState !== 'visible' || !this.status.get().isLoaded) return
    // Not being able to ask is no news: the next answer tells all.
    this.outbox.refresh().catch(() => {})
  }

  private get isErasing(): boolean {
    return this.choice.get().tool === 'eraser' || this.held.has('erase')
  }

  private get mayPaint(): boolean {
    const { isLoaded, isBusy } = this.status.get()
    return this.options.mayPaint && isLoaded && !isBusy
  }

  private down(event: PointerEvent): void {
    if (event.target instanceof Element && event.target.closest('.navigator')) return
    this.host.focus({ preventScroll: true })
    event.preventDefault()
    this.host.setPointerCapture(event.pointerId)
    this.pointer = event
    if (event.pointerType === 'touch') {
      this.fingers.set(event.pointerId, event)
      return
    }
    const { tool } = this.choice.get()
    if (event.button === 1 || (event.button === 0 && (tool === 'move' || this.held.has('pan')))) {
      this.isPanning = true
      this.drawOverlay()
      return
    }
    const isPenEraser = event.button === 5
    if ((event.button !== 0 && !isPenEraser) || !this.mayPaint) return
    const point = this.easel.toPhoto(event.clientX, event.clientY)
    if (tool === 'polygon') this.addCorner(point, event)
    else if (tool === 'bucket') void this.pour(point)
    else this.begin(point, isPenEraser)
  }

  private move(event: PointerEvent): void {
    const before = this.pointer
    if (this.fingers.has(event.pointerId)) return this.moveFinger(event)
    this.pointer = event
    if (this.isPanning && before) {
      this.easel.panBy(event.clientX - before.clientX, event.clientY - before.clientY)
    } else if (this.brush) {
      const samples = event.getCoalescedEvents?.() ?? []
      for (const { clientX, clientY } of samples.length > 0 ? samples : [event]) {
        this.brush.to(this.easel.toPhoto(clientX, clientY))
      }
      this.brush.stroke.show()
    }
    this.drawOverlay()
    this.tellPlace()
  }

  private up(event: PointerEvent): void {
    this.fingers.delete(event.pointerId)
    this.isPanning = false
    if (this.brush) this.end()
    this.drawOverlay()
  }

  /** One finger moves the photo, two zoom it; only mouse and pen paint. */
  private moveFinger(event: PointerEvent): void {
    const before = [...this.fingers.values()]
    this.fingers.set(event.pointerId, event)
    const after = [...this.fingers.values()]
    const [from, to] = [middleOf(before), middleOf(after)]
    this.easel.panBy(to.clientX - from.clientX, to.clientY - from.clientY)
    if (after.length > 1) this.easel.zoomBy(spreadOf(after) / (spreadOf(before) || 1), to, true)
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault()
    // Shift turns a wheel sideways in most browsers.
    const turn = event.deltaY || event.deltaX
    if (event.shiftKey) {
      this.setSize(this.choice.get().size * 1.12 ** -Math.sign(turn) - Math.sign(turn) * 0.5)
      return
    }
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? turn * 33 : turn
    this.easel.zoomBy(1.0022 ** -Math.max(-300, Math.min(300, pixels)), event)
  }

  // Strokes

  private paint(isErasing: boolean): Paint {
    const { value, locked } = this.choice.get()
    return { value: isErasing ? 0 : value, locked }
  }

  private begin(point: Point, isPenEraser: boolean): void {
    const isErasing = this.isErasing || isPenEraser
    if (!isErasing && !this.maySee()) return
    this.brush = new BrushStroke(this.mask, this.paint(isErasing), this.choice.get().size)
    this.outbox.setPainting(true)
    this.brush.to(point)
    this.brush.stroke.show()
  }

  /** Painting with a class that is hidden would be painting blindly. */
  private maySee(): boolean {
    const { value, hidden, isMaskShown } = this.choice.get()
    if (!this.classes.some(({ index, deleted_at }) => index === value && !deleted_at)) {
      this.options.say('Choose a class first, in the list on the right.', true)
      return false
    }
    if (hidden.has(value)) this.choice.set({ hidden: without(hidden, value) })
    if (!isMaskShown) this.choice.set({ isMaskShown: true })
    return true
  }

  private end(): void {
    const { brush } = this
    if (!brush) return
    this.brush = null
    const { value } = brush.stroke
    this.keep(brush.stroke.finish(), value === 0 ? 'eraser' : 'brush', { size: brush.size, class: value })
    this.outbox.setPainting(false)
  }

  /** Queue an edit that is in the mask already. */
  private keep(patch: Patch, tool: string, details: Record<string, unknown>): void {
    if (isNothing(patch)) return
    this.history.did(patch)
    this.outbox.add(patch, tool, details)
    this.tellHistory()
  }

  private takeBack(what: 'undo' | 'redo'): void {
    if (this.brush || !this.mayPaint) return
    const patch = this.history[what](this.mask)
    if (patch) this.outbox.add(patch, what)
    this.tellHistory()
  }

  private tellHistory(): void {
    this.status.set({ canUndo: this.history.canUndo, canRedo: this.history.canRedo })
  }

  private addCorner(point: Point, event: PointerEvent): void {
    if (!this.isErasing && !this.maySee()) return
    const [first] = this.outline
    if (first && this.outline.length > 2) {
      const start = this.easel.fromPhoto(first)
      const box = this.host.getBoundingClientRect()
      if (Math.hypot(start.x + box.left - event.clientX, start.y + box.top - event.clientY) < 9) {
        this.closeOutline()
        return
      }
    }
    const last = this.outline.at(-1)
    // The second click of a double click is where the first was.
    if (last && Math.hypot(last.x - point.x, last.y - point.y) * this.easel.view.scale < 2) return
    this.outline.push(point)
    this.drawOverlay()
  }

  private closeOutline(): void {
    const corners = this.outline
    this.outline = []
    this.drawOverlay()
    if (corners.length < 3 || !this.mayPaint) return
    const paint = this.paint(this.isErasing)
    const stroke = new Stroke(this.mask, paint)
    stroke.startAt(corners[0]!)
    polygon(corners, this.mask.box, (y, left, right) => stroke.span(y, left, right))
    const points = corners.map(({ x, y }) => [Math.round(x * 10) / 10, Math.round(y * 10) / 10])
    this.keep(stroke.finish(), 'polygon', { class: paint.value, points: points.slice(0, 1000) })
  }

  private async pour(point: Point): Promise<void> {
    const x = Math.floor(point.x)
    const y = Math.floor(point.y)
    if (x < 0 || y < 0 || x >= this.mask.width || y >= this.mask.height) return
    if (!this.isErasing && !this.maySee()) return
    const paint = this.paint(this.isErasing)
    if (this.mask.classAt(x, y) === paint.value) return
    if (paint.locked.has(this.mask.classAt(x, y))) {
      this.options.say('This class is locked.', true)
      return
    }
    const run = (this.bucketRun = { isCancelled: false })
    this.status.set({ isBusy: true })
    this.outbox.setPainting(true)
    const spans: number[] = []
    try {
      const rows = area(this.mask, x, y, (row, left, right) => spans.push(row, left, right))
      let until = performance.now() + 8
      for (let step = rows.next(); !step.done; step = rows.next()) {
        if (performance.now() < until) continue
        await new Promise((go) => setTimeout(go))
        until = performance.now() + 8
        if (run.isCancelled) return
      }
      const stroke = new Stroke(this.mask, paint)
      stroke.startAt(point)
      for (let i = 0; i < spans.length; i += 3) stroke.span(spans[i]!, spans[i + 1]!, spans[i + 2]!)
      this.keep(stroke.finish(), 'bucket', { class: paint.value, at: [x, y] })
    } catch (error) {
      if (!(error instanceof TooLarge)) throw error
      this.options.say(error.message, true)
    } finally {
      this.status.set({ isBusy: false })
      this.outbox.setPainting(false)
      this.bucketRun = null
    }
  }

  private cancel(): void {
    if (this.bucketRun) this.bucketRun.isCancelled = true
    if (this.brush) {
      this.brush.stroke.cancel()
      this.brush = null
      this.outbox.setPainting(false)
    }
    this.outline = []
    this.drawOverlay()
  }

  // Keys

  private keyDown(event: KeyboardEvent): void {
    if (isTyping(event.target) || document.querySelector('[role=dialog]')) return
    const binding = bindingOf(event)
    if (!binding) return
    const isOnCanvas = event.target === this.host || event.target === document.body
    // On a button or a slider these keys have their own meaning.
    if (!isOnCanvas && ['Enter', ' ', 'Tab', 'Backspace'].includes(event.key)) return
    if (event.key === 'Tab' && event.shiftKey) return
    event.preventDefault()
    if ('hold' in binding) this.hold(binding.hold, true)
    else if ('action' in binding && !(event.repeat && !REPEATING.has(binding.action))) {
      this.act(binding.action, event.code.startsWith('Digit') ? event.code.slice(5) : event.key)
    }
  }

  private keyUp(event: KeyboardEvent): void {
    const binding = bindingOf(event)
    if (binding && 'hold' in binding) this.hold(binding.hold, false)
  }

  private letGo(): void {
    for (const hold of [...this.held]) this.hold(hold, false)
  }

  private hold(what: Hold, isDown: boolean): void {
    if (this.held.has(what) === isDown) return
    if (isDown) this.held.add(what)
    else this.held.delete(what)
    if (what === 'peek') this.applyChoice()
    this.status.set({ isErasing: this.held.has('erase') })
    this.drawOverlay()
  }

  // What is drawn over the mask

  private drawOverlay(): void {
    const { tool, size } = this.choice.get()
    const isMoving = tool === 'move' || this.held.has('pan') || this.isPanning
    const point = this.pointer ? this.easel.toPhoto(this.pointer.clientX, this.pointer.clientY) : null
    const isBrush = (tool === 'brush' || tool === 'eraser') && !isMoving && this.options.mayPaint
    this.host.style.cursor = isMoving
      ? this.isPanning
        ? 'grabbing'
        : 'grab'
      : isBrush
        ? 'none'
        : 'crosshair'
    const scale = this.easel.view.scale / devicePixelRatio
    if (isBrush && point) {
      this.overlay.showBrush(this.easel.fromPhoto(snapped(point, size)), size, scale, this.isErasing)
    } else {
      this.overlay.hideBrush()
    }
    const corners = point && this.outline.length > 0 && !isMoving ? [...this.outline, point] : this.outline
    this.overlay.showOutline(corners.map((corner) => this.easel.fromPhoto(corner)))
  }

  /** Tell where the cursor is, a few times a second: a person cannot read faster. */
  private tellPlace(): void {
    const now = performance.now()
    if (!this.pointer || now - this.toldAt < 60) return
    this.toldAt = now
    const { x, y } = this.easel.toPhoto(this.pointer.clientX, this.pointer.clientY)
    const at = { x: Math.floor(x), y: Math.floor(y) }
    const isOn = at.x >= 0 && at.y >= 0 && at.x < this.mask.width && at.y < this.mask.height
    this.status.set(isOn ? { at, under: this.mask.classAt(at.x, at.y) } : { at: null, under: 0 })
  }
}

const REPEATING: ReadonlySet<Action> = new Set([
  'smaller',
  'larger',
  'muchSmaller',
  'muchLarger',
  'zoomIn',
  'zoomOut',
  'undo',
  'redo',
  'back',
] as const)

/** Brush sizes go by ones at first, by tens later. */
const stepOf = (size: number): number => (size < 20 ? 1 : size < 100 ? 5 : size < 400 ? 10 : 50)

const without = (set: ReadonlySet<number>, value: number) => new Set([...set].filter((one) => one !== value))

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target instanceof HTMLInputElement)
    return !['range', 'radio', 'checkbox', 'button'].includes(target.type)
  return target.isContentEditable || ['TEXTAREA', 'SELECT'].includes(target.tagName)
}

function warnOfUnsent(outbox: Outbox) {
  return (event: BeforeUnloadEvent) => {
    if (outbox.unsent === 0 && [...leftBehind.values()].every((other) => other.outbox.unsent === 0)) return
    event.preventDefault()
  }
}

type Place = { clientX: number; clientY: number }

function middleOf(places: readonly Place[]): Place {
  const sum = (pick: (place: Place) => number) => places.reduce((total, place) => total + pick(place), 0)
  return {
    clientX: sum((place) => place.clientX) / places.length,
    clientY: sum((place) => place.clientY) / places.length,
  }
}

function spreadOf([a, b]: readonly Place[]): number {
  return a && b ? Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY) : 1
}

const REMEMBERED = 'catenary-painter'

/** How the person last painted, on whatever photo. Classes are per project, so they are not remembered. */
function rememberedChoice(classes: readonly LabelClass[]): Choice {
  const living = classes.filter(({ deleted_at }) => !deleted_at)
  const start: Choice = {
    tool: 'brush',
    size: 40,
    value: living[0]?.index ?? 0,
    swap: living[1]?.index ?? 0,
    opacity: 0.45,
    isMaskShown: true,
    brightness: 1,
    contrast: 1,
    hidden: new Set(),
    locked: new Set(),
  }
  try {
    const kept = JSON.parse(localStorage.getItem(REMEMBERED) ?? '{}') as Partial<Choice>
    if (typeof kept.size === 'number' && kept.size >= LEAST_SIZE && kept.size <= MOST_SIZE)
      start.size = kept.size
    if (typeof kept.opacity === 'number' && kept.opacity > 0 && kept.opacity <= 1)
      start.opacity = kept.opacity
  } catch {
    // Another version's or a damaged note: start afresh.
  }
  return start
}

function remember({ size, opacity }: Choice): void {
  try {
    localStorage.setItem(REMEMBERED, JSON.stringify({ size, opacity }))
  } catch {
    // A browser that keeps nothing paints all the same.
  }
}
