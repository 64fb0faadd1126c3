/** 256x256 pixels of a mask: their place, and their bytes on the wire. */

import type { Box } from './box'

export const TILE = 256
export const TILE_PX = TILE * TILE

/** Class bytes or object ids of one tile, row by row. Never changed once a plane holds it: a change is a new tile. */
export type Pixels = Uint8Array | Uint16Array

export type PlaneName = 'class' | 'object'

/** A tile's place as one number, so that it can be a key of a Map. */
export type TileKey = number

export const keyOf = (x: number, y: number): TileKey => y * 0x10000 + x
export const xOf = (key: TileKey): number => key & 0xffff
export const yOf = (key: TileKey): number => key >>> 16

export const boxOfTile = (key: TileKey): Box => ({
  left: xOf(key) * TILE,
  top: yOf(key) * TILE,
  right: (xOf(key) + 1) * TILE,
  bottom: (yOf(key) + 1) * TILE,
})

export const WHOLE_TILE: Box = { left: 0, top: 0, right: TILE, bottom: TILE }

const uniformTiles = { class: new Map<number, Uint8Array>(), object: new Map<number, Uint16Array>() }

/** The one shared tile that has this value everywhere: a fully painted sky costs one tile of memory. */
export function uniform(plane: 'class', value: number): Uint8Array
export function uniform(plane: 'object', value: number): Uint16Array
export function uniform(plane: PlaneName, value: number): Pixels
export function uniform(plane: PlaneName, value: number): Pixels {
  const known = uniformTiles[plane].get(value)
  if (known) return known
  if (plane === 'class') {
    const tile = new Uint8Array(TILE_PX).fill(value)
    uniformTiles.class.set(value, tile)
    return tile
  }
  const tile = new Uint16Array(TILE_PX).fill(value)
  uniformTiles.object.set(value, tile)
  return tile
}

/** The same pixels by four bytes at a time: comparing them so takes a quarter of the time. */
export const wordsOf = (pixels: Pixels): Uint32Array =>
  new Uint32Array(pixels.buffer, pixels.byteOffset, pixels.byteLength / 4)

/** The value of a tile that has only one, else null. */
export function uniformValue(pixels: Pixels): number | null {
  const first = pixels[0]!
  const word = pixels instanceof Uint8Array ? (first * 0x01010101) >>> 0 : (first * 0x00010001) >>> 0
  const words = wordsOf(pixels)
  for (let i = 0; i < words.length; i++) if (words[i] !== word) return null
  return first
}

/** A tile of one value is that value, little-endian; any other the raw deflate stream of its little-endian bytes. */
export async function encode(pixels: Pixels): Promise<Uint8Array<ArrayBuffer>> {
  const value = uniformValue(pixels)
  if (value !== null) {
    return pixels instanceof Uint8Array ? Uint8Array.of(value) : Uint8Array.of(value & 0xff, value >> 8)
  }
  return pump(bytesOf(pixels), new CompressionStream('deflate-raw'))
}

/** The reverse of `encode`. Throws a RangeError for bytes that are not exactly one tile. */
export async function decode(plane: PlaneName, data: Uint8Array<ArrayBuffer>): Promise<Pixels> {
  const bytesPerPixel = plane === 'class' ? 1 : 2
  if (data.length === bytesPerPixel) {
    return uniform(plane, plane === 'class' ? data[0]! : data[0]! | (data[1]! << 8))
  }
  const raw = await pump(data, new DecompressionStream('deflate-raw'))
  if (raw.length !== TILE_PX * bytesPerPixel) {
    throw new RangeError(`A mask tile has ${TILE_PX * bytesPerPixel} bytes, but ${raw.length} came.`)
  }
  return plane === 'class' ? raw : new Uint16Array(raw.buffer)
}

/** The bytes in memory order. Every browser machine is little-endian, as is the wire. */
export function bytesOf(pixels: Pixels): Uint8Array<ArrayBuffer> {
  return new Uint8Array(pixels.buffer as ArrayBuffer, pixels.byteOffset, pixels.byteLength)
}

async function pump(data: Uint8Array<ArrayBuffer>, stream: CompressionStream | DecompressionStream) {
  const writer = stream.writable.getWriter()
  // What is wrong with the data is told by the reading side; unheard, the writing side would shout it again.
  writer.write(data).catch(() => {})
  writer.close().catch(() => {})
  return new Uint8Array(await new Response(stream.readable).arrayBuffer())
}
