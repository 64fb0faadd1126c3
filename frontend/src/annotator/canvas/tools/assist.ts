/** Box or scribble in, mask out: the server proposes, strokes correct, Enter accepts. */

import { Problem } from '../../../shared/api'
import { t } from '../../../shared/texts'
import { outlinePath } from '../../painting/bitmap'
import type { Box, Point } from '../../painting/box'
import type { Action } from '../../painting/keys'
import { filledPath, isNothingProposed, type ProposedMask, spansProposed } from '../../painting/proposal'
import { Stroke } from '../../painting/stroke'
import type { Desk } from '../desk'
import { hint } from '../keymap'
import { type Layer, type Sheet, svg } from '../layers'
import { askFor, chosenProposer } from '../proposers'
import type { Hand, Press, Sample } from './hand'

/** A scribble's width, in CSS pixels. */
const SCRIBBLE_PX = 8
/** The hand does not mean anything finer than this, in CSS pixels. */
const STEP_PX = 2
/** A box smaller than this on the screen is a click. */
const LEAST_BOX_PX = 4

type Scribble = { points: Point[]; width: number; isPlus: boolean }
type Drag = { kind: 'box'; from: Point; to: Point } | { kind: 'scribble'; scribble: Scribble }

export class AssistHand implements Hand {
  private box: Box | null = null
  private scribbles: Scribble[] = []
  private dragged: Drag | null = null
  private proposal: ProposedMask | null = null
  private asking: AbortController | null = null
  private readonly layer: Layer
  private shape: SVGElement | null = null

  constructor(private readonly desk: Desk) {
    this.layer = desk.layers.add((group, sheet) => this.draw(group, sheet))
  }

  down(at: Sample, press: Press): void {
    if (!this.desk.maySee()) return
    const place = { x: at.x, y: at.y }
    if (press.ctrl || (!this.isUnderWay() && !press.shift && !press.isErasing)) {
      this.discard()
      this.dragged = { kind: 'box', from: place, to: place }
    } else {
      const width = Math.max(1, (SCRIBBLE_PX * devicePixelRatio) / this.desk.easel.view.scale)
      this.dragged = { kind: 'scribble', scribble: { points: [place], width, isPlus: !press.isErasing } }
    }
    this.layer.invalidate()
  }

  drag(samples: readonly Sample[]): void {
    const { dragged } = this
    if (!dragged) return
    for (const { x, y } of samples) {
      if (dragged.kind === 'box') dragged.to = { x, y }
      else {
        const { points } = dragged.scribble
        const last = points.at(-1)!
        if (this.distance(last, { x, y }) >= STEP_PX) points.push({ x, y })
      }
    }
    this.layer.invalidate()
  }

  up(): void {
    const { dragged, desk } = this
    this.dragged = null
    if (!dragged) return
    if (dragged.kind === 'box') {
      const { from, to } = dragged
      const [across, down] = [Math.abs(to.x - from.x), Math.abs(to.y - from.y)]
      if (Math.max(across, down) * (desk.easel.view.scale / devicePixelRatio) < LEAST_BOX_PX) {
        this.layer.invalidate()
        return desk.say(t('smart:drag_a_box'), false)
      }
      this.box = boxBetween(from, to)
    } else {
      if (!this.box && !dragged.scribble.isPlus && !this.scribbles.some(({ isPlus }) => isPlus)) return
      this.scribbles.push(dragged.scribble)
    }
    void this.ask()
  }

  act(action: Action): boolean {
    if (!this.isUnderWay()) return false
    if (action === 'close') this.accept()
    else if (action === 'back') this.takeBack()
    else return false
    return true
  }

  cancel(): void {
    this.discard()
  }

  isUnderWay(): boolean {
    return this.box !== null || this.scribbles.length > 0 || this.dragged !== null
  }

  dispose(): void {
    this.discard()
    this.layer.remove()
  }

  private discard(): void {
    this.asking?.abort()
    this.asking = null
    this.box = null
    this.scribbles = []
    this.dragged = null
    this.take(null)
  }

  private takeBack(): void {
    if (this.scribbles.length === 0) return this.discard()
    this.scribbles.pop()
    if (!this.box && !this.scribbles.some(({ isPlus }) => isPlus)) this.discard()
    else void this.ask()
  }

  private async ask(): Promise<void> {
    const { desk, box, scribbles } = this
    this.asking?.abort()
    const asking = (this.asking = new AbortController())
    this.layer.invalidate()
    const kind = (wanted: boolean) =>
      scribbles
        .filter(({ isPlus }) => isPlus === wanted)
        .map(({ points, width }) => ({ width, points: points.map(({ x, y }) => [round(x), round(y)]) }))
    const question = {
      box: box && [box.left, box.top, box.right, box.bottom],
      plus: kind(true),
      minus: kind(false),
      method: chosenProposer.get().name,
    }
    try {
      const found = await askFor(desk.easel.photo.image, question, asking.signal)
      if (asking.signal.aborted) return
      this.take(found)
      if (isNothingProposed(found)) desk.say(t('smart:nothing_found'), false)
    } catch (error) {
      if (asking.signal.aborted) return
      desk.say(error instanceof Problem ? error.message : t('smart:failed', { why: String(error) }))
    } finally {
      if (this.asking === asking) {
        this.asking = null
        this.layer.invalidate()
      }
    }
  }

  private accept(): void {
    const { desk, proposal, box, scribbles } = this
    if (this.asking) return desk.say(hint('smart:still_looking'), false)
    if (!proposal || isNothingProposed(proposal) || !desk.mayPaint) return
    const paint = desk.paint(desk.status.get().isErasing)
    const stroke = new Stroke(desk.mask, paint)
    const { left, top, right, bottom } = proposal.box
    stroke.startAt(middleOf(proposal) ?? { x: (left + right) / 2, y: (top + bottom) / 2 })
    spansProposed(proposal, (y, from, to) => stroke.span(y, from, to))
    const details = {
      class: paint.value,
      method: chosenProposer.get().name,
      box: box && [box.left, box.top, box.right, box.bottom],
      plus: scribbles.filter(({ isPlus }) => isPlus).length,
      minus: scribbles.filter(({ isPlus }) => !isPlus).length,
    }
    this.discard()
    desk.keep(stroke.finish(), 'assist', details)
  }

  // What is seen

  private take(proposal: ProposedMask | null): void {
    this.proposal = proposal
    this.shape = proposal && shapeOf(proposal, this.colour())
    this.layer.invalidate()
  }

  private colour(): string {
    const { value } = this.desk.choice.get()
    return this.desk.classes.find(({ index }) => index === value)?.colour ?? '#fff'
  }

  private draw(group: SVGElement, { transform, toScreen, scale }: Sheet): void {
    const { dragged, proposal, shape } = this
    group.replaceChildren()
    if (proposal && shape) {
      const { box, step } = proposal
      shape.setAttribute('transform', `${transform} translate(${box.left} ${box.top}) scale(${step})`)
      // While another answer is awaited, this one is the old one.
      shape.setAttribute('opacity', this.asking ? '0.5' : '1')
      group.append(shape)
    }
    const box = dragged?.kind === 'box' ? boxBetween(dragged.from, dragged.to) : this.box
    if (box)
      group.append(...frame(toScreen({ x: box.left, y: box.top }), toScreen({ x: box.right, y: box.bottom })))
    const shown = dragged?.kind === 'scribble' ? [...this.scribbles, dragged.scribble] : this.scribbles
    for (const scribble of shown) group.append(...drawnScribble(scribble, toScreen, scale))
    if (this.asking) group.append(label(t('smart:looking'), toScreen(this.corner())))
  }

  private corner(): Point {
    const places = this.scribbles.flatMap(({ points }) => points)
    if (this.box) places.push({ x: this.box.left, y: this.box.top })
    return {
      x: Math.max(0, Math.min(...places.map(({ x }) => x))),
      y: Math.max(0, Math.min(...places.map(({ y }) => y))),
    }
  }

  private distance(a: Point, b: Point): number {
    const scale = this.desk.easel.view.scale / devicePixelRatio
    return Math.hypot(a.x - b.x, a.y - b.y) * scale
  }
}

function boxBetween(a: Point, b: Point): Box {
  return {
    left: Math.floor(Math.min(a.x, b.x)),
    top: Math.floor(Math.min(a.y, b.y)),
    right: Math.ceil(Math.max(a.x, b.x)),
    bottom: Math.ceil(Math.max(a.y, b.y)),
  }
}

/** A proposed pixel in the middle of the first stretch, in the photo. */
function middleOf(proposal: ProposedMask): Point | null {
  let found: Point | null = null
  spansProposed(proposal, (y, left, right) => (found ??= { x: (left + right) / 2, y: y + 0.5 }))
  return found
}

/** Light fill in the class's colour, and an outline that is seen on any photo; in blocks. */
function shapeOf(proposal: ProposedMask, colour: string): SVGElement {
  const shape = svg('g', { 'data-proposal': '' })
  const outline = outlinePath(proposal.blocks)
  const line = { d: outline, fill: 'none', 'vector-effect': 'non-scaling-stroke' }
  shape.append(
    svg('path', { d: filledPath(proposal), fill: colour, 'fill-opacity': 0.35 }),
    svg('path', { ...line, stroke: '#000', 'stroke-width': 3.2, 'stroke-opacity': 0.65 }),
    svg('path', { ...line, stroke: '#fff', 'stroke-width': 1.4 }),
  )
  return shape
}

function frame(from: Point, to: Point): SVGElement[] {
  const d = `M${from.x} ${from.y}H${to.x}V${to.y}H${from.x}Z`
  return [
    svg('path', { d, fill: 'none', stroke: '#000', 'stroke-width': 3, 'stroke-opacity': 0.5 }),
    svg('path', { d, fill: 'none', stroke: '#fff', 'stroke-width': 1.2, 'stroke-dasharray': '6 4' }),
  ]
}

function drawnScribble(
  { points, width, isPlus }: Scribble,
  toScreen: (point: Point) => Point,
  scale: number,
): SVGElement[] {
  const places = points.map(toScreen)
  const first = places[0]!
  // A line of no length has round ends all the same.
  const d = `M${places.map(({ x, y }) => `${x} ${y}`).join('L')}${places.length === 1 ? 'h0' : ''}`
  const look = { d, fill: 'none', 'stroke-linecap': 'round', 'stroke-linejoin': 'round' }
  return [
    svg('path', {
      ...look,
      stroke: isPlus ? '#2e9e5b' : '#d6402f',
      'stroke-width': Math.max(4, width * scale),
      'stroke-opacity': 0.55,
    }),
    // Not by colour alone.
    label(isPlus ? '+' : '−', { x: first.x - 10, y: first.y - 8 }, 20),
  ]
}

function label(words: string, { x, y }: Point, size = 13): SVGElement {
  const text = svg('text', {
    x: x + 4,
    y: y - 6,
    fill: '#fff',
    stroke: '#000',
    'stroke-width': 3,
    'paint-order': 'stroke',
    'font-size': size,
    'font-weight': 600,
  })
  text.textContent = words
  return text
}

const round = (value: number): number => Math.round(value * 10) / 10
