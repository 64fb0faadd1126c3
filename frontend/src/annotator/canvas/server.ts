/** The mask's end of the API, with its failures sorted by what can be done about them. */

import { address, api, Problem, send } from '../../shared/api'
import { t } from '../../shared/texts'
import type { Box } from '../painting/box'
import { type MaskServer, type Saved, Trouble } from '../painting/outbox'
import type { PlaneName } from '../painting/tile'
import { movedTiles, parseTiles } from '../painting/wire'

/** What a browser lets a closing page send; larger requests may not carry `keepalive` at all. */
const KEEPALIVE_BYTES = 60_000

/** Answers that say the door is closed, not that nobody is at home. */
const SHUT = new Set([401, 403, 404])

/** Answers after which sending the same edit again is useless. */
const REFUSALS = new Set([400, 413, 415, 422])

export function serverOf(image: number): MaskServer {
  const path = `/api/images/${image}`
  return {
    save: (frame) =>
      sorted(async () => {
        const response = await send('POST', `${path}/edits/`, frame, {
          headers: { 'Content-Type': 'application/octet-stream' },
          keepalive: frame.length < KEEPALIVE_BYTES,
        })
        return (await response.json()) as Saved
      }),
    tiles: (plane: PlaneName, since: number) =>
      sorted(async () => {
        const frame =
          (since === 0 && (await fetchedAhead(image, plane))) || (await tilesOf(image, plane, since))
        return parseTiles(plane, frame)
      }),
  }
}

async function tilesOf(image: number, plane: PlaneName, since: number): Promise<ArrayBuffer> {
  const response = await send('GET', address(`/api/images/${image}/tiles/`, { plane, since: since || null }))
  return response.arrayBuffer()
}

/** The mask of the photo one is likely to open next. What was painted since is heard of like any other news. */
let ahead: { image: number; at: number; planes: Map<PlaneName, Promise<ArrayBuffer>> } | null = null
const FRESH_MS = 5 * 60_000

export function fetchMaskAhead(image: number): void {
  if (ahead?.image === image && isFresh(ahead)) return
  const planes = (['class', 'object'] as const).map((plane) => [plane, tilesOf(image, plane, 0)] as const)
  ahead = { image, at: performance.now(), planes: new Map(planes) }
  // What cannot be fetched ahead is fetched when it is looked at.
  for (const [, answer] of planes) answer.catch(() => {})
}

const isFresh = ({ at }: { at: number }): boolean => performance.now() - at < FRESH_MS

/** Null when it was not fetched ahead, or could not be, or too long ago. Each answer is given once. */
async function fetchedAhead(image: number, plane: PlaneName): Promise<ArrayBuffer | null> {
  if (ahead?.image !== image || !isFresh(ahead)) return null
  const answer = ahead.planes.get(plane)
  ahead.planes.delete(plane)
  if (ahead.planes.size === 0) ahead = null
  return answer?.catch(() => null) ?? null
}

/** How many of the newest edits are looked through for a name. */
const LOOKED_THROUGH = 200

type PastEdit = { seq: number; uuid: string; user: string | null; box: number[] }

/** Ask who painted in a box of a photo since an edit: names, each once. */
export const whoPainted =
  (image: number) =>
  async (box: Box, since: number, mine: ReadonlySet<string>): Promise<string[]> => {
    const { results } = await api.get<{ results: PastEdit[] }>(`/api/images/${image}/edits/`, {
      limit: LOOKED_THROUGH,
    })
    const near = results.filter(({ seq, uuid, box: [left, top, right, bottom] }) => {
      const meets = left! < box.right && right! > box.left && top! < box.bottom && bottom! > box.top
      return seq > since && !mine.has(uuid) && meets
    })
    return [...new Set(near.flatMap(({ user }) => user ?? []))]
  }

async function sorted<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    // Cut off on its way: the browser's own words for that are English.
    if (!(error instanceof Problem)) throw new Trouble('away', t('shared:cut_answer'))
    if (error.status === 409) throw new Trouble('moved', error.message, movedTiles(error.body))
    // The photo was submitted, or is no longer shown to this person, or they were signed out: the stroke is kept, and
    // may be taken once that is over.
    if (SHUT.has(error.status)) throw new Trouble('locked', error.message)
    throw new Trouble(REFUSALS.has(error.status) ? 'refused' : 'away', error.message)
  }
}
