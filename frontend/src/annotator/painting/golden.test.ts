/** The rule, and the same strokes in Python: tests/annotator/raster/test_golden.py. */

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

import { Mask } from './mask'
import { polygon } from './shapes'
import { BrushStroke, Stroke } from './stroke'
import { xOf, yOf } from './tile'

type Step = {
  tool: 'brush' | 'polygon'
  size?: number
  value: number
  points: [number, number][]
  locked?: number[]
}
type Recording = { name: string; width: number; height: number; steps: Step[]; tiles: Record<string, string> }

const file = new URL('../../../../tests/golden/strokes.json', import.meta.url)
const { recordings } = JSON.parse(readFileSync(file, 'utf8')) as { recordings: Recording[] }

function paint(mask: Mask, { tool, size, value, points, locked }: Step): void {
  const corners = points.map(([x, y]) => ({ x, y }))
  const how = { value, locked: new Set(locked) }
  if (tool === 'polygon') {
    const stroke = new Stroke(mask, how)
    polygon(corners, mask.box, (y, left, right) => stroke.span(y, left, right))
    stroke.finish()
  } else {
    const brush = new BrushStroke(mask, how, size!)
    for (const corner of corners) brush.to(corner)
    brush.stroke.finish()
  }
}

test.each(recordings)('recorded strokes paint the golden tiles: $name', (recording) => {
  const mask = new Mask(recording.width, recording.height)

  for (const step of recording.steps) paint(mask, step)

  const painted = [...mask.keys()].filter((key) => mask.classesOf(key).some((value) => value > 0))
  const found = painted.map((key) => [
    `${xOf(key)}_${yOf(key)}`,
    createHash('sha256').update(mask.classesOf(key)).digest('hex'),
  ])
  expect(Object.fromEntries(found)).toEqual(recording.tiles)
})
