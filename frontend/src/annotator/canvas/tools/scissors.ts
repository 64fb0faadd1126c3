/** Intelligent scissors: between clicked anchors the outline follows the photo's edges. */

import { t } from '../../../shared/texts'
import { type Box, intersection, type Point } from '../../painting/box'
import type { Action } from '../../painting/keys'
import { type Edges, pathTo, snappedToEdge, straightened, type Tracks } from '../../painting/scissors'
import { polygon } from '../../painting/shapes'
import { Stroke } from '../../painting/stroke'
import { aside } from '../aside'
import type { Desk } from '../desk'
import { sourceOf } from '../photoSource'
import type { Hand, Press, Sample } from './hand'
import { Preview } from './preview'

/** A click this near to the first anchor, in CSS pixels, closes the outline. */
const CLOSING_PX = 9
/** An anchor goes to the clearest edge within this many CSS pixels. */
const SNAP_PX = 6
/** How far around an anchor ways are known, in pixels of the level that is looked at. */
const REACH = 288
const MOST_KEPT_ANCHORS = 200

/** The ways to one anchor. The window's corner is in the level's pixels, each of which is `step` of the photo's. */
type Ways = { step: number; left: number; top: number; edges: Edges; tracks: Tracks }

/** path: from the anchor before to this one, without that; empty for the first. */
type Anchor = { at: Point; path: Point[] }

export class ScissorsHand implements Hand {
  private anchors: Anchor[] = []
  private ways: Ways | null = null
  private loading: { step: number; done: Promise<void>; stop: AbortController } | null = null
  private isErasing = false
  private pointer: Point | null = null
  private readonly preview: Preview

  constructor(private readonly desk: Desk) {
    this.preview = new Preview(desk.layers)
  }

  down(at: Sample, press: Press): void {
    const { desk, anchors } = this
    if (press.count > 1) return void this.close(press.shift)
    if (!press.isErasing && !desk.maySee()) return
    this.isErasing = press.isErasing
    const first = anchors[0]
    const isAtFirst = first && this.distance(first.at, at) < CLOSING_PX
    if (isAtFirst && anchors.length > 1) return void this.close(press.shift)
    const last = anchors.at(-1)
    // The second click of a double click is where the first was.
    if (last && this.distance(last.at, at) < 2) return
    const place = press.shift ? { x: at.x, y: at.y } : this.snapped(at)
    anchors.push({ at: place, path: last ? this.way(place, press.shift) : [] })
    this.lookAround(place, !last && !press.shift)
    this.draw()
  }

  act(action: Action): boolean {
    if (this.anchors.length === 0) return false
    if (action === 'close') void this.close(this.desk.status.get().isShiftHeld)
    else if (action === 'back') this.takeBack()
    else return false
    return true
  }

  cancel(): void {
    this.desk.stopRun()
    this.anchors = []
    this.forgetWays()
    this.preview.clear()
  }

  isUnderWay(): boolean {
    return this.anchors.length > 0
  }

  show(at: Point | null): void {
    this.pointer = at
    const last = this.anchors.at(-1)
    // Closer or farther now: the edges are looked at as they are seen.
    if (last && this.step() !== (this.loading?.step ?? this.ways?.step)) this.lookAround(last.at, false)
    this.draw()
  }

  dispose(): void {
    this.cancel()
    this.preview.remove()
  }

  private takeBack(): void {
    this.anchors.pop()
    this.forgetWays()
    const last = this.anchors.at(-1)
    if (last) this.lookAround(last.at, false)
    this.draw()
  }

  private async close(isStraight: boolean): Promise<void> {
    const { desk, anchors } = this
    if (anchors.length < 2 || !desk.mayPaint) return
    await desk.busy(async (run) => {
      // The ways to the last anchor may still be on their way.
      while (!isStraight && this.loading && !run.isCancelled) await this.loading.done
      if (run.isCancelled || this.anchors !== anchors) return
      const outline = [
        ...anchors.flatMap(({ at, path }) => [...path, at]),
        ...this.way(anchors[0]!.at, isStraight),
      ]
      this.anchors = []
      this.forgetWays()
      this.preview.clear()
      this.fill(
        outline,
        anchors.map(({ at }) => at),
      )
    })
  }

  private fill(outline: readonly Point[], anchors: readonly Point[]): void {
    const { desk } = this
    if (outline.length < 3) return
    const paint = desk.paint(this.isErasing || desk.status.get().isErasing)
    const stroke = new Stroke(desk.mask, paint)
    stroke.startAt(outline[0]!)
    polygon(outline, desk.mask.box, (y, left, right) => stroke.span(y, left, right), 'winding')
    const points = anchors.slice(0, MOST_KEPT_ANCHORS).map(({ x, y }) => [round(x), round(y)])
    desk.keepStroke(stroke, outline[0]!, 'scissors', { class: paint.value, anchors: points })
  }

  // The ways

  /** Photo pixels per pixel looked at: about one of these is a device pixel. */
  private step(): number {
    const { easel } = this.desk
    const farthest = sourceOf(easel.photo).maxLevel
    return 2 ** Math.min(farthest, Math.max(0, Math.round(Math.log2(1 / easel.view.scale))))
  }

  /** Find the ways to an anchor, beside the page. `mayMove`: it may go to the edge nearby first. */
  private lookAround(at: Point, mayMove: boolean): void {
    this.forgetWays()
    const { photo } = this.desk.easel
    const step = this.step()
    const box = windowAround(at, step, photo)
    const goal = { x: at.x / step - box.left, y: at.y / step - box.top }
    const { maxLevel, tileSize, getTileUrl } = sourceOf(photo)
    const [before, after] = getTileUrl(maxLevel - Math.log2(step), 0, 0).split('0_0') as [string, string]
    const anchor = this.anchors.at(-1)
    const stop = new AbortController()
    const snap = mayMove ? this.snapPx() / step : 0
    const done = aside('waysIn', [{ box, tile: tileSize }, goal, snap, { before, after }], {
      signal: stop.signal,
    })
      .then(({ goal: found, edges, tracks }) => {
        if (stop.signal.aborted) return
        this.ways = { step, left: box.left, top: box.top, edges, tracks }
        if (mayMove && anchor) anchor.at = this.toPhoto(found)
      })
      .catch((problem: unknown) => {
        if (stop.signal.aborted) return
        // What a worker throws comes back as a plain Error of the same name.
        const isUnread = problem instanceof Error && problem.name === 'TileUnread'
        this.desk.say(t('smart:no_ways', { why: isUnread ? t('tools:photo_unread') : String(problem) }))
      })
      .finally(() => {
        if (stop.signal.aborted) return
        this.loading = null
        delete this.desk.host.dataset.looking
        this.draw()
      })
    this.loading = { step, done, stop }
    this.desk.host.dataset.looking = 'true'
  }

  private forgetWays(): void {
    this.loading?.stop.abort()
    this.loading = null
    delete this.desk.host.dataset.looking
    this.ways = null
  }

  /** From the last anchor to a place, both left out: along edges where the ways are known, straight on from there. */
  private way(to: Point, isStraight: boolean): Point[] {
    const { ways } = this
    if (!ways || isStraight) return []
    const { edges, tracks, step, left, top } = ways
    const path = pathTo(tracks, { x: to.x / step - left, y: to.y / step - top })
    return straightened(edges, path)
      .map((corner) => this.toPhoto(corner))
      .slice(1)
      .filter(({ x, y }) => x !== to.x || y !== to.y)
  }

  private snapped(at: Point): Point {
    const { ways } = this
    if (!ways) return { x: at.x, y: at.y }
    const { edges, step, left, top } = ways
    const place = { x: at.x / step - left, y: at.y / step - top }
    const isInside = place.x >= 0 && place.y >= 0 && place.x < edges.width && place.y < edges.height
    if (!isInside) return { x: at.x, y: at.y }
    return this.toPhoto(snappedToEdge(edges, place, this.snapPx() / step))
  }

  private snapPx(): number {
    return (SNAP_PX * devicePixelRatio) / this.desk.easel.view.scale
  }

  private toPhoto({ x, y }: Point): Point {
    const { step, left, top } = this.ways!
    const { width, height } = this.desk.mask
    return { x: Math.min(width, (left + x) * step), y: Math.min(height, (top + y) * step) }
  }

  // What is seen

  private draw(): void {
    const { anchors, pointer } = this
    if (anchors.length === 0) return this.preview.clear()
    const { isShiftHeld, isErasing } = this.desk.status.get()
    const ahead = pointer ? this.wayAhead(pointer, isShiftHeld) : []
    const outline = [...anchors.flatMap(({ at, path }) => [...path, at]), ...ahead]
    const path = `M${outline.map(({ x, y }) => `${round(x)} ${round(y)}`).join('L')}`
    this.preview.show(({ toScreen }) => {
      const dots = anchors.map(({ at }) => dotAt(toScreen(at))).join('')
      return [
        { path, kind: 'line' },
        { path: dots, kind: isErasing ? 'removed' : 'added', onScreen: true },
      ]
    })
  }

  private wayAhead(pointer: Point, isStraight: boolean): Point[] {
    const to = isStraight ? pointer : this.snapped(pointer)
    return [...this.way(to, isStraight), to]
  }

  private distance(a: Point, b: Point): number {
    const scale = this.desk.easel.view.scale / devicePixelRatio
    return Math.hypot(a.x - b.x, a.y - b.y) * scale
  }
}

/** The window around an anchor, in the level's pixels, inside the photo. */
function windowAround(at: Point, step: number, photo: { width: number; height: number }): Box {
  const x = Math.floor(at.x / step)
  const y = Math.floor(at.y / step)
  return intersection(
    { left: x - REACH, top: y - REACH, right: x + REACH, bottom: y + REACH },
    { left: 0, top: 0, right: Math.ceil(photo.width / step), bottom: Math.ceil(photo.height / step) },
  )
}

const dotAt = ({ x, y }: Point): string => `M${x - 3} ${y}a3 3 0 1 0 6 0a3 3 0 1 0 -6 0`

const round = (value: number): number => Math.round(value * 10) / 10
