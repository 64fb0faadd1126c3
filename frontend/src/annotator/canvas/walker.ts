/** Leads the view over the photo, window by window. */

import type { Point } from '../painting/box'
import { CLOSE_ENOUGH } from '../painting/seen'
import { isAtWindow, middleOfWindow, nearestWindow, type Size, walkOf } from '../painting/walk'
import type { Easel } from './easel'

export class Walker {
  private number: number | null = null

  constructor(private readonly easel: Easel) {}

  /** To the next window (1) or the one before (-1), from wherever the view is; near enough to see small things.
   *
   * Returns whether the photo was walked to its end, and begins anew.
   */
  step(by: 1 | -1): boolean {
    const { photo, view } = this.easel
    const scale = Math.max(view.scale, CLOSE_ENOUGH)
    const window = { width: view.width / scale, height: view.height / scale }
    const { count } = walkOf(photo, window)
    const now = this.nowAt(window)
    const isFar = view.scale < CLOSE_ENOUGH
    // Seen from afar the walk begins at its first window.
    const next = isFar && this.number === null ? 0 : now + (this.isThere(window, now) ? by : 0)
    this.number = (next + count) % count
    this.easel.lookAt(middleOfWindow(photo, window, this.number), scale)
    return next !== this.number && count > 1
  }

  /** Which window the view is at, counted from 1; null when the walk was left. */
  where(): { number: number; count: number } | null {
    if (this.number === null) return null
    const { photo, view } = this.easel
    // Who looks from afar does not walk; a hair below counts as near.
    if (view.scale < CLOSE_ENOUGH * 0.99) return null
    const window = { width: view.width / view.scale, height: view.height / view.scale }
    if (!this.isThere(window, this.number)) return null
    return { number: this.number + 1, count: walkOf(photo, window).count }
  }

  private nowAt(window: Size): number {
    const isThere = this.number !== null && this.isThere(window, this.number)
    return isThere ? this.number! : nearestWindow(this.easel.photo, window, this.middle)
  }

  private isThere(window: Size, number: number): boolean {
    // From further away the photo has fewer windows: the one that was walked to may be none of them.
    const { photo } = this.easel
    return number < walkOf(photo, window).count && isAtWindow(photo, window, number, this.middle)
  }

  private get middle(): Point {
    const { left, top, right, bottom } = this.easel.inSight
    return { x: (left + right) / 2, y: (top + bottom) / 2 }
  }
}
