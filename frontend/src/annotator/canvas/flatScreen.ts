/** The mask drawn by Canvas2D, for browsers without WebGL2.
 *
 * Of every tile in sight there is one small canvas per class in it, holding that class's share of each pixel as opacity.
 * Colour, opacity, hiding and patterns are put on while drawing: changing them writes no tile anew.
 */

import { type Box, union } from '../painting/box'
import type { Coverage } from '../painting/coverage'
import type { Mask } from '../painting/mask'
import { TILE, type TileKey, WHOLE_TILE } from '../painting/tile'
import type { Look } from './look'
import { GAP, isStrong, PERIOD_PX } from './patterns'
import { type Screen, slotName, texelsOf } from './screen'
import { type Place, placesIn, type View } from './view'

/** A tile is 256 KB here for each class in it, four times what it is as bytes. */
const MOST_STENCILS = 192

type Drawn = { stencils: Map<number, CanvasRenderingContext2D>; stale: Box | null; usedAt: number }

export class FlatScreen implements Screen {
  readonly isBusy = false
  private readonly context: CanvasRenderingContext2D
  /** Where the shares of one class become its colour, before they go onto the mask. */
  private readonly palette = contextOf(1, 1)
  private readonly tiles = new Map<number, Drawn>()
  private readonly inks = new Map<number, { look: string; ink: CanvasPattern | string }>()
  private clock = 0

  constructor(
    readonly canvas: HTMLCanvasElement,
    private mask: Mask,
    private coverage: Coverage,
    /** The photo is drawn by the viewer, under the mask. */
    private readonly photo: () => HTMLElement | null,
  ) {
    const context = canvas.getContext('2d')
    if (!context) throw new Error('This browser has no canvas.')
    this.context = context
  }

  show(mask: Mask, coverage: Coverage): void {
    this.mask = mask
    this.coverage = coverage
    this.tiles.clear()
  }

  setLight(brightness: number, contrast: number, gamma: number): void {
    const photo = this.photo()
    if (!photo) return
    const curve = gamma === 1 ? '' : `url("${gammaFilter(gamma)}") `
    const isPlain = brightness === 1 && contrast === 1
    photo.style.filter = curve + (isPlain ? '' : `brightness(${brightness}) contrast(${contrast})`)
  }

  changed(level: number, key: TileKey, box: Box): void {
    const tile = this.tiles.get(slotName(level, key))
    if (tile) tile.stale = union(tile.stale, box)
  }

  draw(view: View, level: number, look: Look, parts: readonly Box[]): void {
    this.clock++
    // A canvas takes long for each call and little for a pixel: everything at once.
    const all = parts.reduce<Box | null>(union, null)
    if (all) this.drawPart(view, level, look, all)
    this.evict()
  }

  private drawPart(view: View, level: number, look: Look, part: Box): void {
    const { context } = this
    const { left, top, right, bottom } = part
    const [width, height] = [right - left, bottom - top]
    context.clearRect(left, top, width, height)
    const places = look.opacity > 0 ? this.painted(view, level, part) : []
    const values = new Set(places.flatMap(([, tile]) => [...tile.stencils.keys()]))
    for (const value of [...values].sort((a, b) => a - b)) {
      if (look.colours[4 * value + 3] === 0) continue
      this.fit(width, height)
      const { palette } = this
      palette.clearRect(0, 0, width, height)
      palette.globalCompositeOperation = 'source-over'
      palette.imageSmoothingEnabled = level > 0
      for (const [place, { stencils }] of places) {
        const stencil = stencils.get(value)
        if (!stencil) continue
        // Whole device pixels, so that neighbouring tiles neither overlap nor leave a seam.
        const x = Math.round(place.left)
        const y = Math.round(place.top)
        const w = Math.round(place.left + place.size) - x
        const h = Math.round(place.top + place.size) - y
        palette.drawImage(stencil.canvas, x - left, y - top, w, h)
      }
      palette.globalCompositeOperation = 'source-in'
      palette.fillStyle = this.inkOf(value, look)
      palette.setTransform(1, 0, 0, 1, -left, -top)
      palette.fillRect(left, top, width, height)
      palette.resetTransform()
      context.globalAlpha = look.opacity
      context.drawImage(palette.canvas, 0, 0, width, height, left, top, width, height)
    }
  }

  dispose(): void {
    this.tiles.clear()
    this.palette.canvas.width = this.palette.canvas.height = 0
  }

  private painted(view: View, level: number, part: Box): [Place, Drawn][] {
    const found: [Place, Drawn][] = []
    for (const place of placesIn(view, level, this.mask, part)) {
      const tile = this.upToDate(level, place.key)
      if (tile) found.push([place, tile])
    }
    return found
  }

  private upToDate(level: number, key: TileKey): Drawn | null {
    const texels = texelsOf(this.mask, this.coverage, level, key)
    if (!texels) return null
    const name = slotName(level, key)
    let tile = this.tiles.get(name)
    if (!tile) this.tiles.set(name, (tile = { stencils: new Map(), stale: WHOLE_TILE, usedAt: 0 }))
    tile.usedAt = this.clock
    if (tile.stale && tile.stale.left < tile.stale.right) cut(tile.stencils, texels, level, tile.stale)
    tile.stale = null
    return tile
  }

  /** Large enough for a part of the screen; it only grows. */
  private fit(width: number, height: number): void {
    const { canvas } = this.palette
    if (canvas.width < width) canvas.width = width
    if (canvas.height < height) canvas.height = height
  }

  /** What a class is painted with: its colour in its pattern. */
  private inkOf(value: number, { colours, patterns }: Look): CanvasPattern | string {
    const [r, g, b] = colours.subarray(4 * value, 4 * value + 3)
    const solid = `rgb(${r} ${g} ${b})`
    const pattern = patterns[value]!
    if (!pattern) return solid
    const look = `${solid} ${pattern} ${devicePixelRatio}`
    let kept = this.inks.get(value)
    if (kept?.look !== look) {
      kept = { look, ink: this.context.createPattern(patterned(pattern, r!, g!, b!), 'repeat')! }
      this.inks.set(value, kept)
    }
    return kept.ink
  }

  private evict(): void {
    let count = 0
    for (const { stencils } of this.tiles.values()) count += stencils.size
    if (count <= MOST_STENCILS) return
    const old = [...this.tiles].filter(([, tile]) => tile.usedAt < this.clock)
    old.sort(([, a], [, b]) => a.usedAt - b.usedAt)
    for (const [name, { stencils }] of old) {
      if (count <= MOST_STENCILS) return
      count -= stencils.size
      this.tiles.delete(name)
    }
  }
}

/** Bring the stencils of a tile up to date inside a box. */
function cut(
  stencils: Map<number, CanvasRenderingContext2D>,
  texels: Uint8Array,
  level: number,
  { left, top, right, bottom }: Box,
): void {
  const [width, height] = [right - left, bottom - top]
  const shares = new Map<number, Uint32Array<ArrayBuffer>>()
  for (const value of stencils.keys()) shares.set(value, new Uint32Array(width * height))
  let at = 0
  let last = 0
  let out: Uint32Array | undefined
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++, at++) {
      const i = y * TILE + x
      const value = level > 0 ? texels[2 * i]! : texels[i]!
      if (value === 0) continue
      if (value !== last || !out) {
        last = value
        out = shares.get(value)
        if (!out) shares.set(value, (out = new Uint32Array(width * height)))
      }
      // The highest byte of a pixel in memory is its alpha, as every browser's machine has it.
      out[at] = ((level > 0 ? texels[2 * i + 1]! : 255) << 24) >>> 0
    }
  }
  for (const [value, pixels] of shares) {
    let stencil = stencils.get(value)
    if (!stencil) stencils.set(value, (stencil = contextOf(TILE, TILE)))
    const image = new ImageData(new Uint8ClampedArray(pixels.buffer), width, height)
    stencil.putImageData(image, left, top)
  }
}

function contextOf(width: number, height: number): CanvasRenderingContext2D {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  return canvas.getContext('2d')!
}

/** One period of a pattern, as wide as WebGL2 draws it. */
function patterned(pattern: number, r: number, g: number, b: number): HTMLCanvasElement {
  const period = Math.round(PERIOD_PX * devicePixelRatio)
  const context = contextOf(period, period)
  const image = new ImageData(period, period)
  for (let y = 0; y < period; y++) {
    for (let x = 0; x < period; x++) {
      const rgba = isStrong(pattern, x + 0.5, y + 0.5, period) ? [r, g, b, 255] : [0, 0, 0, 255 * GAP]
      image.data.set(rgba, 4 * (y * period + x))
    }
  }
  context.putImageData(image, 0, 0)
  return context.canvas
}

/** An SVG filter as an address: CSS knows no gamma. */
function gammaFilter(gamma: number): string {
  const parts = ['R', 'G', 'B']
    .map((name) => `<feFunc${name} type='gamma' exponent='${1 / gamma}'/>`)
    .join('')
  const filter = `<filter id='g' color-interpolation-filters='sRGB'><feComponentTransfer>${parts}</feComponentTransfer></filter>`
  return `data:image/svg+xml,${encodeURIComponent(`<svg xmlns='http://www.w3.org/2000/svg'>${filter}</svg>`)}#g`
}
