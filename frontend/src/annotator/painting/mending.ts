/** What mending changes about regions: holes filled, edges moved or smoothed. */

import { type Area, without } from './area'
import type { Box } from './box'
import { holesOf } from './holes'
import { grown, shrunk, smoothed } from './morphology'

export type Mending = 'holes' | 'grow' | 'shrink' | 'smooth'

/** Pixels to paint with the region's class, and pixels of it to erase. */
export type Mended = { added: Area; removed: Area }

const NOTHING: Area = new Int32Array(0)

/** One answer per region. reach: by how many pixels, where that means something. */
export function* mended(
  regions: readonly Area[],
  how: Mending,
  reach: number,
  photo: Box,
): Generator<number, Mended[]> {
  const all: Mended[] = []
  for (const [i, region] of regions.entries()) {
    const work = mend(region, how, reach, photo)
    let step = work.next()
    for (; !step.done; step = work.next()) yield (i + step.value) / regions.length
    all.push(step.value)
    yield (i + 1) / regions.length
  }
  return all
}

function* mend(region: Area, how: Mending, reach: number, photo: Box): Generator<number, Mended> {
  if (how === 'holes') return { added: holesOf(region), removed: NOTHING }
  if (how === 'grow') return { added: without(yield* grown(region, reach, photo), region), removed: NOTHING }
  const after = yield* how === 'shrink' ? shrunk(region, reach, photo) : smoothed(region, reach, photo)
  return { added: without(after, region), removed: without(region, after) }
}
