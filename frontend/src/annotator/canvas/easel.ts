/** The photo with its mask above it: deep zoom by OpenSeadragon, what is seen by our own screen.
 *
 * With WebGL2 both are drawn on one opaque canvas: where there is no GPU, every further layer as large as the stage
 * costs the browser milliseconds a frame. Without it the viewer draws the photo, and the mask lies on a canvas above.
 */

import OpenSeadragon from 'openseadragon'

import {
  areaOf,
  type Box,
  cover,
  disjoint,
  intersection,
  isEmpty,
  outward,
  type Point,
  shifted,
} from '../painting/box'
import { Coverage } from '../painting/coverage'
import type { Mask } from '../painting/mask'
import { practice } from '../painting/practice'
import { TILE_PX, xOf, yOf } from '../painting/tile'
import { aside } from './aside'
import { openPhoto, viewOf } from './deepZoom'
import { type PhotoTile, placeOf } from './glPhoto'
import { photoDrawer } from './photoDrawer'
import type { PhotoSource } from './photoSource'
import { FlatScreen } from './flatScreen'
import { GlScreen } from './glScreen'
import type { Look } from './look'
import { isSameRing, type Ring, ringBoxes } from './ring'
import { GROUND, type Screen, wholeScreen } from './screen'
import { levelFor, onScreen, type View } from './view'

/** The farthest one can zoom in: one photo pixel this many device pixels wide. */
const MOST_ZOOM = 48

/** Tiles of the photo kept ready, a megabyte each on the device. */
const MOST_PHOTO_TILES = 80

/** How many pixels of the mask are looked at in a frame to show it from afar: some milliseconds' worth. */
const MOST_PX = 160_000

/** In how many parts what changed may be drawn: a part too many costs less than pixels that did not change. */
const MOST_PARTS = 40

/** After the photo is there, before anybody has the brush in hand. */
const WARM_UP_MS = 200

/** So long after the photo moved the canvas is cut to it, in milliseconds, where that leaves less of the stage than this. */
const REST_MS = 400
const WORTH_CUTTING = 0.9

/** How long a lost WebGL context may take to come back before we do without. */
const CONTEXT_MS = 1500

export class Easel {
  view: View = { left: 0, top: 0, scale: 1, width: 1, height: 1 }
  /** Called before a frame is drawn: what it changes is in that frame. */
  beforeFrame: () => void = () => {}
  private readonly followers = new Set<() => void>()
  private viewer!: OpenSeadragon.Viewer
  private coverage: Coverage
  private screen!: Screen
  private look: Look | null = null
  private level = 0
  /** The part of the stage the canvas covers; null for all of it.
   *
   * Where there is no GPU the browser copies the whole canvas whenever a pixel of it changed: beside a photo at rest
   * there is none.
   */
  private sheet: Box | null = null
  private restTimer: ReturnType<typeof setTimeout> | undefined
  /** What of the screen has to be drawn anew. */
  private damage: Box[] | 'all' = 'all'
  private frame = 0
  private isGone = false
  private readonly stop = new AbortController()
  private light: [number, number, number] = [1, 1, 1]
  /** Where the host is in the window, asked for once a frame: asking makes the browser lay the page out. */
  private place: DOMRect | null = null
  private placeFrame = 0

  constructor(
    private readonly host: HTMLElement,
    readonly photo: PhotoSource,
    private mask: Mask,
  ) {
    this.coverage = new Coverage(mask)
    this.build(false)
    mask.onChange = () => this.request()
  }

  /** Resolves when the photo can be seen (or turned out not to exist). */
  ready(): Promise<void> {
    return new Promise((go) => {
      if (this.viewer.world.getItemCount() > 0) return go()
      this.viewer.addOnceHandler('open', () => go())
      this.viewer.addOnceHandler('open-failed', () => go())
    })
  }

  /** Be told whenever the photo moves on the screen; returns how to stop that. */
  onView(tell: () => void): () => void {
    this.followers.add(tell)
    return () => this.followers.delete(tell)
  }

  /** Show another mask of the same photo: how it was, say. The one painted on keeps its pixels. */
  show(mask: Mask): void {
    if (mask === this.mask) return
    this.mask.onChange = () => {}
    this.mask = mask
    this.coverage = new Coverage(mask)
    mask.takeChanges()
    mask.onChange = () => this.request()
    this.screen.show(mask, this.coverage)
    this.damage = 'all'
    this.request()
  }

  dispose(): void {
    this.isGone = true
    cancelAnimationFrame(this.frame)
    clearTimeout(this.restTimer)
    this.mask.onChange = () => {}
    this.stop.abort()
    delete this.host.dataset.shown
    this.tearDown(true)
  }

  setLook(look: Look): void {
    this.look = look
    this.damage = 'all'
    this.request()
  }

  /** Show a large cursor, or none; false where the canvas is not the one to show it. */
  showRing(ring: Ring | null): boolean {
    const { screen } = this
    if (!(screen instanceof GlScreen)) return false
    const before = screen.ring
    if (isSameRing(before, ring)) return true
    screen.ring = ring
    for (const one of [before, ring]) {
      if (!one || this.damage === 'all') continue
      for (const box of ringBoxes(one, devicePixelRatio)) cover(this.damage, box, MOST_PARTS)
    }
    // It is seen beside the photo, too.
    if (ring && this.sheet) this.layAtRest(null)
    if (!ring) this.cutSoon()
    this.request()
    return true
  }

  /** 1 leaves the photo as it is. Only how it is shown changes. */
  setFilter(brightness: number, contrast: number, gamma = 1): void {
    const before = this.light
    if (before[0] === brightness && before[1] === contrast && before[2] === gamma) return
    this.light = [brightness, contrast, gamma]
    this.screen.setLight(...this.light)
    this.damage = 'all'
    this.request()
  }

  /** Photo coordinates of a place in the window. */
  toPhoto(clientX: number, clientY: number): Point {
    const box = (this.place ??= this.host.getBoundingClientRect())
    this.keepPlace()
    const { left, top, scale } = this.view
    const ratio = devicePixelRatio
    return {
      x: ((clientX - box.left) * ratio - left) / scale,
      y: ((clientY - box.top) * ratio - top) / scale,
    }
  }

  /** CSS pixels on the host of a place in the photo. */
  fromPhoto(point: Point): Point {
    const { left, top, scale } = this.view
    const ratio = devicePixelRatio
    return { x: (left + point.x * scale) / ratio, y: (top + point.y * scale) / ratio }
  }

  /** Move by CSS pixels, at once. */
  panBy(dx: number, dy: number): void {
    const { viewport } = this.viewer
    viewport.panBy(viewport.deltaPointsFromPixels(new OpenSeadragon.Point(-dx, -dy), true), true)
    viewport.applyConstraints(true)
    this.viewer.forceRedraw()
  }

  /** Zoom around a place in the window, or around the middle. */
  zoomBy(factor: number, around?: { clientX: number; clientY: number }, atOnce = false): void {
    const { viewport } = this.viewer
    const box = this.host.getBoundingClientRect()
    const place = around
      ? new OpenSeadragon.Point(around.clientX - box.left, around.clientY - box.top)
      : new OpenSeadragon.Point(box.width / 2, box.height / 2)
    viewport.zoomBy(factor, viewport.pointFromPixel(place, !atOnce), atOnce)
    viewport.applyConstraints(atOnce)
  }

  /** The part of the photo in sight, in its pixels; may reach beyond its edges. */
  get inSight(): Box {
    const { left, top, scale, width, height } = this.view
    return {
      left: -left / scale,
      top: -top / scale,
      right: (width - left) / scale,
      bottom: (height - top) / scale,
    }
  }

  /** Bring a part of the photo into sight, with some room around it; a point keeps the scale. */
  goTo(place: Box | Point, room = 0.25): void {
    const { viewport } = this.viewer
    const { width } = this.photo
    if ('x' in place) {
      viewport.panTo(new OpenSeadragon.Point(place.x / width, place.y / width))
    } else {
      const [across, down] = [place.right - place.left, place.bottom - place.top]
      const around = new OpenSeadragon.Rect(
        (place.left - across * room) / width,
        (place.top - down * room) / width,
        (across * (1 + 2 * room)) / width,
        (down * (1 + 2 * room)) / width,
      )
      viewport.fitBoundsWithConstraints(around)
    }
    viewport.applyConstraints()
  }

  /** Bring a place into the middle, at a scale in device pixels per photo pixel. */
  lookAt({ x, y }: Point, scale: number): void {
    const { viewport } = this.viewer
    const { width } = this.photo
    viewport.zoomTo(viewport.imageToViewportZoom(scale / devicePixelRatio))
    viewport.panTo(new OpenSeadragon.Point(x / width, y / width))
  }

  /** Where the photo lies on the minimap, in CSS pixels of its element; null while there is none. */
  placeOnMinimap(): {
    element: HTMLElement
    left: number
    top: number
    width: number
    height: number
  } | null {
    const { navigator } = this.viewer
    if (!navigator?.world?.getItemCount()) return null
    const { viewport, element } = navigator
    const { width, height } = this.photo
    const from = viewport.pixelFromPoint(new OpenSeadragon.Point(0, 0), true)
    const to = viewport.pixelFromPoint(new OpenSeadragon.Point(1, height / width), true)
    return { element, left: from.x, top: from.y, width: to.x - from.x, height: to.y - from.y }
  }

  fit(): void {
    this.viewer.viewport.goHome()
    this.thicken()
  }

  /** A photo that would be thinner than a pixel is not seen whole: its middle is. */
  private thicken(atOnce = false): void {
    const { viewport } = this.viewer
    const thick = viewport.imageToViewportZoom(
      1 / Math.min(this.photo.width, this.photo.height) / devicePixelRatio,
    )
    if (thick > viewport.getHomeZoom()) viewport.zoomTo(thick, undefined, atOnce)
  }

  oneToOne(): void {
    const { viewport } = this.viewer
    viewport.zoomTo(viewport.imageToViewportZoom(1 / devicePixelRatio))
    viewport.applyConstraints()
  }

  /** Show the photo's pixels from here on, so that a test or a click lands where it should. */
  private follow(): void {
    const view = this.isGone ? null : viewOf(this.viewer, this.photo)
    if (!view) return
    const isMoved = !isSameView(view, this.view)
    if (isMoved) {
      if (this.sheet) this.lay(null)
      this.cutSoon()
      // Above 1:1 a pixel is a pixel, with sharp edges; below, neighbours are blended.
      const wasNear = this.view.scale >= 1
      if (wasNear !== view.scale >= 1) this.viewer.drawer.setImageSmoothingEnabled?.(view.scale < 1)
      this.damage = 'all'
    }
    this.view = view
    this.level = levelFor(view.scale)
    const isResized = this.fitCanvas()
    // A canvas of a new size is empty until it is drawn.
    if (this.damage === 'all') this.draw(isResized)
    if (isMoved || isResized) for (const tell of this.followers) tell()
  }

  /** Let the canvas cover a part of the stage, or all of it. */
  private lay(sheet: Box | null): void {
    this.sheet = sheet
    const ratio = devicePixelRatio
    const css = (pixels: number): string => `${pixels / ratio}px`
    const { left, top, right, bottom } = sheet ?? wholeScreen(this.view)
    Object.assign(this.screen.canvas.style, {
      left: css(left),
      top: css(top),
      width: sheet ? css(right - left) : '100%',
      height: sheet ? css(bottom - top) : '100%',
    })
    // An opaque canvas needs nothing under it.
    const isGroundSeen = sheet !== null || !(this.screen instanceof GlScreen)
    this.host.style.background = isGroundSeen ? `rgb(${GROUND.join(' ')})` : ''
  }

  /** The same while the photo does not move, which would have it drawn. */
  private layAtRest(sheet: Box | null): void {
    this.lay(sheet)
    if (this.fitCanvas()) this.draw(true)
  }

  /** Give the canvas the size it should have; returns whether it had another. */
  private fitCanvas(): boolean {
    const { canvas } = this.screen
    const { left, top, right, bottom } = this.sheet ?? wholeScreen(this.view)
    const [width, height] = [right - left, bottom - top]
    if (canvas.width === width && canvas.height === height) return false
    Object.assign(canvas, { width, height })
    this.damage = 'all'
    return true
  }

  private cutSoon(): void {
    clearTimeout(this.restTimer)
    this.restTimer = setTimeout(() => this.cut(), REST_MS)
  }

  private cut(): void {
    if (this.isGone || this.sheet || !(this.screen instanceof GlScreen) || this.screen.ring) return
    const { left, top, scale } = this.view
    const [right, bottom] = [left + this.photo.width * scale, top + this.photo.height * scale]
    const whole = wholeScreen(this.view)
    const sheet = intersection(whole, outward({ left, top, right, bottom }))
    if (isEmpty(sheet) || areaOf(sheet) > WORTH_CUTTING * areaOf(whole)) return
    this.layAtRest(sheet)
  }

  private keepPlace(): void {
    this.placeFrame ||= requestAnimationFrame(() => {
      this.placeFrame = 0
      this.place = null
    })
  }

  /** Ask for a frame, if none is on its way. */
  request(): void {
    if (this.frame || this.isGone) return
    this.frame = requestAnimationFrame(() => {
      try {
        this.beforeFrame()
      } finally {
        this.frame = 0
        this.draw()
      }
    })
  }

  private draw(isUrgent = false): void {
    if (!this.look || this.isGone) return
    this.spread()
    const { damage } = this
    if (damage.length === 0) return
    // Frames that queue up where graphics are slow would show the next stroke seconds late.
    if (this.screen.isBusy && !isUrgent) return this.request()
    this.damage = []
    const sheet = this.sheet ?? wholeScreen(this.view)
    const { left, top } = sheet
    const parts =
      damage === 'all'
        ? [sheet]
        : // The mask lies over the photo half transparent: drawn twice it would be seen.
          disjoint(damage.map((box) => intersection(box, sheet)).filter((box) => !isEmpty(box)))
    if (parts.length === 0) return
    const view = {
      scale: this.view.scale,
      left: this.view.left - left,
      top: this.view.top - top,
      width: sheet.right - left,
      height: sheet.bottom - top,
    }
    const shown = parts.map((part) => shifted(part, -left, -top))
    this.screen.draw(view, this.level, this.look, shown, { x: left, y: top })
  }

  /** Carry what changed in the mask to the levels in use, and note which part of the screen shows it. */
  private spread(): void {
    const tell = (level: number, key: number, box: Box) => {
      this.screen.changed(level, key, box)
      if (level !== this.level || this.damage === 'all') return
      cover(this.damage, onScreen(this.view, level, xOf(key), yOf(key), box), MOST_PARTS)
    }
    for (const [key, boxes] of this.mask.takeChanges()) {
      for (const box of boxes) {
        this.coverage.changed(key, box)
        tell(0, key, box)
      }
    }
    if (this.level === 0) return
    this.coverage.update(this.level, tell, MOST_PX)
    if (this.coverage.isBehind) this.request()
  }

  /** Make viewer and screen. */
  private build(isFlat: boolean): void {
    const screen = isFlat ? null : this.glScreen()
    // A tile came in, also while nothing moves: the viewer draws in its own frame.
    const drawn = (tiles: readonly PhotoTile[]) => this.damageBy(tiles)
    this.viewer = openPhoto(this.host, this.photo, {
      ...VIEWER,
      showNavigator: this.photo.width * this.photo.height > 1_000_000,
      drawer: (screen
        ? photoDrawer(screen.canvas, screen.photo, drawn)
        : 'canvas') as OpenSeadragon.Options['drawer'],
    })
    this.viewer.setMouseNavEnabled(false)
    this.screen = screen ?? this.flatScreen()
    this.lay(null)
    this.screen.setLight(...this.light)
    for (const event of ['update-viewport', 'open', 'resize'] as const) {
      this.viewer.addHandler(event, () => this.follow())
    }
    this.viewer.addOnceHandler('open', () => {
      this.thicken(true)
      this.tellWhenShown()
    })
  }

  /** For tests and measurements: which photo can be seen, with all the tiles the view needs. */
  private tellWhenShown(): void {
    const image = this.viewer.world.getItemAt(0)
    const tell = () => {
      if (!image.getFullyLoaded() || this.isGone) return
      requestAnimationFrame(() => this.tellDrawn())
      setTimeout(() => this.warmUp(), WARM_UP_MS)
    }
    image.addHandler('fully-loaded-change', tell)
    tell()
  }

  /** Tiles of the photo came or went where they are. */
  private damageBy(tiles: readonly PhotoTile[]): void {
    for (const tile of tiles) {
      if (this.damage === 'all') break
      cover(this.damage, outward(placeOf(tile, this.view, this.photo.width), 1), MOST_PARTS)
    }
    this.request()
  }

  private tellDrawn(): void {
    if (this.isGone) return
    if (this.damage.length > 0) return void requestAnimationFrame(() => this.tellDrawn())
    this.host.dataset.shown = String(this.photo.image)
  }

  private warmUp(): void {
    if (!this.look || this.isGone) return
    if (this.screen instanceof GlScreen) this.screen.warmUp(this.view, this.look)
    practise()
  }

  /** Null where the browser has no WebGL2. */
  private glScreen(): GlScreen | null {
    const screen = taken() ?? newGlScreen(this.mask, this.coverage)
    if (!screen) return null
    screen.show(this.mask, this.coverage)
    screen.ring = null
    const { signal } = this.stop
    const { canvas } = screen
    const isLost = (event: Event) => {
      event.preventDefault()
      if (this.isGone || this.screen !== screen) return
      const giveUp = setTimeout(() => this.rebuild(screen, true), CONTEXT_MS)
      const isBack = () => {
        clearTimeout(giveUp)
        this.rebuild(screen, false)
      }
      canvas.addEventListener('webglcontextrestored', isBack, { once: true, signal })
    }
    canvas.addEventListener('webglcontextlost', isLost, { signal })
    return screen
  }

  private flatScreen(): Screen {
    const canvas = document.createElement('canvas')
    canvas.dataset.layer = 'mask'
    canvas.style.cssText = 'position:absolute;inset:0;width:100%;height:100%;pointer-events:none'
    // Above the photo, below the navigator.
    this.viewer.canvas.append(canvas)
    const { viewer } = this
    const photo = () => (viewer.drawer as unknown as { canvas: HTMLElement } | null)?.canvas ?? null
    return new FlatScreen(canvas, this.mask, this.coverage, photo)
  }

  /** Begin anew with the same part of the photo in sight. */
  private rebuild(old: Screen, isFlat: boolean): void {
    if (this.isGone || this.screen !== old) return
    const { viewport } = this.viewer
    const bounds = viewport?.getBounds(true)
    this.tearDown()
    this.build(isFlat)
    this.viewer.addOnceHandler('open', () => bounds && this.viewer.viewport.fitBounds(bounds, true))
    this.damage = 'all'
  }

  private tearDown(isWorthKeeping = false): void {
    // The viewer first: it gives the photo's tiles back to the screen.
    this.viewer.destroy()
    this.screen.canvas.remove()
    if (isWorthKeeping && this.screen instanceof GlScreen) keepFor(this.screen)
    else this.screen.dispose()
  }
}

/** Once for all photos, a little whenever the page has nothing else to do. */
let hasPractised = false
/** About what a step takes. */
const STEP_MS = 8

function practise(): void {
  if (hasPractised || !('requestIdleCallback' in window)) return
  hasPractised = true
  const steps = practice()
  const next = (left: IdleDeadline): void => {
    do {
      // The worker that deflates tiles is started ahead, too.
      if (steps.next().done) return void aside('encode', [new Uint8Array(TILE_PX)]).catch(() => {})
    } while (left.timeRemaining() > STEP_MS)
    requestIdleCallback(next)
  }
  requestIdleCallback(next)
}

function newGlScreen(mask: Mask, coverage: Coverage): GlScreen | null {
  const canvas = document.createElement('canvas')
  canvas.dataset.layer = 'mask'
  // A pixel of it is a pixel of the screen: without a GPU, looking for shades between them took a fifth of a frame.
  canvas.style.imageRendering = 'pixelated'
  try {
    return new GlScreen(canvas, mask, coverage)
  } catch {
    return null
  }
}

/** The screen of the photo that was left: making a context and its shaders takes a good part of opening the next one. */
let spare: { screen: GlScreen; timer: ReturnType<typeof setTimeout> } | null = null
const SPARE_MS = 4000

function keepFor(screen: GlScreen): void {
  taken()?.dispose()
  screen.empty()
  const timer = setTimeout(() => taken()?.dispose(), SPARE_MS)
  spare = { screen, timer }
}

function taken(): GlScreen | null {
  if (!spare) return null
  const { screen, timer } = spare
  clearTimeout(timer)
  spare = null
  if (!screen.isLost) return screen
  screen.dispose()
  return null
}

const VIEWER = {
  navigatorPosition: 'BOTTOM_RIGHT',
  navigatorSizeRatio: 0.14,
  navigatorBackground: '#16191c',
  navigatorOpacity: 1,
  navigatorBorderColor: '#3a4248',
  navigatorDisplayRegionColor: '#80b5bc',
  navigatorAutoFade: false,
  navigatorDrawer: 'canvas',
  mouseNavEnabled: false,
  maxZoomPixelRatio: MOST_ZOOM,
  imageLoaderLimit: 6,
  // Otherwise each waits for a frame of its own.
  maxTilesPerFrame: 6,
  maxImageCacheCount: MOST_PHOTO_TILES,
  // As bytes, which are decoded beside the page.
  loadTilesWithAjax: true,
} as const

const isSameView = (a: View, b: View): boolean =>
  a.left === b.left && a.top === b.top && a.scale === b.scale && a.width === b.width && a.height === b.height
