/** The past's end of the API: the mask as it was, what an edit changed, who painted a pixel, and going back. */

import { address, api, send } from '../../shared/api'
import type { Editor, EditPage, Origin, Snapshot } from '../../shared/types'
import { type Box } from '../painting/box'
import type { PastStep } from '../painting/history'
import { Mask } from '../painting/mask'
import { difference, type Patch, type Runs, type TileState } from '../painting/patch'
import { decode, keyOf, type PlaneName, type TileKey, uniform } from '../painting/tile'
import { parsePast, parseTiles } from '../painting/wire'

export type { Editor, EditPage, Origin, PastEdit, Snapshot } from '../../shared/types'

type Stack = { done: PastStep[]; undone: PastStep[] }
type StackAnswer = Record<keyof Stack, { seq: number; uuid: string; tool: string; created_at: string }[]>

export class PastServer {
  private readonly path: string

  constructor(
    image: number,
    private readonly width: number,
    private readonly height: number,
  ) {
    this.path = `/api/images/${image}`
  }

  /** A page of edits, newest first. */
  edits(query: { before?: number | null; user?: number | null; limit?: number }): Promise<EditPage> {
    return api.get<EditPage>(`${this.path}/edits/`, query)
  }

  people(): Promise<Editor[]> {
    return api.get<Editor[]>(`${this.path}/people/`)
  }

  /** What the person at the easel can undo and redo, from whatever page or tab. */
  async stack(): Promise<Stack> {
    const { done, undone } = await api.get<StackAnswer>(`${this.path}/stack/`)
    const step = ({ created_at: at, ...rest }: StackAnswer['done'][number]): PastStep => ({ ...rest, at })
    return { done: done.map(step), undone: undone.map(step) }
  }

  /** The mask as it was after an edit; 0 is before the first. */
  async maskAt(seq: number, signal?: AbortSignal): Promise<Mask> {
    const [classes, objects] = await Promise.all(
      (['class', 'object'] as const).map(async (plane) => {
        const path = address(`${this.path}/tiles/`, { plane, at: seq })
        const response = await send('GET', path, undefined, { signal })
        return parseTiles(plane, await response.arrayBuffer()).tiles
      }),
    )
    const mask = new Mask(this.width, this.height, objects!.length > 0)
    await Promise.all(
      [...classes!, ...objects!].map(async ({ plane, x, y, data }) => {
        const pixels = await decode(plane, data)
        if (plane === 'class') mask.putClasses(keyOf(x, y), pixels as Uint8Array)
        else mask.putObjects(keyOf(x, y), pixels as Uint16Array)
      }),
    )
    return mask
  }

  /** What an edit changed. */
  async patch(seq: number): Promise<Patch> {
    const response = await send('GET', `${this.path}/edits/${seq}/tiles/`)
    const states = new Map<TileKey, { before: TileState; after: TileState }>()
    for (const { plane, x, y, before, after } of parsePast(await response.arrayBuffer())) {
      const key = keyOf(x, y)
      if (!states.has(key)) states.set(key, { before: nothing(), after: nothing() })
      const state = states.get(key)!
      await put(state.before, plane, before)
      await put(state.after, plane, after)
    }
    const tiles = new Map<TileKey, Runs>()
    for (const [key, { before, after }] of states) {
      const runs = difference(before, after)
      if (runs.length > 0) tiles.set(key, runs)
    }
    return { tiles }
  }

  /** Make the mask what it was, as a new edit; returns its seq. */
  async restore(seq: number, uuid: string, box: Box | null, user: number | null): Promise<number> {
    const part = box && [box.left, box.top, box.right, box.bottom]
    const answer = await api.post<{ seq: number }>(`${this.path}/edits/${seq}/restore/`, {
      uuid,
      box: part,
      user,
    })
    return answer.seq
  }

  origin(x: number, y: number, signal: AbortSignal): Promise<Origin> {
    return api.get<Origin>(`${this.path}/pixel/`, { x, y }, signal)
  }

  snapshots(): Promise<Snapshot[]> {
    return api.get<Snapshot[]>(`${this.path}/snapshots/`)
  }

  takeSnapshot(name: string, seq: number | null): Promise<Snapshot> {
    return api.post<Snapshot>(`${this.path}/snapshots/`, { name, seq })
  }
}

export const renameSnapshot = (id: number, name: string): Promise<Snapshot> =>
  api.patch<Snapshot>(`/api/snapshots/${id}/`, { name })

export const deleteSnapshot = (id: number): Promise<void> => api.delete(`/api/snapshots/${id}/`)

const nothing = (): TileState => ({ classes: uniform('class', 0), objects: null })

async function put(state: TileState, plane: PlaneName, data: Uint8Array<ArrayBuffer>): Promise<void> {
  const pixels = await decode(plane, data)
  if (plane === 'class') state.classes = pixels as Uint8Array
  else state.objects = pixels as Uint16Array
}
