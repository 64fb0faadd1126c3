/** The bucket by colour: what hangs together with a pixel and looks like it in the photo. */

import { type Area, AreaWriter, union } from './area'
import type { Box, Point } from './box'
import { holesOf } from './holes'
import { keyOf, type TileKey } from './tile'

/** How far from the click it may reach, in pixels, and how much it may fill. */
export const FARTHEST = 4096
export const MOST_SIMILAR_PX = 16_000_000
export const MOST_TOLERANCE = 128
/** Noise leaves pinholes in what is of one colour for a person: up to this size they are filled too. */
const PINHOLE_PX = 40

export type Similar = {
  at: Point
  /** How far red, green and blue may each be from those of the pixel, of 255. */
  tolerance: number
  /** Only inside of this. */
  box: Box
  /** Class tiles of the mask: what is filled stays in the class that is under the click. */
  classes: ReadonlyMap<TileKey, Uint8Array>
  /** Width and height of a tile of the photo. */
  tile: number
}

/** Red, green, blue and opacity of a tile of the photo at its full size, row by row. */
export type PhotoTile = { width: number; height: number; rgba: Uint8ClampedArray }

export class TooMuchAlike extends RangeError {
  constructor() {
    super(`More than ${MOST_SIMILAR_PX / 1e6} megapixels look like this.`)
    this.name = 'TooMuchAlike'
  }
}

/** What a pixel of a tile may be, besides 0: not of the kind. */
const LOOKS_LIKE_IT = 1
const TAKEN = 2

type Looked = { left: number; top: number; width: number; height: number; looks: Uint8Array }

/** Yields how much of what it may fill is found; throws TooMuchAlike beyond that. read: the photo's tile in a column and row. */
export async function* similar(
  asked: Similar,
  read: (column: number, row: number) => Promise<PhotoTile>,
): AsyncGenerator<number, Area> {
  const { tile, box } = asked
  const at = { x: Math.floor(asked.at.x), y: Math.floor(asked.at.y) }
  const [column, row] = [Math.floor(at.x / tile), Math.floor(at.y / tile)]
  const first = await read(column, row)
  const i = 4 * ((at.y - row * tile) * first.width + at.x - column * tile)
  const colour = [...first.rgba.subarray(i, i + 3)] as [number, number, number]
  const classOf = classesIn(asked.classes)
  const wanted = classOf(at.x, at.y)

  const tiles = new Map<TileKey, Looked>([
    [keyOf(column, row), looked(first, column, row, asked, colour, wanted)],
  ])
  const seeds = new Map<TileKey, number[]>([[keyOf(column, row), [at.x, at.y]]])
  const sow = (x: number, y: number) => {
    if (x < box.left || y < box.top || x >= box.right || y >= box.bottom) return
    const key = keyOf(Math.floor(x / tile), Math.floor(y / tile))
    const there = tiles.get(key)
    if (there && there.looks[(y - there.top) * there.width + x - there.left] !== LOOKS_LIKE_IT) return
    const sown = seeds.get(key)
    if (sown) sown.push(x, y)
    else seeds.set(key, [x, y])
  }

  let found = 0
  for (let next = seeds.entries().next(); !next.done; next = seeds.entries().next()) {
    const [key, sown] = next.value
    seeds.delete(key)
    const [tx, ty] = [key & 0xffff, key >>> 16]
    let here = tiles.get(key)
    if (!here) tiles.set(key, (here = looked(await read(tx, ty), tx, ty, asked, colour, wanted)))
    found += flood(here, sown, sow)
    if (found > MOST_SIMILAR_PX) throw new TooMuchAlike()
    yield found / MOST_SIMILAR_PX
  }
  return withoutPinholes(taken(tiles), (x, y) => classOf(x, y) === wanted)
}

/** Which pixels of a tile are of the colour and class looked for. */
function looked(
  { width, height, rgba }: PhotoTile,
  column: number,
  row: number,
  { tolerance, box, classes, tile }: Similar,
  [red, green, blue]: [number, number, number],
  wanted: number,
): Looked {
  const [left, top] = [column * tile, row * tile]
  const classOf = classesIn(classes)
  const looks = new Uint8Array(width * height)
  const isIn = (x: number, y: number) => x >= box.left && y >= box.top && x < box.right && y < box.bottom
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (
        Math.abs(rgba[4 * i]! - red) <= tolerance &&
        Math.abs(rgba[4 * i + 1]! - green) <= tolerance &&
        Math.abs(rgba[4 * i + 2]! - blue) <= tolerance &&
        isIn(left + x, top + y) &&
        classOf(left + x, top + y) === wanted
      )
        looks[i] = LOOKS_LIKE_IT
    }
  }
  return { left, top, width, height, looks }
}

/** Take what hangs together with the seeds, inside one tile; `sow` is told the neighbours beyond its edges. */
function flood(
  { left, top, width, height, looks }: Looked,
  seeds: number[],
  sow: (x: number, y: number) => void,
): number {
  const todo: number[] = []
  let found = 0
  const take = (x: number, y: number) => {
    if (looks[y * width + x] !== LOOKS_LIKE_IT) return
    looks[y * width + x] = TAKEN
    found++
    todo.push(x, y)
  }
  for (let i = 0; i < seeds.length; i += 2) take(seeds[i]! - left, seeds[i + 1]! - top)
  while (todo.length > 0) {
    const y = todo.pop()!
    const x = todo.pop()!
    if (x > 0) take(x - 1, y)
    else sow(left - 1, top + y)
    if (x + 1 < width) take(x + 1, y)
    else sow(left + width, top + y)
    if (y > 0) take(x, y - 1)
    else sow(left + x, top - 1)
    if (y + 1 < height) take(x, y + 1)
    else sow(left + x, top + height)
  }
  return found
}

function taken(tiles: ReadonlyMap<TileKey, Looked>): Area {
  const writer = new AreaWriter()
  const rows = new Map<number, Looked[]>()
  for (const [, tile] of [...tiles].sort(([a], [b]) => a - b)) {
    const side = rows.get(tile.top)
    if (side) side.push(tile)
    else rows.set(tile.top, [tile])
  }
  for (const [top, side] of rows) {
    for (let y = 0; y < side[0]!.height; y++) {
      for (const { left, width, looks } of side) {
        for (let x = 0; x < width; x++) {
          if (looks[y * width + x] !== TAKEN) continue
          const start = x
          while (x < width && looks[y * width + x] === TAKEN) x++
          writer.add(top + y, left + start, left + x)
        }
      }
    }
  }
  return writer.take()
}

function withoutPinholes(area: Area, isWanted: (x: number, y: number) => boolean): Area {
  const holes = holesOf(area, PINHOLE_PX)
  const rows = new AreaWriter()
  for (let i = 0; i < holes.length; i += 3) {
    for (let x = holes[i + 1]!; x < holes[i + 2]!; x++) {
      if (isWanted(x, holes[i]!)) rows.add(holes[i]!, x, x + 1)
    }
  }
  return union(area, rows.take())
}

const classesIn =
  (classes: ReadonlyMap<TileKey, Uint8Array>) =>
  (x: number, y: number): number =>
    classes.get(keyOf(x >> 8, y >> 8))?.[((y & 255) << 8) | (x & 255)] ?? 0
