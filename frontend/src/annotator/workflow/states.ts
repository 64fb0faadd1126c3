/** How far the work on a photo is, in words, and which of its possible moves is the one most people want next. */

import type { WorkAction, Workflow, WorkState } from '../../shared/types'

/** As they follow each other. */
export const STATES: readonly WorkState[] = ['open', 'claimed', 'done', 'submitted', 'returned', 'accepted']

export const isState = (value: string): value is WorkState => (STATES as readonly string[]).includes(value)

/** The first of these that is possible is offered on a button of its own: those that go on, none that goes back. */
const NEXT: readonly WorkAction[] = ['accept', 'finish', 'submit', 'claim']

/** The move that goes on from here; null when this person can only wait or look. */
export function nextMove({ state, moves, holder }: Workflow, me: number): WorkAction | null {
  const isMine = holder?.id === me
  // What is in nobody's hands, or left by somebody else, is taken before it is finished.
  const isToTake = !isMine && (state === 'open' || state === 'claimed' || state === 'returned')
  const wanted = isToTake ? ['claim' as const, ...NEXT] : NEXT
  return wanted.find((move) => moves.includes(move)) ?? null
}

/** A move by the key of its words: claiming means something else from other states. */
export function moveKey(
  action: WorkAction,
  { state, holder }: Pick<Workflow, 'state' | 'holder'>,
  me: number,
) {
  if (action !== 'claim') return action
  if (holder && holder.id !== me) return 'take_over'
  return state === 'open' ? 'claim' : 'work_again'
}

/** Which sentence says how it stands: who has it, who is waited for. */
export function standing(workflow: Pick<Workflow, 'state' | 'holder' | 'is_idle'>, me: number) {
  const { state, holder, is_idle } = workflow
  if (state === 'claimed') {
    if (!holder) return 'claimed_nobody' as const
    if (holder.id === me) return 'claimed_me' as const
    return is_idle ? ('claimed_idle' as const) : ('claimed_other' as const)
  }
  if (state === 'returned') {
    return !holder ? 'returned_nobody' : holder.id === me ? 'returned_me' : 'returned_other'
  }
  if (state === 'done') return holder && holder.id !== me ? 'done_other' : 'done_me'
  return state
}

/** Whether painting now goes into somebody else's work, so that a note is due. */
export const isOthersWork = (
  { state, holder, is_idle }: Pick<Workflow, 'state' | 'holder' | 'is_idle'>,
  me: number,
) => (state === 'claimed' || state === 'returned') && holder !== null && holder.id !== me && !is_idle

/** What the photo was last returned for; null when it is not returned. */
export function reasonOf({ state, changes }: Pick<Workflow, 'state' | 'changes'>) {
  const last = changes.findLast(({ after }) => after === 'returned')
  // While it is being worked on the reason still holds.
  const isOpenStill = state === 'returned' || state === 'claimed' || state === 'done'
  const isSettled = changes.some(({ id, after }) => last && id > last.id && after === 'accepted')
  return last && isOpenStill && !isSettled ? last : null
}
