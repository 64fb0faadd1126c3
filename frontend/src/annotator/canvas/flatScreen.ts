/** The mask drawn by Canvas2D, for browsers without WebGL2: each tile in sight as a small coloured canvas. */

import { type Box, union } from '../painting/box'
import type { Coverage } from '../painting/coverage'
import type { Mask } from '../painting/mask'
import { TILE, type TileKey, WHOLE_TILE } from '../painting/tile'
import type { Look } from './look'
import { type Screen, slotName, texelsOf, wholeScreen } from './screen'
import { placesIn, type View } from './view'

/** A tile is 256 KB here, four times what it is as bytes. */
const MOST_TILES = 160

/** Half the period of the hatching, in texels. */
const HATCH_TEXELS = 5

type Drawn = { canvas: HTMLCanvasElement; stale: Box | null; usedAt: number }

export class FlatScreen implements Screen {
  private readonly context: CanvasRenderingContext2D
  private readonly tiles = new Map<number, Drawn>()
  private shownLook: Look | null = null
  private clock = 0

  constructor(
    readonly canvas: HTMLCanvasElement,
    private readonly mask: Mask,
    private readonly coverage: Coverage,
  ) {
    const context = canvas.getContext('2d')
    if (!context) throw new Error('This browser has no canvas.')
    this.context = context
  }

  changed(level: number, key: TileKey, box: Box): void {
    const tile = this.tiles.get(slotName(level, key))
    if (tile) tile.stale = union(tile.stale, box)
  }

  draw(view: View, level: number, look: Look, part: Box | null): void {
    const { context } = this
    this.clock++
    if (this.shownLook?.colours !== look.colours || this.shownLook.hatched !== look.hatched) {
      for (const tile of this.tiles.values()) tile.stale = WHOLE_TILE
      this.shownLook = look
    }
    const { left, top, right, bottom } = part ?? wholeScreen(view)
    context.save()
    context.beginPath()
    context.rect(left, top, right - left, bottom - top)
    context.clip()
    context.clearRect(left, top, right - left, bottom - top)
    context.globalAlpha = look.opacity
    context.imageSmoothingEnabled = level > 0
    for (const place of placesIn(view, level, this.mask, part ?? wholeScreen(view))) {
      const tile = this.drawn(level, place.key, look)
      if (!tile) continue
      // Whole device pixels, so that neighbouring tiles neither overlap nor leave a seam.
      const x = Math.round(place.left)
      const y = Math.round(place.top)
      context.drawImage(
        tile,
        x,
        y,
        Math.round(place.left + place.size) - x,
        Math.round(place.top + place.size) - y,
      )
    }
    context.restore()
    this.evict()
  }

  dispose(): void {
    this.tiles.clear()
  }

  private drawn(level: number, key: TileKey, look: Look): HTMLCanvasElement | null {
    const texels = texelsOf(this.mask, this.coverage, level, key)
    if (!texels) return null
    const name = slotName(level, key)
    let tile = this.tiles.get(name)
    if (!tile) {
      const canvas = document.createElement('canvas')
      canvas.width = canvas.height = TILE
      tile = { canvas, stale: WHOLE_TILE, usedAt: 0 }
      this.tiles.set(name, tile)
    }
    tile.usedAt = this.clock
    if (tile.stale && tile.stale.left < tile.stale.right) colour(tile.canvas, texels, level, look, tile.stale)
    tile.stale = null
    return tile.canvas
  }

  private evict(): void {
    if (this.tiles.size <= MOST_TILES) return
    const old = [...this.tiles].filter(([, tile]) => tile.usedAt < this.clock)
    old.sort(([, a], [, b]) => a.usedAt - b.usedAt)
    for (const [name] of old.slice(0, this.tiles.size - MOST_TILES)) this.tiles.delete(name)
  }
}

function colour(canvas: HTMLCanvasElement, texels: Uint8Array, level: number, look: Look, box: Box): void {
  const width = box.right - box.left
  const image = new ImageData(width, box.bottom - box.top)
  // Red, green, blue, alpha in memory order, as every browser's machine has them.
  const rgb = new Uint32Array(look.colours.buffer)
  const out = new Uint32Array(image.data.buffer)
  let at = 0
  for (let y = box.top; y < box.bottom; y++) {
    for (let x = box.left; x < box.right; x++, at++) {
      const i = y * TILE + x
      const value = level > 0 ? texels[2 * i]! : texels[i]!
      if (value === 0) continue
      let alpha = look.colours[4 * value + 3]!
      if (level > 0) alpha = (alpha * texels[2 * i + 1]!) / 255
      if (look.hatched[value] && Math.floor((x + y) / HATCH_TEXELS) % 2 === 1) alpha *= 0.35
      out[at] = (rgb[value]! & 0xffffff) | (Math.round(alpha) << 24)
    }
  }
  canvas.getContext('2d')!.putImageData(image, box.left, box.top)
}
