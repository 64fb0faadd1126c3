/** What the canvas and the panel share of the talk about a photo: pins, the comment being written, the one read. */

import type { Choice, Tool } from '../canvas/choice'
import { Store } from '../canvas/store'
import type { Point } from '../painting/box'

/** A comment at a place, with the number it has in the list. */
export type Pin = { id: number; number: number; at: Point; isResolved: boolean }

export type Draft = {
  text: string
  /** null: about the whole photo. */
  at: Point | null
  /** Whether it returns the photo. */
  isReturn: boolean
}

type Talking = {
  draft: Draft | null
  /** The comment that is read. */
  open: number | null
  pins: readonly Pin[]
  /** Grows whenever the server says that there is something new to ask for. */
  news: number
}

/** Clicks this near to a pin mean the pin, in CSS pixels. */
export const NEAR_PX = 14

export class Talk extends Store<Talking> {
  private before: Tool = 'brush'

  constructor(
    private readonly choice: Store<Choice>,
    private readonly mayPaint: () => boolean,
  ) {
    super({ draft: null, open: null, pins: [], news: 0 })
    choice.subscribe(() => {
      const { tool } = choice.get()
      if (tool !== 'comment') this.before = tool
    })
  }

  /** Somebody said something, or moved the photo on. */
  hear(): void {
    this.set({ news: this.get().news + 1 })
  }

  /** Begin a comment, or go on with the one begun. */
  write(change: Partial<Draft> = {}): void {
    const draft = this.get().draft ?? { text: '', at: null, isReturn: false }
    this.set({ draft: { ...draft, ...change } })
    this.choice.set({ panel: 'talk' })
  }

  drop(): void {
    this.set({ draft: null })
  }

  /** Have a place clicked. */
  point(): void {
    this.choice.set({ tool: 'comment' })
  }

  /** Back to what one was doing before pointing at places. */
  putAway(): void {
    if (this.choice.get().tool === 'comment')
      this.choice.set({ tool: this.mayPaint() ? this.before : 'move' })
  }

  read(id: number | null): void {
    this.set({ open: id })
    if (id !== null) this.choice.set({ panel: 'talk' })
  }

  /** A place was clicked: the pin that is there, or where the comment belongs. distance: from a pin in CSS pixels. */
  placed(at: Point, distance: (pin: Pin) => number): void {
    const { pins, draft } = this.get()
    const near = pins.map((pin) => ({ pin, far: distance(pin) })).filter(({ far }) => far <= NEAR_PX)
    near.sort((one, other) => one.far - other.far)
    if (near[0] && !draft) this.read(near[0].pin.id)
    else this.write({ at: { x: Math.round(at.x * 10) / 10, y: Math.round(at.y * 10) / 10 } })
    this.putAway()
  }
}
