import { expect, test } from 'vitest'

import { areaOf } from './area'
import { History } from './history'
import { Mask } from './mask'
import { mend, type Mend } from './mendEdit'
import { mended, type Mending } from './mending'
import { Labeller } from './objects'
import { isNothing } from './patch'
import { type Paint, Stroke } from './stroke'

const BLUE: Paint = { value: 1, locked: new Set() }

function box(mask: Mask, [left, top, right, bottom]: number[], value: number, id = 0): void {
  const stroke = new Stroke(mask, { value, locked: new Set() })
  for (let y = top!; y < bottom!; y++) stroke.span(y, left!, right!)
  stroke.finish()
  if (id === 0) return
  const objects = mask.objectsOf(0)!.slice()
  for (let y = top!; y < bottom!; y++) objects.fill(id, y * 256 + left!, y * 256 + right!)
  mask.putObjects(0, objects)
}

/** Mend every region of class 1. */
function mendAll(mask: Mask, how: Mending, reach: number, paint = BLUE) {
  const labelling = new Labeller(mask).label()
  const regions = labelling.objects.filter(({ value }) => value === 1)
  const work = mended(
    regions.map(({ key }) => areaOf(labelling.stretchesOf(key))),
    how,
    reach,
    mask.box,
  )
  let step = work.next()
  while (!step.done) step = work.next()
  const found = step.value
  const mends: Mend[] = regions.map(({ anchor }, i) => ({ anchor, mended: found[i]! }))
  return mend(mask, mends, paint)
}

const look = (mask: Mask): string => mask.classesOf(0).join('') + (mask.objectsOf(0)?.join(',') ?? '')

test('what a region gains belongs to its object, and one undo takes all of it back', () => {
  const mask = new Mask(200, 200, true)
  box(mask, [10, 10, 20, 20], 1, 7)
  box(mask, [40, 10, 50, 20], 1, 8)
  const before = look(mask)
  const history = new History()

  history.did(mendAll(mask, 'grow', 3))

  expect([mask.objectAt(8, 15), mask.objectAt(52, 15), mask.classAt(30, 15)]).toEqual([7, 8, 0])
  history.undo(mask)
  expect(look(mask)).toBe(before)
})

test('regions that grow into each other leave each pixel to one of them', () => {
  const mask = new Mask(200, 200, true)
  box(mask, [10, 10, 20, 20], 1, 7)
  box(mask, [22, 10, 30, 20], 1, 8)
  const before = look(mask)
  const history = new History()

  history.did(mendAll(mask, 'grow', 4))

  expect([mask.objectAt(17, 15), mask.objectAt(20, 15), mask.objectAt(25, 15)]).toEqual([7, 7, 8])
  history.undo(mask)
  expect(look(mask)).toBe(before)
})

test('what a region loses is background without an object', () => {
  const mask = new Mask(200, 200, true)
  box(mask, [10, 10, 20, 20], 1, 7)

  mendAll(mask, 'shrink', 2)

  expect([mask.classAt(11, 15), mask.objectAt(11, 15), mask.objectAt(15, 15)]).toEqual([0, 0, 7])
})

test('other classes are grown into only when they may be painted over', () => {
  const scene = () => {
    const mask = new Mask(200, 200)
    box(mask, [10, 10, 20, 20], 1)
    box(mask, [20, 10, 30, 20], 2)
    return mask
  }
  const [free, careful, locked] = [scene(), scene(), scene()]

  mendAll(free, 'grow', 2)
  mendAll(careful, 'grow', 2, { ...BLUE, only: 0 })
  mendAll(locked, 'grow', 2, { ...BLUE, locked: new Set([2]) })

  expect([free, careful, locked].map((mask) => mask.classAt(21, 15))).toEqual([1, 2, 2])
  expect([free, careful, locked].map((mask) => mask.classAt(8, 15))).toEqual([1, 1, 1])
})

test('a locked region is not shrunk, and filling no hole is no edit', () => {
  const mask = new Mask(200, 200)
  box(mask, [10, 10, 20, 20], 1)

  expect(isNothing(mendAll(mask, 'shrink', 2, { ...BLUE, locked: new Set([1]) }))).toBe(true)
  expect(isNothing(mendAll(mask, 'holes', 0))).toBe(true)
})

test('holes filled twice are filled once', () => {
  const mask = new Mask(300, 300)
  box(mask, [200, 200, 290, 290], 1)
  box(mask, [220, 220, 280, 280], 0)

  expect(isNothing(mendAll(mask, 'holes', 0))).toBe(false)
  expect(mask.classAt(260, 260)).toBe(1)
  expect(isNothing(mendAll(mask, 'holes', 0))).toBe(true)
})
