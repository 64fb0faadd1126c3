/** Other people on the same photo: their part of it framed, their pointer shown, and the way to where they look. */

import { t } from '../../shared/texts'
import type { Box } from '../painting/box'
import { Company, type Person, Seating, type SEATS } from './company'
import type { Easel } from './easel'
import { type Layer, type Layers, type Sheet, svg } from './layers'
import type { Status } from './status'
import { Store } from './store'

/** Somebody for the bar above; changes only when people come and go, not when they move. */
export type Guest = { client: string; name: string; colour: string; dash: string }

export type Here = { guests: readonly Guest[]; following: string | null }

type Seat = (typeof SEATS)[number]

export type PresenceOptions = {
  image: number
  user: number
  easel: Easel
  layers: Layers
  status: Store<Status>
  tool: () => string
  onSeq: (seq: number) => void
  onTalk: () => void
}

const FONT = '600 12px system-ui, sans-serif'
const TAG_HEIGHT = 18

export class Presence {
  readonly here = new Store<Here>({ guests: [], following: null })
  private readonly company: Company
  private readonly seating = new Seating()
  private readonly layer: Layer
  private readonly figures = new Map<string, Figure>()
  private readonly stop = new AbortController()
  private readonly forget: (() => void)[] = []
  private people: readonly Person[] = []

  constructor(
    host: HTMLElement,
    private readonly options: PresenceOptions,
  ) {
    const { image, easel, layers, status, onSeq, onTalk } = options
    this.layer = layers.add((group, sheet) => this.draw(group, sheet))
    this.company = new Company({
      image,
      glance: () => this.glance(),
      onSeq,
      onTalk,
      onPeople: (people) => this.meet(people),
    })
    let at = status.get().at
    this.forget.push(
      easel.onView(() => this.company.look()),
      status.subscribe(() => {
        const now = status.get().at
        if (now !== at) this.company.look()
        at = now
      }),
    )
    const { signal } = this.stop
    // Whoever moves the photo goes on alone.
    for (const name of ['wheel', 'pointerdown', 'keydown'] as const) {
      host.addEventListener(name, () => this.follow(null), { signal, passive: true, capture: true })
    }
    window.addEventListener('online', () => this.company.hurry(), { signal })
    document.addEventListener('visibilitychange', () => this.company.look(), { signal })
  }

  /** Whether news of edits comes by itself. */
  get isConnected(): boolean {
    return this.company.isConnected
  }

  /** Go to where somebody looks, at their scale. */
  goTo(client: string): void {
    const person = this.people.find((one) => one.client === client)
    if (!person) return
    this.options.easel.goTo(sameWidth(person.viewport, this.options.easel.inSight), 0)
  }

  /** Look where somebody looks from now on; null: no longer. */
  follow(client: string | null): void {
    if (this.here.get().following === client) return
    this.here.set({ following: client })
    if (client) this.goTo(client)
  }

  dispose(): void {
    this.stop.abort()
    for (const forget of this.forget) forget()
    this.company.close()
    this.layer.remove()
  }

  private glance() {
    const { status, easel, tool } = this.options
    const { at, isLoaded } = status.get()
    if (!isLoaded) return null
    const { left, top, right, bottom } = easel.inSight
    const viewport = [left, top, right, bottom].map((one) => Math.round(one)) as [
      number,
      number,
      number,
      number,
    ]
    return { viewport, cursor: at && ([at.x, at.y] as [number, number]), tool: tool() }
  }

  private meet(people: readonly Person[]): void {
    const { guests, following } = this.here.get()
    const before = this.people.find(({ client }) => client === following)
    this.people = people
    this.seating.arrange(people.map(({ client }) => client))
    if (people.length !== guests.length || people.some(({ client }, i) => guests[i]!.client !== client)) {
      const isHere = people.some(({ client }) => client === following)
      this.here.set({
        guests: people.map((person) => ({
          client: person.client,
          name: this.nameOf(person),
          ...this.seating.of(person.client),
        })),
        following: isHere ? following : null,
      })
    }
    const now = people.find(({ client }) => client === following)
    if (now && before && now.viewport.some((one, i) => one !== before.viewport[i])) this.goTo(now.client)
    this.layer.invalidate()
  }

  private nameOf({ user }: Person): string {
    return user.id === this.options.user ? t('together:other_tab') : user.name
  }

  private draw(group: SVGElement, sheet: Sheet): void {
    for (const [client, figure] of this.figures) {
      if (this.people.some((one) => one.client === client)) continue
      figure.root.remove()
      this.figures.delete(client)
    }
    for (const person of this.people) {
      let figure = this.figures.get(person.client)
      if (!figure) {
        figure = new Figure(this.nameOf(person), this.seating.of(person.client))
        this.figures.set(person.client, figure)
        group.append(figure.root)
      }
      figure.place(person, sheet)
    }
  }
}

/** A frame with a name on it, and a pointer with the same name. */
class Figure {
  readonly root = svg('g')
  private readonly shade: SVGElement
  private readonly frame: SVGElement
  private readonly tag: SVGElement
  private readonly pointer = svg('g')
  private readonly width: number

  constructor(name: string, { colour, dash }: Seat) {
    this.width = Math.ceil(widthOf(name)) + 12
    // A dark line below, so that the frame is seen on any photo.
    this.shade = svg('rect', { fill: 'none', stroke: '#000', 'stroke-width': 4, opacity: 0.45 })
    this.frame = svg('rect', { fill: 'none', stroke: colour, 'stroke-width': 2, 'stroke-dasharray': dash })
    this.tag = nameTag(name, colour, this.width)
    const arrow = svg('path', {
      d: 'M0 0L0 15L4 11.4L6.8 17.4L9.6 16.1L6.9 10.3L12 10Z',
      fill: colour,
      stroke: '#000',
      'stroke-width': 1.2,
      'stroke-linejoin': 'round',
    })
    const called = nameTag(name, colour, this.width)
    called.setAttribute('transform', 'translate(12 16)')
    this.pointer.append(arrow, called)
    this.root.append(this.shade, this.frame, this.tag, this.pointer)
    this.root.dataset.person = name
  }

  place({ viewport, cursor }: Person, sheet: Sheet): void {
    const [left, top, right, bottom] = viewport
    const start = sheet.toScreen({ x: left, y: top })
    const end = sheet.toScreen({ x: right, y: bottom })
    for (const rect of [this.shade, this.frame]) {
      // Kept near the stage: browsers draw dashes along all of a line, also where nobody sees it.
      const near = { left: Math.max(start.x, -40), top: Math.max(start.y, -40) }
      rect.setAttribute('x', String(near.left))
      rect.setAttribute('y', String(near.top))
      rect.setAttribute('width', String(Math.max(0, Math.min(end.x, sheet.width + 40) - near.left)))
      rect.setAttribute('height', String(Math.max(0, Math.min(end.y, sheet.height + 40) - near.top)))
    }
    const isInSight = start.x < sheet.width && start.y < sheet.height && end.x > 0 && end.y > 0
    const isRoomy = end.x - start.x > 40 && end.y - start.y > 30
    this.tag.style.display = isInSight ? '' : 'none'
    const x = Math.min(Math.max(start.x, 0), sheet.width - this.width)
    const y = isRoomy ? Math.max(start.y, 0) : start.y - TAG_HEIGHT
    this.tag.setAttribute('transform', `translate(${x} ${y})`)
    this.pointer.style.display = cursor ? '' : 'none'
    if (!cursor) return
    const at = sheet.toScreen({ x: cursor[0] + 0.5, y: cursor[1] + 0.5 })
    this.pointer.setAttribute('transform', `translate(${at.x} ${at.y})`)
  }
}

function nameTag(name: string, colour: string, width: number): SVGElement {
  const tag = svg('g')
  const text = svg('text', { x: 6, y: 13, fill: '#101214' })
  text.style.font = FONT
  text.textContent = name
  tag.append(
    svg('rect', { width, height: TAG_HEIGHT, rx: 3, fill: colour, stroke: '#000', 'stroke-opacity': 0.5 }),
    text,
  )
  return tag
}

let ruler: CanvasRenderingContext2D | null = null

function widthOf(text: string): number {
  ruler ??= document.createElement('canvas').getContext('2d')
  if (!ruler) return text.length * 7
  ruler.font = FONT
  return ruler.measureText(text).width
}

/**
 * A box around the same middle and as wide, in the proportions of another: two people who follow each other with
 * windows of different shape come to rest, where fitting all of it would zoom out for ever.
 */
export function sameWidth([left, top, right, bottom]: Person['viewport'], shape: Box): Box {
  const middle = (top + bottom) / 2
  const half = ((right - left) * (shape.bottom - shape.top)) / (shape.right - shape.left) / 2
  return { left, top: middle - half, right, bottom: middle + half }
}
