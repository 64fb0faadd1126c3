/** Strokes of tabs that crashed or were closed, sent without their photos being opened. */

import { api, Problem } from '../../shared/api'
import type { Image } from '../../shared/types'
import { isInUse, journal, Postbox } from '../canvas/postbox'
import type { JournalEntry } from '../painting/journal'
import { Mask } from '../painting/mask'

/** What became of the strokes that waited for a photo. */
export type Left = {
  image: number
  /** Of the photo; '' where nobody tells. */
  name: string
  isSent: boolean
  /** Whether the photo can be opened, as far as is known. */
  isThere: boolean
  /** Why they still wait. */
  problem: string
  strokes: readonly JournalEntry[]
}

/** Send what can be sent, one photo after another. Photos that are open here see to themselves. */
export async function* sendLeft(user: number): AsyncGenerator<Left> {
  const strokes = await journal.left(user)
  for (const image of new Set(strokes.map((one) => one.image))) {
    if (isInUse(image)) continue
    const left = await sendTo(
      image,
      user,
      strokes.filter((one) => one.image === image),
    )
    if (left) yield left
  }
}

/** Null where there is nothing to tell: the server is away, or another tab was quicker. */
async function sendTo(image: number, user: number, strokes: JournalEntry[]): Promise<Left | null> {
  const unknown = { image, name: '', isSent: false, isThere: false, problem: '', strokes }
  try {
    const { name, width, height } = await api.get<Image>(`/api/images/${image}/`)
    const here = { ...unknown, name, isThere: true }
    const refused = strokes.filter((one) => one.refused !== undefined)
    const told = refused.length > 0 ? { ...here, strokes: refused, problem: refused[0]!.refused! } : null
    if (refused.length === strokes.length) return told
    const postbox = new Postbox(new Mask(width, height), { image, user })
    const { kind, problem, sent } = await postbox.sendLeft()
    if (kind === 'saved')
      return told ?? (sent > 0 ? { ...here, isSent: true, strokes: strokes.slice(0, sent) } : null)
    return kind === 'locked' ? { ...here, problem } : null
  } catch (error) {
    // Deleted, or not shared any more: whoever painted them decides what becomes of them.
    const isGone = error instanceof Problem && error.status === 404
    return isGone ? { ...unknown, problem: error.message } : null
  }
}

/** Give strokes up. */
export async function discardLeft(strokes: readonly JournalEntry[]): Promise<void> {
  for (const { uuid } of strokes) await journal.remove(uuid)
}
