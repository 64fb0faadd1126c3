/** Tiles and edits as bytes on the wire; numbers are little-endian. */

import type { PlaneName } from './tile'

type Bytes = Uint8Array<ArrayBuffer>

/** A tile as the server has it. */
export type TileNews = { plane: PlaneName; x: number; y: number; version: number; data: Bytes }

/** by: the edit that must have made the version, where that is not certain. */
export type TileWrite = {
  plane: PlaneName
  x: number
  y: number
  if_version: number
  by?: string
  data: Bytes
}

/** A tile that an edit was made on and leaves as it is. */
export type TileUnder = [plane: PlaneName, x: number, y: number, version: number, by?: string]

export type EditHead = {
  uuid: string
  tool: string
  /** [left, top, right, bottom] */
  box: [number, number, number, number]
  details: Record<string, unknown>
  unchanged: TileUnder[]
}

/** u32 length of the header, the header as JSON, then the tiles' bytes one after another. */
export function editFrame(head: EditHead, tiles: readonly TileWrite[]): Bytes {
  const listed = tiles.map(({ data, ...tile }) => ({ ...tile, length: data.length }))
  const header = new TextEncoder().encode(JSON.stringify({ ...head, tiles: listed }))
  const frame = new Uint8Array(4 + header.length + tiles.reduce((sum, tile) => sum + tile.data.length, 0))
  new DataView(frame.buffer).setUint32(0, header.length, true)
  frame.set(header, 4)
  let at = 4 + header.length
  for (const { data } of tiles) {
    frame.set(data, at)
    at += data.length
  }
  return frame
}

/** u32 seq of the image, u32 count, then per tile u32 x, y, version, length and its bytes. */
export function parseTiles(plane: PlaneName, frame: ArrayBuffer): { seq: number; tiles: TileNews[] } {
  const view = new DataView(frame)
  const count = view.getUint32(4, true)
  const tiles: TileNews[] = []
  let at = 8
  for (let i = 0; i < count; i++) {
    const [x, y, version, length] = [0, 4, 8, 12].map((step) => view.getUint32(at + step, true)) as [
      number,
      number,
      number,
      number,
    ]
    tiles.push({ plane, x, y, version, data: new Uint8Array(frame, at + 16, length) })
    at += 16 + length
  }
  if (at !== frame.byteLength) {
    throw new RangeError(`The mask should end after ${at} bytes, but ${frame.byteLength} came.`)
  }
  return { seq: view.getUint32(0, true), tiles }
}

/** The tiles in the body of a 409, whose data is base64. */
export function movedTiles(body: Record<string, unknown>): TileNews[] {
  const tiles = Array.isArray(body.tiles) ? (body.tiles as Record<string, unknown>[]) : []
  return tiles.map((tile) => ({
    plane: tile.plane === 'object' ? 'object' : 'class',
    x: Number(tile.x),
    y: Number(tile.y),
    version: Number(tile.version),
    data: Uint8Array.from(atob(String(tile.data ?? '')), (letter) => letter.charCodeAt(0)),
  }))
}

/** A tile before and after an edit. */
export type TileChange = { plane: PlaneName; x: number; y: number; before: Bytes; after: Bytes }

/** u32 seq, u32 count, then per tile u32 plane (0 class, 1 object), x, y, length before, length after and both states. */
export function parsePast(frame: ArrayBuffer): TileChange[] {
  const view = new DataView(frame)
  const changes: TileChange[] = []
  let at = 8
  for (let i = view.getUint32(4, true); i > 0; i--) {
    const [plane, x, y, was, is] = [0, 4, 8, 12, 16].map((step) => view.getUint32(at + step, true)) as [
      number,
      number,
      number,
      number,
      number,
    ]
    at += 20
    const before = new Uint8Array(frame, at, was)
    const after = new Uint8Array(frame, at + was, is)
    changes.push({ plane: plane === 0 ? 'class' : 'object', x, y, before, after })
    at += was + is
  }
  if (at !== frame.byteLength) {
    throw new RangeError(`The edit should end after ${at} bytes, but ${frame.byteLength} came.`)
  }
  return changes
}
