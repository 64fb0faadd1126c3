/** The mask's end of the API, with its failures sorted by what can be done about them. */

import { address, api, Problem, send } from '../../shared/api'
import { t } from '../../shared/texts'
import { uuid } from '../../shared/uuid'
import type { Box } from '../painting/box'
import { type MaskServer, type Saved, Trouble } from '../painting/outbox'
import type { PlaneName } from '../painting/tile'
import { movedTiles, parseTiles } from '../painting/wire'

/** What a browser lets a closing page send; larger requests may not carry `keepalive` at all. */
const KEEPALIVE_BYTES = 60_000

/** Answers that say the door is closed, not that nobody is at home. */
const SHUT = new Set([401, 403, 404])

/** Answers after which sending the same edit again is useless: a person has to decide. */
const REFUSALS = new Set([400, 413, 415, 422])

export function serverOf(image: number): MaskServer {
  const path = `/api/images/${image}`
  return {
    save: (frame) => sorted(() => saved(`${path}/edits/`, frame)),
    tiles: (plane: PlaneName, since: number) =>
      sorted(async () => {
        const frame =
          (since === 0 && (await fetchedAhead(image, plane))) || (await tilesOf(image, plane, since))
        return parseTiles(plane, frame)
      }),
  }
}

/** The first try of how much a request may carry where the whole edit was too much: proxies often stop at a megabyte. */
const FIRST_PIECE = 512 * 1024
/** Where not even so much gets through, it is not the size. */
const LEAST_PIECE = 1024
/** No proxy stops earlier: one refusal of something small must not cut all that comes after into crumbs. */
const LEAST_LIMIT = 64 * 1024
const TOO_LARGE = 413

/** What has been found out about how much a request may carry. */
let mostBytes = Infinity

async function saved(path: string, frame: Uint8Array<ArrayBuffer>): Promise<Saved> {
  if (frame.length <= mostBytes) {
    try {
      return await post(path, frame)
    } catch (error) {
      if (!isTooLarge(error) || frame.length <= LEAST_PIECE) throw error
    }
  }
  let piece = Math.min(mostBytes, FIRST_PIECE, Math.ceil(frame.length / 2))
  for (;;) {
    try {
      const answer = await postInPieces(path, frame, piece)
      mostBytes = Math.max(piece, LEAST_LIMIT)
      return answer
    } catch (error) {
      if (!isTooLarge(error) || piece <= LEAST_PIECE) throw error
      piece = Math.max(LEAST_PIECE, piece >> 1)
    }
  }
}

/** One edit whatever its pieces: the server puts them together and answers the last. */
async function postInPieces(path: string, frame: Uint8Array<ArrayBuffer>, most: number): Promise<Saved> {
  const parcel = uuid()
  let offset = 0
  for (; offset + most < frame.length; offset += most) {
    const query = { parcel, offset, size: frame.length }
    await post(address(`${path}pieces/`, query), frame.subarray(offset, offset + most))
  }
  return post(address(`${path}pieces/`, { parcel, offset, size: frame.length }), frame.subarray(offset))
}

async function post(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<Saved> {
  const response = await send('POST', path, bytes, {
    headers: { 'Content-Type': 'application/octet-stream' },
    keepalive: bytes.length < KEEPALIVE_BYTES,
  })
  return (await response.json()) as Saved
}

const isTooLarge = (error: unknown): boolean => error instanceof Problem && error.status === TOO_LARGE

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
    throw new Trouble(REFUSALS.has(error.status) ? 'refused' : 'away', sentenceFor(error))
  }
}

/** A proxy that lets nothing so large through says it in HTML. */
const sentenceFor = (error: Problem): string =>
  isTooLarge(error) && !error.body.problem ? t('unsent:too_large') : error.message
