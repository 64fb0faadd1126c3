/** What states, comments and guide ask of an open photo while somebody sits at it. */

import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'

import { api } from '../../shared/api'
import type { Painter } from '../canvas/painter'
import type { Image, Project } from '../canvas/useAnnotation'
import { hasGuide, useComments, useGuide, useWorkflow } from './records'
import { drawPins } from './pinLayer'

/** A claim goes stale after half an hour without a sign of life. */
const STAY_MS = 5 * 60_000

/** Keeps the painter's locks and pins up to date; returns why nobody may paint now, '' when one may. */
export function useReview(painter: Painter | null, image: Image, project: Project, me: number): string {
  const queries = useQueryClient()
  const { data: workflow } = useWorkflow(image.id)
  const { data: threads } = useComments(image.id)
  const { data: guide } = useGuide(project.id)
  const locked = workflow?.locked ?? ''
  const isMine = workflow?.holder?.id === me

  useEffect(() => painter?.setLocked(locked), [painter, locked])

  useEffect(() => {
    if (!painter) return
    const { talk, layers } = painter.desk
    const layer = layers.add(drawPins(talk))
    const stop = talk.subscribe(() => layer.invalidate())
    return () => {
      stop()
      layer.remove()
    }
  }, [painter])

  useEffect(() => {
    const pins = (threads ?? []).flatMap(({ id, at, resolved_at }, i) =>
      at ? [{ id, number: i + 1, at: { x: at[0]!, y: at[1]! }, isResolved: resolved_at !== null }] : [],
    )
    painter?.desk.talk.set({ pins })
  }, [painter, threads])

  useEffect(() => {
    if (!painter) return
    const { talk } = painter.desk
    let before = talk.get().news
    return talk.subscribe(() => {
      const { news } = talk.get()
      if (news === before) return
      before = news
      for (const key of ['workflow', 'comments'])
        void queries.invalidateQueries({ queryKey: [key, image.id] })
    })
  }, [painter, image.id, queries])

  // The server said no to a stroke before this page had heard of the new state.
  useEffect(() => {
    if (!painter) return
    let before = painter.status.get().save.kind
    return painter.status.subscribe(() => {
      const { kind } = painter.status.get().save
      if (kind === 'locked' && before !== 'locked') {
        void queries.invalidateQueries({ queryKey: ['workflow', image.id] })
      }
      before = kind
    })
  }, [painter, image.id, queries])

  useEffect(() => {
    if (!isMine) return
    const stay = () => {
      if (document.visibilityState !== 'visible') return
      // Not being heard is no harm: painting is a sign of life, too.
      void api.post(`/api/images/${image.id}/workflow/stay/`).catch(() => {})
    }
    stay()
    const timer = setInterval(stay, STAY_MS)
    return () => clearInterval(timer)
  }, [isMine, image.id])

  useEffect(() => {
    if (!painter || !hasGuide(guide) || !isFirstSight(me, project.id)) return
    painter.choice.set({ panel: 'talk' })
  }, [painter, guide, me, project.id])

  return locked
}

/** Whether this person has not been shown this project's guide in this browser before; from now on they have. */
function isFirstSight(me: number, project: number): boolean {
  const key = `catenary.guide-seen.${me}.${project}`
  try {
    if (localStorage.getItem(key)) return false
    localStorage.setItem(key, 'yes')
    return true
  } catch {
    // A browser that keeps nothing would be shown it every time.
    return false
  }
}
