/** Shades on the minimap what has been looked at closely, and remembers it in this browser. */

import { Seen, CLOSE_ENOUGH } from '../painting/seen'
import type { Easel } from './easel'

/** Looking shorter than this is passing by. */
const LOOK_MS = 400
const MOST_PHOTOS = 400

export class Minimap {
  readonly seen: Seen
  private readonly canvas = document.createElement('canvas')
  private timer = 0
  private readonly unfollow: () => void

  constructor(
    private readonly easel: Easel,
    private readonly image: number,
    private readonly onSeen: (share: number) => void,
  ) {
    const { width, height } = easel.photo
    this.seen = new Seen(width, height, kept().find(([one]) => one === image)?.[1] ?? '')
    this.canvas.width = this.seen.columns
    this.canvas.height = this.seen.rows
    this.canvas.dataset.layer = 'seen'
    this.canvas.style.cssText =
      'position:absolute;pointer-events:none;image-rendering:pixelated;opacity:0.5;z-index:1'
    this.unfollow = easel.onView(() => this.follow())
    this.follow()
  }

  dispose(): void {
    clearTimeout(this.timer)
    this.unfollow()
    this.canvas.remove()
  }

  private follow(): void {
    clearTimeout(this.timer)
    this.timer = window.setTimeout(() => this.look(), LOOK_MS)
  }

  private look(): void {
    const isClose = this.easel.view.scale >= CLOSE_ENOUGH
    if (isClose && this.seen.look(this.easel.inSight)) keep(this.image, this.seen.toText())
    this.draw()
    this.onSeen(this.seen.share)
  }

  private draw(): void {
    const place = this.easel.placeOnMinimap()
    if (!place) return
    if (!this.canvas.isConnected) place.element.append(this.canvas)
    const { left, top, width, height } = place
    // The grid's last cells may reach beyond the photo.
    const across = (this.seen.columns * this.seen.cell) / this.seen.width
    const down = (this.seen.rows * this.seen.cell) / this.seen.height
    this.canvas.style.left = `${left}px`
    this.canvas.style.top = `${top}px`
    this.canvas.style.width = `${width * across}px`
    this.canvas.style.height = `${height * down}px`
    const context = this.canvas.getContext('2d')!
    context.clearRect(0, 0, this.canvas.width, this.canvas.height)
    context.fillStyle = '#0b5964'
    for (let y = 0; y < this.seen.rows; y++) {
      for (let x = 0; x < this.seen.columns; x++) if (this.seen.has(x, y)) context.fillRect(x, y, 1, 1)
    }
  }
}

const KEPT = 'catenary-seen'

type Kept = [image: number, text: string][]

function kept(): Kept {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEPT) ?? '[]')
    return Array.isArray(found) ? (found as Kept) : []
  } catch {
    return []
  }
}

/** The photos looked at last are remembered, so many that nobody misses the others. */
function keep(image: number, text: string): void {
  const others = kept().filter(([one]) => one !== image)
  try {
    localStorage.setItem(KEPT, JSON.stringify([...others.slice(1 - MOST_PHOTOS), [image, text]]))
  } catch {
    // A browser that keeps nothing shows what was looked at since the page opened.
  }
}
