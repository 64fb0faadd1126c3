import { expect, test } from 'vitest'

import { keyOf } from './tile'
import { Mask } from './mask'
import { practice } from './practice'
import { BrushStroke } from './stroke'

test('what was practised is not seen in a mask', () => {
  for (const step of practice()) expect(step).toBeUndefined()

  const mask = new Mask(1024, 1024)
  const brush = new BrushStroke(mask, { value: 3, locked: new Set() }, 40)
  brush.to({ x: 300, y: 300 })
  brush.stroke.finish()

  expect([...mask.keys()]).toEqual([keyOf(1, 1)])
  expect(new Set(mask.classesOf(keyOf(1, 1)))).toEqual(new Set([0, 3]))
})
