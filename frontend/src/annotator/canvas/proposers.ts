/** Who can propose masks on a photo, and asking them. */

import { api } from '../../shared/api'
import type { Job, Proposal, ProposalAnswer, Proposer, Question } from '../../shared/types'
import { t } from '../../shared/texts'
import { type ProposedMask, unpacked } from '../painting/proposal'
import { Store } from './store'

/** Which one is asked: the one that needs no model until another is chosen. */
export const chosenProposer = new Store<{ name: string }>({ name: 'grabcut' })

const WAIT_MS = 300

export const proposersOn = (image: number): Promise<Proposer[]> =>
  api.get<Proposer[]>(`/api/images/${image}/proposers/`)

/** Have a mask proposed. Throws a Problem with a sentence when that cannot be. */
export async function askFor(image: number, question: Question, signal: AbortSignal): Promise<ProposedMask> {
  const { proposal, job } = await api.post<ProposalAnswer>(`/api/images/${image}/propose/`, question, signal)
  return unpacked(proposal ?? (await awaited(image, job!, signal)))
}

/** What a job proposes, once it has finished. It is cancelled when nobody waits any more. */
async function awaited(image: number, job: number, signal: AbortSignal): Promise<Proposal> {
  signal.addEventListener('abort', () => void api.post(`/api/jobs/${job}/cancel/`).catch(() => {}), {
    once: true,
  })
  for (;;) {
    const { status, problem } = await api.get<Job>(`/api/jobs/${job}/`, {}, signal)
    if (status === 'finished') return api.get<Proposal>(`/api/images/${image}/proposals/${job}/`, {}, signal)
    if (status !== 'queued' && status !== 'running') throw new Error(problem || t('smart:job_ended'))
    await new Promise((go) => setTimeout(go, WAIT_MS))
  }
}
