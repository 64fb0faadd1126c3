/** The rule, and the same strokes in Python: tests/annotator/raster/test_golden.py. */

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

import { Mask } from './mask'
import { boxBetween, type BrushShape, ellipse, polygon, rectangle, sizeUnder } from './shapes'
import { BrushStroke, type Paint, Stroke } from './stroke'
import { xOf, yOf } from './tile'

type Step = {
  tool: 'brush' | 'polygon' | 'lasso' | 'rectangle' | 'ellipse'
  value: number
  /** x, y, and how hard the pen pressed. */
  points: [number, number, number?][]
  size?: number
  /** Size of the brush under a pen that barely touches. */
  least?: number
  shape?: BrushShape
  locked?: number[]
  only?: number | 'start'
}
type Recording = { name: string; width: number; height: number; steps: Step[]; tiles: Record<string, string> }

const file = new URL('../../../../tests/golden/strokes.json', import.meta.url)
const { recordings } = JSON.parse(readFileSync(file, 'utf8')) as { recordings: Recording[] }

function paint(mask: Mask, step: Step): void {
  const corners = step.points.map(([x, y]) => ({ x, y }))
  const how: Paint = { value: step.value, locked: new Set(step.locked), only: step.only }
  if (step.tool === 'brush') {
    const size = step.size!
    const brush = new BrushStroke(mask, how, size, step.shape)
    for (const [x, y, pressure] of step.points) {
      brush.to({ x, y }, pressure === undefined ? size : sizeUnder(pressure, size, step.least!))
    }
    brush.stroke.finish()
    return
  }
  const stroke = new Stroke(mask, how)
  stroke.startAt(corners[0]!)
  const span = (y: number, left: number, right: number) => stroke.span(y, left, right)
  if (step.tool === 'polygon') polygon(corners, mask.box, span)
  else if (step.tool === 'lasso') polygon(corners, mask.box, span, 'winding')
  else if (step.tool === 'rectangle') rectangle(boxBetween(corners[0]!, corners[1]!), mask.box, span)
  else ellipse(boxBetween(corners[0]!, corners[1]!), mask.box, span)
  stroke.finish()
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
