/** What a veil hides, and that nothing else is. */

import { expect, test } from 'vitest'

import { Coverage } from './coverage'
import { Mask } from './mask'
import { BrushStroke } from './stroke'
import { keyOf, TILE_PX } from './tile'

const KEY = keyOf(0, 0)

/** Two bars of class 1 and one of class 2; the first is hidden. */
function veiled(): Mask {
  const mask = new Mask(300, 300)
  const classes = new Uint8Array(TILE_PX)
  classes.fill(1, 0, 40)
  classes.fill(1, 100, 140)
  classes.fill(2, 200, 240)
  mask.putClasses(KEY, classes)
  mask.takeChanges()
  mask.hide(new Map([[KEY, new Uint8Array(TILE_PX).fill(1, 0, 40)]]))
  return mask
}

test('a veil hides its pixels and no others, and changes nothing', () => {
  const mask = veiled()

  expect([...mask.takeChanges().keys()]).toEqual([KEY])
  expect([0, 39, 100, 200].map((i) => mask.shownOf(KEY)[i])).toEqual([0, 0, 1, 2])
  expect(mask.classesOf(KEY)[0]).toBe(1)
})

test('from afar too', () => {
  const mask = veiled()
  const coverage = new Coverage(mask)
  coverage.update(1)

  const texels = coverage.tile(1, KEY)!
  expect([texels[0], texels[100]]).toEqual([0, 1])
})

test('paint over a veil is seen', () => {
  const mask = veiled()
  const brush = new BrushStroke(mask, { value: 2, locked: new Set() }, 5)
  brush.to({ x: 10, y: 0 })
  brush.stroke.show()

  expect(mask.shownOf(KEY)[10]).toBe(2)
  expect(mask.shownOf(KEY)[30]).toBe(0)
})

test('without the veil everything is seen again', () => {
  const mask = veiled()
  mask.takeChanges()
  mask.hide(new Map())

  expect([...mask.takeChanges().keys()]).toEqual([KEY])
  expect(mask.shownOf(KEY)).toBe(mask.classesOf(KEY))
})

test('who watches is told of pixels and of objects', () => {
  const mask = new Mask(300, 300)
  let told = 0
  const stop = mask.watch(() => told++)
  mask.putClasses(KEY, new Uint8Array(TILE_PX))
  mask.putObjects(KEY, new Uint16Array(TILE_PX))
  stop()
  mask.putClasses(KEY, new Uint8Array(TILE_PX))

  expect(told).toBe(2)
})

test('a stroke leaves single pixels alone', () => {
  const mask = new Mask(300, 300)
  mask.putClasses(KEY, new Uint8Array(TILE_PX).fill(1, 0, 40))
  const spared = new Uint8Array(TILE_PX).fill(1, 0, 20)
  const brush = new BrushStroke(mask, { value: 0, locked: new Set(), spare: () => spared }, 5)
  brush.to({ x: 0, y: 0 })
  brush.to({ x: 39, y: 0 })
  brush.stroke.finish()

  expect([0, 19, 20, 39].map((i) => mask.classesOf(KEY)[i])).toEqual([1, 1, 0, 0])
})
