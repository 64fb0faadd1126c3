/** For tests: a server in memory, and strokes to send it. */

import type { Mask } from './mask'
import { type MaskServer, type Saved, Trouble } from './outbox'
import type { Patch } from './patch'
import { Stroke } from './stroke'
import { decode, encode, keyOf, type Pixels, type PlaneName } from './tile'
import type { TileNews, TileUnder, TileWrite } from './wire'

/** A server in memory that keeps the rules of versions, conflicts and repeatable edits; storm.test.ts has one that keeps all. */
export class Server implements MaskServer {
  seq = 0
  edits = new Map<string, Saved>()
  tilesOf: Record<PlaneName, Map<number, TileNews & { seq: number; by?: string }>> = {
    class: new Map(),
    object: new Map(),
  }
  failures: (() => void)[] = []
  loseAnswers = 0
  refuses: (uuid: string) => boolean = () => false

  async save(frame: Uint8Array<ArrayBuffer>): Promise<Saved> {
    this.failures.shift()?.()
    const { head, tiles } = readFrame(frame)
    const done = this.edits.get(head.uuid)
    if (done) return { ...done, is_repeated: true }
    if (this.refuses(head.uuid)) throw new Trouble('refused', 'There is no class 9.')
    const moved = [
      ...tiles.map(({ plane, x, y, if_version, by }) => [plane, x, y, if_version, by] as TileUnder),
      ...head.unchanged,
    ]
      .map(([plane, x, y, version, by]) => ({ tile: this.tilesOf[plane].get(keyOf(x, y)), version, by }))
      .filter(({ tile, version, by }) => (tile?.version ?? 0) !== version || (by && tile?.by !== by))
    if (moved.length > 0)
      throw new Trouble(
        'moved',
        'moved',
        moved.map(({ tile }) => tile!),
      )
    this.seq++
    const versions = tiles.map(({ plane, x, y, if_version, data }) => {
      const tile = { plane, x, y, version: if_version + 1, data, seq: this.seq, by: head.uuid }
      this.tilesOf[plane].set(keyOf(x, y), tile)
      return { plane, x, y, version: if_version + 1 }
    })
    const saved = { seq: this.seq, versions, is_repeated: false }
    this.edits.set(head.uuid, saved)
    if (this.loseAnswers > 0) {
      this.loseAnswers--
      throw new Trouble('away', 'The answer was lost.')
    }
    return saved
  }

  async tiles(plane: PlaneName, since: number) {
    return { seq: this.seq, tiles: [...this.tilesOf[plane].values()].filter((tile) => tile.seq > since) }
  }

  async pixel(x: number, y: number, plane: PlaneName = 'class'): Promise<number> {
    const tile = this.tilesOf[plane].get(keyOf(x >> 8, y >> 8))
    return tile ? (await decode(plane, tile.data))[(y & 255) * 256 + (x & 255)]! : 0
  }

  async put(plane: PlaneName, key: number, pixels: Pixels) {
    const version = (this.tilesOf[plane].get(key)?.version ?? 0) + 1
    this.seq++
    const data = await encode(pixels)
    this.tilesOf[plane].set(key, { plane, x: key & 0xffff, y: key >>> 16, version, data, seq: this.seq })
  }
}

function readFrame(frame: Uint8Array) {
  const length = new DataView(frame.buffer).getUint32(0, true)
  const head = JSON.parse(new TextDecoder().decode(frame.subarray(4, 4 + length))) as {
    uuid: string
    tiles: (Omit<TileWrite, 'data'> & { length: number })[]
    unchanged: TileUnder[]
  }
  let at = 4 + length
  const tiles = head.tiles.map((tile) => ({ ...tile, data: frame.slice(at, (at += tile.length)) }))
  return { head, tiles }
}

export function rectangle(mask: Mask, [left, top, right, bottom]: number[], value: number): Patch {
  const stroke = new Stroke(mask, { value, locked: new Set() })
  stroke.startAt({ x: left!, y: top! })
  for (let y = top!; y < bottom!; y++) stroke.span(y, left!, right!)
  return stroke.finish()
}
