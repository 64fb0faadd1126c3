/** Mouse, pen and fingers: who pans, who zooms, and who holds the pen. */

import type { Easel } from './easel'
import type { Press, Sample } from './tools/hand'

export type Pen = {
  down: (at: Sample, press: Press) => void
  drag: (samples: readonly Sample[], press: Press) => void
  up: (at: Sample, press: Press) => void
  hover: (at: Sample, press: Press) => void
  leave: () => void
  /** Whether modifiers are held, with every move: a key let go of in another window is not told. */
  modified: (shift: boolean, ctrl: boolean) => void
  /** What the pointer would do changed, or the photo moved under it. */
  refresh: () => void
  /** Dragged sideways with Alt and the right button, by CSS pixels. */
  stretch: (dx: number) => void
  /** The wheel turned with Shift held; positive is away from the person. */
  size: (turn: number) => void
}

export type Manners = {
  /** Whether the main button moves the photo now. */
  isMoving: () => boolean
  isErasing: () => boolean
}

type Place = { clientX: number; clientY: number }

/** What the pointer did since the last frame: where it came by, and how far it went. */
type Moves = { samples: Sample[]; press: Press; dx: number; dy: number; turn: number }

const DOUBLE_CLICK_MS = 400
const DOUBLE_CLICK_PX = 5
/** A mouse has no pressure: it draws as a pen that presses as hard as it can. */
const MOUSE_PRESSURE = 1

export class Pointer {
  /** Where it is, while it is over the stage. */
  at: Place | null = null
  isPanning = false
  /** The pointer that draws, moves the photo or changes the brush; others are ignored meanwhile. */
  private holder: number | null = null
  private isDown = false
  private isStretching = false
  private readonly fingers = new Map<number, Place>()
  private lastDown = { time: 0, x: 0, y: 0, count: 0 }
  /** A fast pointer tells several moves a frame, and only the frame is seen: they are acted on together. */
  private moves: Moves | null = null

  constructor(
    private readonly host: HTMLElement,
    private readonly easel: Easel,
    private readonly pen: Pen,
    private readonly manners: Manners,
    signal: AbortSignal,
  ) {
    easel.beforeFrame = () => this.catchUp()
    const on = <K extends keyof HTMLElementEventMap>(
      name: K,
      hear: (event: HTMLElementEventMap[K]) => void,
      passive = true,
    ) => host.addEventListener(name, hear, { signal, passive })
    on('pointerdown', (event) => this.down(event), false)
    on('pointermove', (event) => {
      // Nobody above needs it, and the page's framework would look for listeners at each.
      event.stopPropagation()
      this.move(event)
    })
    on('mousemove', (event) => event.stopPropagation())
    on('pointerup', (event) => this.up(event))
    on('pointercancel', (event) => this.up(event))
    on('lostpointercapture', (event) => this.up(event))
    on('pointerleave', () => {
      if (this.isDown) return
      this.moves = null
      this.at = null
      pen.leave()
    })
    on('wheel', (event) => this.wheel(event), false)
    on('contextmenu', (event) => event.preventDefault(), false)
  }

  sample(event: Place & { pressure?: number; pointerType?: string }): Sample {
    const { x, y } = this.easel.toPhoto(event.clientX, event.clientY)
    return {
      x,
      y,
      pressure: event.pointerType === 'pen' ? (event.pressure ?? MOUSE_PRESSURE) : MOUSE_PRESSURE,
    }
  }

  /** A stroke was given up: the rest of the drag paints nothing. */
  letGo(): void {
    this.isDown = false
    this.moves = null
  }

  /** Act on the moves that wait for the next frame. Before anything that depends on where the pointer went. */
  catchUp(): void {
    const { moves } = this
    if (!moves) return
    this.moves = null
    if (this.isPanning) this.easel.panBy(moves.dx, moves.dy)
    else if (this.isStretching) this.pen.stretch(moves.turn)
    else if (this.isDown) this.pen.drag(moves.samples, moves.press)
    else this.pen.hover(moves.samples.at(-1)!, moves.press)
    this.pen.refresh()
  }

  /** Whether a pointer is down that draws, moves the photo or changes the brush. */
  get isBusy(): boolean {
    return this.isDown || this.isPanning || this.isStretching
  }

  private down(event: PointerEvent): void {
    if (event.target instanceof Element && event.target.closest('.navigator')) return
    this.host.focus({ preventScroll: true })
    event.preventDefault()
    // A palm beside a pen that draws, a mouse beside a pen.
    if (this.isBusy) return
    this.catchUp()
    this.host.setPointerCapture(event.pointerId)
    this.at = event
    if (event.pointerType === 'touch') {
      this.fingers.set(event.pointerId, event)
      return
    }
    this.holder = event.pointerId
    // A palm that came before its pen: it no longer moves the photo.
    this.fingers.clear()
    if (event.button === 1 || (event.button === 0 && this.manners.isMoving())) {
      this.isPanning = true
      this.pen.refresh()
      return
    }
    if (event.button === 2 && event.altKey) {
      this.isStretching = true
      return
    }
    const isPenEraser = event.button === 5
    if (event.button !== 0 && !isPenEraser) return
    this.isDown = true
    this.pen.down(this.sample(event), this.press(event, isPenEraser, this.count(event)))
  }

  private move(event: PointerEvent): void {
    const before = this.at ?? event
    if (this.fingers.has(event.pointerId)) return this.moveFinger(event)
    if (this.isBusy && event.pointerId !== this.holder) return
    this.at = event
    this.pen.modified(event.shiftKey, event.ctrlKey || event.metaKey)
    const press = this.press(event)
    const moves = (this.moves ??= { samples: [], press, dx: 0, dy: 0, turn: 0 })
    moves.press = press
    moves.dx += event.clientX - before.clientX
    moves.dy += event.clientY - before.clientY
    moves.turn += event.movementX
    const events = (this.isDown && event.getCoalescedEvents?.()) || []
    for (const one of events.length > 0 ? events : [event]) moves.samples.push(this.sample(one))
    // The brush stays where it was, so that its growing can be seen.
    if (this.isStretching) this.at = before
    this.easel.request()
  }

  private up(event: PointerEvent): void {
    this.catchUp()
    if (this.fingers.delete(event.pointerId)) return this.pen.refresh()
    if (this.isBusy && event.pointerId !== this.holder) return
    this.isPanning = false
    this.isStretching = false
    if (this.isDown) {
      this.isDown = false
      this.pen.up(this.sample(event), this.press(event))
    }
    this.pen.refresh()
  }

  private press(event: PointerEvent, isPenEraser = false, count = 1): Press {
    return {
      isErasing: isPenEraser || this.manners.isErasing(),
      shift: event.shiftKey,
      ctrl: event.ctrlKey || event.metaKey,
      count,
    }
  }

  /** Pointer events do not count clicks. */
  private count({ timeStamp, clientX, clientY }: PointerEvent): number {
    const { time, x, y, count } = this.lastDown
    const isNear = Math.hypot(clientX - x, clientY - y) <= DOUBLE_CLICK_PX
    const again = timeStamp - time <= DOUBLE_CLICK_MS && isNear ? count + 1 : 1
    this.lastDown = { time: timeStamp, x: clientX, y: clientY, count: again }
    return again
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
    if (event.shiftKey) return this.pen.size(-Math.sign(turn))
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? turn * 33 : turn
    this.easel.zoomBy(1.0022 ** -Math.max(-300, Math.min(300, pixels)), event)
  }
}

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
