/** The easel with somebody at it: hands pointer and keys to the tool in use, and keeps mask, view and server together. */

import { t } from '../../shared/texts'
import type { Point } from '../painting/box'
import type { Action, Hold } from '../painting/keys'
import { Mask } from '../painting/mask'
import {
  allowedSize,
  type Choice,
  PANEL_IDS,
  type PanelId,
  remember,
  rememberedChoice,
  stepOf,
  type Tool,
  TOOLS,
  without,
} from './choice'
import { Desk } from './desk'
import { Disagreements } from './disagreements'
import { Easel } from './easel'
import { GridLayer } from './gridLayer'
import { Keyboard } from './keyboard'
import { KeyPen } from './keyPen'
import { Layers } from './layers'
import { type LabelClass, lookOf } from './look'
import { Minimap } from './minimap'
import { Overlay } from './overlay'
import { Past } from './past'
import { Pointer } from './pointer'
import { Postbox } from './postbox'
import { Presence } from './presence'
import type { PhotoSource } from './photoSource'
import { atFirst, type Status } from './status'
import { Store } from './store'
import { Walker } from './walker'
import { Who } from './who'
import { entryOf } from './tools'
import { nextOver } from './toolSettings'
import type { Hand, Press, Sample } from './tools/hand'

/** Actions the page takes, not the canvas. */
export type PageAction = 'previous' | 'next' | 'help'

export type PainterOptions = {
  photo: PhotoSource
  classes: readonly LabelClass[]
  user: number
  mayPaint: boolean
  /** Say something to the person. */
  say: (sentence: string, isProblem: boolean) => void
  act: (action: PageAction) => void
}

const POLL_MS = 5000
/** While news comes by itself. */
const CALM_POLL_MS = 30_000
const RETRY_MS = 3000
/** A person cannot read a place faster than this. */
const TELL_MS = 60
/** And while it draws: every change of the page far from the brush has the browser put together all that lies between. */
const TELL_DRAWING_MS = 300

export class Painter {
  readonly choice: Store<Choice>
  readonly status = new Store<Status>(atFirst)
  readonly easel: Easel
  readonly layers: Layers
  readonly desk: Desk
  readonly mask: Mask
  /** The photo as it was. */
  readonly past: Past
  /** Who painted the pixel under the pointer. */
  readonly who: Who
  /** Who else is here. */
  readonly presence: Presence
  /** Pixels that somebody else and I changed differently. */
  readonly disagreements: Disagreements

  private classes: readonly LabelClass[]
  private readonly overlay: Overlay
  private readonly postbox: Postbox
  private readonly stop = new AbortController()
  private readonly keyboard: Keyboard
  private readonly pointer: Pointer
  private readonly keyPen: KeyPen
  private readonly grid: GridLayer
  private readonly minimap: Minimap
  private readonly walker: Walker
  private readonly hands = new Map<Tool, Hand>()
  private tool: Tool
  private toldAt = 0
  private tellTimer = 0
  private askedAt = 0
  private isPenDown = false
  /** Why nobody may paint on this photo now; '' when one may. */
  private lock = ''

  constructor(
    private readonly host: HTMLElement,
    private readonly options: PainterOptions,
  ) {
    const { photo, classes } = options
    const { signal } = this.stop
    this.classes = classes
    this.choice = new Store(rememberedChoice(classes))
    if (!options.mayPaint) this.choice.set({ tool: 'move' })
    this.tool = this.choice.get().tool
    this.mask = new Mask(photo.width, photo.height)
    this.easel = new Easel(host, photo, this.mask)
    this.layers = new Layers(host, () => this.easel.view)
    this.overlay = new Overlay(host, (ring) => this.easel.showRing(ring))
    this.postbox = new Postbox(this.mask, {
      image: photo.image,
      user: options.user,
      onState: (save) => this.status.set({ save }),
      onRefused: (sentence) => options.say(t('unsent:not_taken', { sentence }), true),
      onParked: (parked) => this.status.set({ parked }),
    })
    const { outbox } = this.postbox
    this.desk = new Desk(
      host,
      this.mask,
      this.easel,
      outbox,
      this.choice,
      this.status,
      this.overlay,
      this.layers,
      { classes: () => this.classes, mayPaint: () => this.mayPaint, say: options.say },
    )
    this.past = new Past(this.desk, () => this.pastChanged())
    this.who = new Who(this.desk)
    this.keyPen = new KeyPen(host, this.easel, this.layers)
    this.grid = new GridLayer(this.layers, photo)
    this.minimap = new Minimap(this.easel, photo.image, (seen) => this.status.set({ seen }))
    this.walker = new Walker(this.easel)
    this.keyboard = new Keyboard(
      host,
      {
        act: (action, key) => {
          this.pointer.catchUp()
          this.act(action, key)
        },
        hold: (what) => this.holdChanged(what),
        modified: ({ shift, ctrl }) => this.modified(shift, ctrl),
      },
      signal,
    )
    this.pointer = new Pointer(
      host,
      this.easel,
      {
        down: (at, press) => {
          this.liftPen()
          this.down(at, press)
        },
        drag: (samples, press) => this.hand.drag?.(samples, press),
        up: (at, press) => this.hand.up?.(at, press),
        hover: (at, press) => this.hand.hover?.(at, press),
        leave: () => this.left(),
        modified: (shift, ctrl) => this.modified(shift, ctrl),
        refresh: () => {
          // While the pen of the keyboard draws, a nudge of the mouse takes nothing from it.
          if (!this.isPenDown) this.keyPen.rest()
          this.pointerMoved()
        },
        stretch: (dx) => this.setSize(this.choice.get().size * 1.01 ** dx + dx * 0.1),
        size: (turn) => this.setSize(this.choice.get().size * 1.12 ** turn + turn * 0.5),
      },
      { isMoving: () => this.isMoving, isErasing: () => this.isErasing },
      signal,
    )
    this.presence = new Presence(host, {
      image: photo.image,
      user: options.user,
      easel: this.easel,
      layers: this.layers,
      status: this.status,
      tool: () => this.tool,
      // What cannot be fetched now is asked for again soon.
      onSeq: (seq) => void outbox.hear(seq).catch(() => {}),
      onTalk: () => this.desk.talk.hear(),
    })
    this.disagreements = new Disagreements(this.postbox.disputes, this.desk)
    this.easel.onView(() => {
      this.status.set({ scale: this.easel.view.scale, walk: this.walker.where() })
      this.layers.follow()
      this.pointerMoved()
    })
    this.choice.subscribe(() => this.applyChoice())
    this.applyChoice()
    this.listen()
    void this.open()
  }

  private async open(): Promise<void> {
    await this.postbox.takeOver()
    while (!(await this.fetchMask())) {
      await new Promise((go) => setTimeout(go, RETRY_MS))
      if (this.stop.signal.aborted) return
    }
    await this.easel.ready()
    if (this.stop.signal.aborted) return
    this.status.set({ isLoaded: true })
    this.host.dataset.ready = 'true'
    await this.desk.steps.open()
  }

  private async fetchMask(): Promise<boolean> {
    try {
      await this.postbox.outbox.open()
      return true
    } catch (error) {
      if (this.stop.signal.aborted) return true
      const sentence = error instanceof Error ? error.message : String(error)
      this.options.say(t('canvas:not_fetched', { sentence }), true)
      return false
    }
  }

  private listen(): void {
    const { signal } = this.stop
    const { outbox } = this.postbox
    window.addEventListener('focus', () => this.refresh(), { signal })
    window.addEventListener(
      'online',
      () => {
        outbox.flush()
        this.refresh()
      },
      { signal },
    )
    const timer = setInterval(() => this.poll(), POLL_MS)
    signal.addEventListener('abort', () => clearInterval(timer))
  }

  private poll(): void {
    const isCalm = this.presence.isConnected && !this.postbox.outbox.isBehind
    if (!isCalm || performance.now() - this.askedAt >= CALM_POLL_MS) this.refresh()
  }

  /** Ask whether others painted. */
  refresh(): void {
    if (document.visibilityState !== 'visible' || !this.status.get().isLoaded) return
    this.askedAt = performance.now()
    // Not being able to ask is no news: the next answer tells all.
    this.postbox.outbox.refresh().catch(() => {})
  }

  dispose(): void {
    this.desk.stopRun()
    this.hand.cancel()
    this.stop.abort()
    clearTimeout(this.tellTimer)
    delete this.host.dataset.ready
    for (const hand of this.hands.values()) hand.dispose?.()
    this.desk.objects.dispose()
    this.overlay.dispose()
    this.minimap.dispose()
    this.who.dispose()
    this.presence.dispose()
    this.layers.dispose()
    this.easel.dispose()
    this.postbox.leave()
  }

  setClasses(classes: readonly LabelClass[]): void {
    this.classes = classes
    this.applyChoice()
  }

  /** The photo was submitted or accepted, or '' when it may be painted on: what waits is tried again. */
  setLocked(reason: string): void {
    if (reason === this.lock) return
    this.lock = reason
    if (!reason) this.postbox.outbox.flush()
    this.showHand()
  }

  private get mayPaint(): boolean {
    return this.options.mayPaint && !this.lock && !this.past.isOpen
  }

  /** Give up the strokes that the server has not taken. */
  discardUnsent(): void {
    void this.postbox.outbox.discard()
  }

  /** Send a stroke again that was not taken. */
  async tryAgain(uuid: string): Promise<void> {
    const isLeft = await this.postbox.outbox.tryAgain(uuid)
    if (!isLeft) this.desk.say(t('unsent:painted_over'), false)
  }

  /** Give up a stroke that was not taken. */
  discardParked(uuid: string): void {
    void this.postbox.outbox.discardParked(uuid)
  }

  pick(value: number): void {
    const { value: before, tool } = this.choice.get()
    if (value === before) return
    this.choice.set({ value, swap: before, tool: tool === 'eraser' || tool === 'move' ? 'brush' : tool })
  }

  setSize(size: number): void {
    this.choice.set({ size: allowedSize(size) })
  }

  undo(): void {
    this.takeBack('undo')
  }

  redo(): void {
    this.takeBack('redo')
  }

  act(action: Action, key = ''): void {
    if (action === 'cancel' && this.past.back()) return
    if (this.hand.act?.(action, key)) return
    if (!this.hand.isUnderWay?.() && this.desk.objects.act(action)) return
    if (isPanel(action)) {
      return this.choice.set({ panel: this.choice.get().panel === action ? 'paint' : action })
    }
    if (action === 'pick' && this.pickUnderPointer()) return
    if (isTool(action)) return this.choice.set({ tool: action })
    const { size, isMaskShown, isGridShown, isSolo, swap } = this.choice.get()
    switch (action) {
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
      case 'shape':
        this.choice.set({ shape: this.choice.get().shape === 'round' ? 'square' : 'round' })
        break
      case 'over':
        this.choice.set({ over: nextOver(this.choice.get().over) })
        break
      case 'overlay':
        this.choice.set({ isMaskShown: !isMaskShown })
        break
      case 'solo':
        this.choice.set({ isSolo: !isSolo, isMaskShown: true })
        break
      case 'grid':
        this.choice.set({ isGridShown: !isGridShown })
        break
      case 'fullScreen':
        void toggleFullScreen()
        break
      case 'walk':
      case 'walkBack':
        if (this.walker.step(action === 'walk' ? 1 : -1)) this.desk.say(t('view:walked_round'), false)
        break
      case 'penLeft':
      case 'penRight':
      case 'penUp':
      case 'penDown':
        this.movePen(action)
        break
      case 'penPress':
        this.pressPen()
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
        this.postbox.outbox.flush()
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

  /** Take the class under the pointer at once, without changing tools first. */
  private pickUnderPointer(): boolean {
    const at = this.pointedAt()
    const found = at && this.desk.classUnder(at)
    if (found) this.pick(found)
    return Boolean(found)
  }

  private pickBy(isIt: (one: LabelClass) => boolean): void {
    const found = this.classes.find((one) => !one.deleted_at && isIt(one))
    if (found) this.pick(found.index)
  }

  private takeBack(what: 'undo' | 'redo'): void {
    if (!this.hand.isUnderWay?.()) this.desk.takeBack(what)
    // Of an outline that is being drawn, what it has so far.
    else if (what === 'undo') this.hand.act?.('back', '')
  }

  private cancel(): void {
    this.desk.stopRun()
    this.pointer.letGo()
    this.isPenDown = false
    this.hand.cancel()
    this.showHand()
  }

  private applyChoice(): void {
    const choice = this.choice.get()
    const isShown = choice.isMaskShown && !this.keyboard.held.has('peek')
    const hidden = choice.isSolo ? without(new Set(ALL_CLASSES), choice.value) : choice.hidden
    this.easel.setLook(lookOf(this.classes, hidden, isShown ? choice.opacity : 0))
    this.easel.setFilter(choice.brightness, choice.contrast, choice.gamma)
    this.grid.show(choice.isGridShown)
    if (choice.tool !== this.tool) {
      this.hand.cancel()
      this.hand.show?.(null)
      this.isPenDown = false
      this.tool = choice.tool
    }
    this.showHand()
    remember(choice)
  }

  // The tool in use

  private get hand(): Hand {
    if (this.past.isChoosing) return this.past
    let hand = this.hands.get(this.tool)
    if (!hand) this.hands.set(this.tool, (hand = entryOf(this.tool).make(this.desk)))
    return hand
  }

  private get isMoving(): boolean {
    // What was cannot be painted on: there the pointer moves the photo.
    const isLooking = this.past.isOpen && !this.past.isChoosing
    return isLooking || this.keyboard.held.has('pan') || this.pointer.isPanning
  }

  private get isErasing(): boolean {
    return this.tool === 'eraser' || this.keyboard.held.has('erase')
  }

  private down(at: Sample, press: Press): void {
    if (this.past.isChoosing) return this.past.down(at)
    const { paints } = entryOf(this.tool)
    if (paints ? this.desk.mayPaint : this.status.get().isLoaded) this.hand.down(at, press)
  }

  /** While the key is held, and not in the past: the server knows who made the pixels that are now. */
  private lookWho(): void {
    this.who.look(this.keyboard.held.has('who') && !this.past.isOpen ? this.pointedAt() : null)
  }

  private pastChanged(): void {
    this.hands.get(this.tool)?.cancel()
    this.lookWho()
    this.applyChoice()
  }

  private left(): void {
    this.status.set({ at: null })
    this.lookWho()
    this.showHand()
  }

  private pointerMoved(): void {
    this.showHand()
    this.lookWho()
    this.tellPlace()
  }

  private holdChanged(what: Hold): void {
    this.pointer.catchUp()
    if (what === 'peek') this.applyChoice()
    if (what === 'who') this.lookWho()
    const { held } = this.keyboard
    this.status.set({ isErasing: held.has('erase'), holding: [...held.keys()].at(-1) ?? null })
    this.showHand()
  }

  private modified(shift: boolean, ctrl: boolean): void {
    const { isShiftHeld, isCtrlHeld } = this.status.get()
    if (shift === isShiftHeld && ctrl === isCtrlHeld) return
    this.status.set({ isShiftHeld: shift, isCtrlHeld: ctrl })
    this.hand.modified?.({ isErasing: this.isErasing, shift, ctrl, count: 1 })
    this.showHand()
  }

  /** Let the tool show what it would do where the pointer is. */
  private showHand(): void {
    const isIdle = this.isMoving || (entryOf(this.tool).paints && !this.mayPaint)
    this.host.style.cursor = this.isMoving
      ? this.pointer.isPanning
        ? 'grabbing'
        : 'grab'
      : isIdle
        ? 'crosshair'
        : (this.hand.cursor?.() ?? 'crosshair')
    this.hand.show?.(isIdle ? null : this.pointedAt())
  }

  // The pen led by the keyboard

  private movePen(action: keyof typeof PEN_STEPS): void {
    const [dx, dy] = PEN_STEPS[action]
    const box = this.host.getBoundingClientRect()
    const { at } = this.pointer
    const from = at && { x: at.clientX - box.left, y: at.clientY - box.top }
    this.keyPen.move(dx, dy, this.status.get().isShiftHeld, from)
    const place = this.keyPen.place
    if (!place) return
    this.pointer.at = place
    const sample = this.pointer.sample(place)
    if (this.isPenDown) this.hand.drag?.([sample], this.keyPress)
    else this.hand.hover?.(sample, this.keyPress)
    this.pointerMoved()
  }

  private pressPen(): void {
    if (!this.keyPen.at) this.movePen('penStay')
    const place = this.keyPen.place
    if (!place) return
    if (this.pointer.isBusy) return
    const sample = this.pointer.sample(place)
    // Tools that act where one clicks have no pen to lift.
    this.isPenDown = !this.isPenDown && this.hand.up !== undefined
    if (this.isPenDown || !this.hand.up) this.down(sample, this.keyPress)
    else this.hand.up?.(sample, this.keyPress)
    this.pointerMoved()
  }

  /** What the keyboard draws ends where its pen is: somebody draws with mouse or pen now. */
  private liftPen(): void {
    const place = this.keyPen.place
    if (!this.isPenDown || !place) return
    this.isPenDown = false
    this.hand.up?.(this.pointer.sample(place), this.keyPress)
    this.keyPen.rest()
  }

  private get keyPress(): Press {
    const { isShiftHeld, isCtrlHeld } = this.status.get()
    return { isErasing: this.isErasing, shift: isShiftHeld, ctrl: isCtrlHeld, count: 1 }
  }

  private pointedAt(): Point | null {
    const { at } = this.pointer
    return at && this.easel.toPhoto(at.clientX, at.clientY)
  }

  /** Tell where the pointer is, a few times a second. */
  private tellPlace(): void {
    const rest = this.toldAt + (this.pointer.isBusy ? TELL_DRAWING_MS : TELL_MS) - performance.now()
    if (rest > 0) {
      // Where it comes to rest is told, too.
      this.tellTimer ||= window.setTimeout(() => {
        this.tellTimer = 0
        this.tellPlace()
      }, Math.ceil(rest))
      return
    }
    clearTimeout(this.tellTimer)
    this.tellTimer = 0
    const point = this.pointedAt()
    if (!point) return
    this.toldAt = performance.now()
    const at = { x: Math.floor(point.x), y: Math.floor(point.y) }
    this.status.set(
      this.desk.isOnPhoto(at)
        ? { at, under: (this.past.mask ?? this.mask).classAt(at.x, at.y) }
        : { at: null, under: 0 },
    )
  }
}

const ALL_CLASSES = Array.from({ length: 255 }, (_, value) => value)

const PEN_STEPS = {
  penLeft: [-1, 0],
  penRight: [1, 0],
  penUp: [0, -1],
  penDown: [0, 1],
  penStay: [0, 0],
} as const

async function toggleFullScreen(): Promise<void> {
  // A browser may refuse, in a frame for instance; there is nothing to be done about it.
  if (document.fullscreenElement) await document.exitFullscreen().catch(() => {})
  else await document.documentElement.requestFullscreen().catch(() => {})
}

const isPanel = (action: Action): action is Action & PanelId =>
  (PANEL_IDS as readonly string[]).includes(action)

const isTool = (action: Action): action is Action & Tool => (TOOLS as readonly string[]).includes(action)
