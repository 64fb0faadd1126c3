/** The photo with its mask above it: deep zoom by OpenSeadragon, the mask by our own screen, both in one view. */

import OpenSeadragon from 'openseadragon'

import { type Box, intersection, isEmpty, type Point, union } from '../painting/box'
import { Coverage } from '../painting/coverage'
import type { Mask } from '../painting/mask'
import { xOf, yOf } from '../painting/tile'
import { openPhoto, viewOf } from './deepZoom'
import type { PhotoSource } from './photoSource'
import { FlatScreen } from './flatScreen'
import { GlScreen } from './glScreen'
import type { Look } from './look'
import { type Screen } from './screen'
import { levelFor, onScreen, type View } from './view'

/** The farthest one can zoom in: one photo pixel this many device pixels wide. */
const MOST_ZOOM = 48

export class Easel {
  view: View = { left: 0, top: 0, scale: 1, width: 1, height: 1 }
  private readonly followers = new Set<() => void>()
  private readonly viewer: OpenSeadragon.Viewer
  private coverage: Coverage
  private screen: Screen
  private look: Look | null = null
  private level = 0
  private damage: Box | 'all' | null = 'all'
  private frame = 0
  private isGone = false

  constructor(
    private readonly host: HTMLElement,
    readonly photo: PhotoSource,
    private mask: Mask,
  ) {
    this.coverage = new Coverage(mask)
    this.viewer = openPhoto(host, photo, {
      showNavigator: photo.width * photo.height > 1_000_000,
      navigatorPosition: 'BOTTOM_RIGHT',
      navigatorSizeRatio: 0.14,
      navigatorBackground: '#16191c',
      navigatorOpacity: 1,
      navigatorBorderColor: '#3a4248',
      navigatorDisplayRegionColor: '#80b5bc',
      navigatorAutoFade: false,
      mouseNavEnabled: false,
      maxZoomPixelRatio: MOST_ZOOM,
      imageLoaderLimit: 6,
      maxImageCacheCount: 100,
      drawer: 'canvas',
    })
    this.viewer.setMouseNavEnabled(false)
    this.screen = this.newScreen()
    this.viewer.addHandler('update-viewport', () => this.follow())
    this.viewer.addHandler('open', () => this.follow())
    this.viewer.addHandler('resize', () => this.follow())
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
    const isFlat = this.screen instanceof FlatScreen
    this.replace(this.screen, () => (isFlat ? this.newFlatScreen() : this.newScreen()))
  }

  dispose(): void {
    this.isGone = true
    cancelAnimationFrame(this.frame)
    this.mask.onChange = () => {}
    this.screen.dispose()
    this.screen.canvas.remove()
    this.viewer.destroy()
  }

  setLook(look: Look): void {
    this.look = look
    this.damage = 'all'
    this.request()
  }

  /** brightness, contrast: 1 leaves the photo as it is. Only how it is shown changes. */
  setFilter(brightness: number, contrast: number, _gamma = 1): void {
    const isPlain = brightness === 1 && contrast === 1
    const { canvas } = this.viewer.drawer as unknown as { canvas: HTMLElement }
    canvas.style.filter = isPlain ? '' : `brightness(${brightness}) contrast(${contrast})`
  }

  /** Photo coordinates of a place in the window. */
  toPhoto(clientX: number, clientY: number): Point {
    const box = this.host.getBoundingClientRect()
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
  placeOnMinimap(): { element: HTMLElement; left: number; top: number; width: number; height: number } | null {
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
    const { canvas } = this.screen
    if (canvas.width !== view.width || canvas.height !== view.height) {
      canvas.width = view.width
      canvas.height = view.height
    } else if (isSameView(view, this.view)) {
      return
    }
    const wasNear = this.view.scale >= 1
    this.view = view
    this.level = levelFor(view.scale)
    // Above 1:1 a pixel is a pixel, with sharp edges; below, neighbours are blended.
    if (wasNear !== view.scale >= 1) this.viewer.drawer.setImageSmoothingEnabled?.(view.scale < 1)
    this.damage = 'all'
    this.draw()
    for (const tell of this.followers) tell()
  }

  private request(): void {
    if (this.frame || this.isGone) return
    this.frame = requestAnimationFrame(() => {
      this.frame = 0
      this.draw()
    })
  }

  private draw(): void {
    if (!this.look || this.isGone) return
    this.spread()
    const { damage } = this
    if (!damage) return
    this.damage = null
    const part =
      damage === 'all'
        ? null
        : intersection(damage, { left: 0, top: 0, right: this.view.width, bottom: this.view.height })
    if (part && isEmpty(part)) return
    this.screen.draw(this.view, this.level, this.look, part)
  }

  /** Carry what changed in the mask to the levels in use, and note which part of the screen shows it. */
  private spread(): void {
    const tell = (level: number, key: number, box: Box) => {
      this.screen.changed(level, key, box)
      if (level !== this.level || this.damage === 'all') return
      this.damage = union(this.damage, onScreen(this.view, level, xOf(key), yOf(key), box))
    }
    for (const [key, box] of this.mask.takeChanges()) {
      if (isEmpty(box)) continue
      this.coverage.changed(key, box)
      tell(0, key, box)
    }
    if (this.level > 0) this.coverage.update(this.level, tell)
  }

  private newScreen(): Screen {
    const canvas = this.newCanvas()
    try {
      const screen = new GlScreen(canvas, this.mask, this.coverage)
      canvas.addEventListener('webglcontextlost', (event) => {
        event.preventDefault()
        // Give the browser a moment to bring the context back before doing without.
        const giveUp = setTimeout(() => this.replace(screen, () => this.newFlatScreen()), 1500)
        canvas.addEventListener(
          'webglcontextrestored',
          () => {
            clearTimeout(giveUp)
            this.replace(screen, () => this.newScreen())
          },
          { once: true },
        )
      })
      return screen
    } catch {
      canvas.remove()
      return this.newFlatScreen()
    }
  }

  private newFlatScreen(): Screen {
    return new FlatScreen(this.newCanvas(), this.mask, this.coverage)
  }

  private replace(old: Screen, make: () => Screen): void {
    if (this.isGone || this.screen !== old) return
    this.screen = make()
    this.screen.canvas.width = this.view.width
    this.screen.canvas.height = this.view.height
    old.canvas.remove()
    old.dispose()
    this.damage = 'all'
    this.request()
  }

  private newCanvas(): HTMLCanvasElement {
    const canvas = document.createElement('canvas')
    canvas.dataset.layer = 'mask'
    canvas.style.cssText = 'position:absolute;inset:0;width:100%;height:100%;pointer-events:none'
    // Above the photo, below the navigator.
    this.viewer.canvas.append(canvas)
    return canvas
  }
}

const isSameView = (a: View, b: View): boolean => a.left === b.left && a.top === b.top && a.scale === b.scale
