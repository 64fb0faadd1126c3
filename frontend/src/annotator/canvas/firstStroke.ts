/** The first stroke, step by step: which of the steps a person has done, told from what happens at the easel. */

/** In the order in which they are asked for. */
export const STEPS = ['choose', 'paint', 'undo', 'redo', 'neutral'] as const

export type Step = (typeof STEPS)[number]

/** What the coach looks at. */
export type Seen = {
  /** Class bytes: the chosen one, the first of the project, and neutral; 0 where there is none. */
  chosen: number
  first: number
  neutral: number
  canUndo: boolean
  canRedo: boolean
  /** Edits that wait to be sent: one more is a stroke. */
  waiting: number
}

/** The steps that are done after something happened. A step counts only once those before it are done. */
export function doneAfter(done: number, before: Seen, now: Seen): number {
  const step = STEPS[done]
  return step && isDone[step](before, now) ? doneAfter(done + 1, now, now) : done
}

/** Where the lesson begins: nobody is asked to choose what is chosen already. */
export const doneAtFirst = (now: Seen): number => doneAfter(0, now, now)

const isDone: Record<Step, (before: Seen, now: Seen) => boolean> = {
  choose: (_, { chosen, first }) => chosen === first,
  // What can be undone may come from an earlier visit; what waits to be sent was painted just now.
  paint: (before, now) => now.chosen === now.first && now.waiting > before.waiting,
  undo: (before, now) => now.canRedo && !before.canRedo,
  redo: (before, now) => !now.canRedo && before.canRedo && now.canUndo,
  neutral: (_, { chosen, neutral }) => neutral > 0 && chosen === neutral,
}
