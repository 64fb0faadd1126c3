/** Selecting photos in the gallery, one by one or, with Shift, from the last one to this one. */

/** The selection after a click on `id`; `order` is what the page shows, `last` what was clicked before. */
export function toggled(
  selected: ReadonlySet<number>,
  id: number,
  { order, last, isRange }: { order: readonly number[]; last: number | null; isRange: boolean },
): Set<number> {
  const next = new Set(selected)
  const isWanted = !selected.has(id)
  for (const each of isRange ? between(order, last, id) : [id]) {
    if (isWanted) next.add(each)
    else next.delete(each)
  }
  return next
}

function between(order: readonly number[], last: number | null, id: number): readonly number[] {
  const from = last === null ? -1 : order.indexOf(last)
  const to = order.indexOf(id)
  if (from < 0 || to < 0) return [id]
  return order.slice(Math.min(from, to), Math.max(from, to) + 1)
}

/** Do the same to several things, a few at a time; returns how many succeeded and the first failure. */
export async function each<T>(
  things: readonly T[],
  work: (thing: T) => Promise<unknown>,
  atOnce = 4,
): Promise<{ done: T[]; error: unknown }> {
  const next = things.values()
  const done: T[] = []
  let error: unknown = null
  const worker = async () => {
    for (const thing of next) {
      if (error) return
      try {
        await work(thing)
        done.push(thing)
      } catch (problem) {
        error ??= problem
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return { done, error }
}
