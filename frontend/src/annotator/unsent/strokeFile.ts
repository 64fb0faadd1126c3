/** Strokes as a file, for a person who wants to keep what the studio will not take. */

import type { JournalEntry } from '../painting/journal'
import { FIELDS, fromKept } from '../painting/patch'
import { xOf, yOf } from '../painting/tile'

const RUN = ['pixel', 'length', 'class before', 'class after', 'object before', 'object after']

/** JSON with everything that was painted: of each tile of 256 x 256 pixels the runs that changed. */
export function strokeFile(photo: string, strokes: readonly JournalEntry[]): string {
  return JSON.stringify({
    photo,
    run: RUN,
    strokes: strokes.map(({ uuid, at, tool, refused = '', details, patch }) => ({
      uuid,
      made: new Date(at).toISOString(),
      tool,
      refused,
      details,
      tiles: [...fromKept(patch).tiles].map(([key, runs]) => ({
        x: xOf(key),
        y: yOf(key),
        runs: runsOf(runs),
      })),
    })),
  })
}

function runsOf(numbers: Uint16Array): number[][] {
  const runs: number[][] = []
  for (let i = 0; i < numbers.length; i += FIELDS) {
    const [pixel, lessOne, ...rest] = numbers.subarray(i, i + FIELDS)
    runs.push([pixel!, lessOne! + 1, ...rest])
  }
  return runs
}

/** Let the browser save the strokes. */
export function saveStrokes(photo: string, strokes: readonly JournalEntry[]): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([strokeFile(photo, strokes)], { type: 'application/json' }))
  link.download = `${photo.replace(/\.\w+$/, '')}.strokes.json`
  link.click()
  // Not before the browser has begun to read it.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
