import { expect, test } from 'vitest'

import { Mask } from './mask'
import { carried, extentOf, listed } from './objectList'
import { moveTo, number } from './objectEdits'
import { Labeller, type MaskObject, type Stretch } from './objects'
import { BrushStroke } from './stroke'

const one = (key: number, value: number, area: number, top: number): MaskObject => ({
  key,
  id: Math.max(key, 0),
  value,
  area,
  box: { left: 0, top, right: 10, bottom: top + 10 },
  anchor: { x: 0, y: top },
})

const OBJECTS = [
  one(7, 1, 50, 0),
  one(-1, 2, 90, 10),
  one(3, 2, 20, 20),
  one(-2, 1, 70, 30),
  one(5, 9, 10, 40),
]
const keys = (objects: readonly MaskObject[]) => objects.map(({ key }) => key)

test('objects are listed by place, class, area, age and number, without those of other classes', () => {
  const classes = [2, 1]

  expect(keys(listed(OBJECTS, 'place', classes))).toEqual([7, -1, 3, -2])
  expect(keys(listed(OBJECTS, 'class', classes))).toEqual([-1, 3, 7, -2])
  expect(keys(listed(OBJECTS, 'area', classes))).toEqual([-1, -2, 7, 3])
  expect(keys(listed(OBJECTS, 'newest', classes))).toEqual([7, 3, -1, -2])
  expect(keys(listed(OBJECTS, 'number', classes))).toEqual([3, 7, -1, -2])
})

/** A mask with a dot of class 1 at each place. */
function dotted(...places: [number, number][]): Mask {
  const mask = new Mask(300, 300)
  for (const [x, y] of places) {
    const brush = new BrushStroke(mask, { value: 1, locked: new Set() }, 9)
    brush.to({ x, y })
    brush.stroke.finish()
  }
  return mask
}

test('a selected object stays selected when it gets a number, moves to a class or grows', () => {
  const mask = dotted([50, 50], [150, 150])
  const labeller = new Labeller(mask)
  const before = labeller.label()
  const [first] = before.objects
  const selected = new Set([first!.key])

  number(mask, before, [first!], [12])
  const numbered = labeller.label()
  expect([...carried(selected, before, numbered)]).toEqual([12])

  moveTo(mask, numbered, [numbered.get(12)!], 2)
  expect(carried(new Set([12]), numbered, labeller.label())).toEqual(new Set([12]))

  const larger = new BrushStroke(mask, { value: 1, locked: new Set() }, 31)
  larger.to({ x: 150, y: 140 })
  larger.stroke.finish()
  const other = before.objects[1]!.key
  const after = labeller.label()
  expect([...carried(new Set([other]), before, after)]).toEqual([after.at({ x: 150, y: 150 })!.key])
})

test('what was deleted is no longer selected', () => {
  const mask = dotted([50, 50])
  const before = new Labeller(mask).label()
  mask.putClasses(0, new Uint8Array(65536))

  expect(carried(new Set([before.objects[0]!.key]), before, new Labeller(mask).label()).size).toBe(0)
})

const bar = (width: number, height: number): Stretch[] =>
  Array.from({ length: height }, (_, y) => ({ y: 100 + y, left: 40, right: 40 + width }))

test('a lying bar is as long as it is, and a standing one too', () => {
  expect(extentOf(bar(60, 10))).toMatchObject({ length: 60, width: 10, angle: 0, middle: { x: 70, y: 105 } })

  const standing = extentOf(bar(8, 50))
  expect(standing.length).toBeCloseTo(50)
  expect(standing.width).toBeCloseTo(8)
  expect(standing.angle).toBeCloseTo(90)
})

test('a slanting bar is measured along its own axis', () => {
  // A band of slope 1, ten pixels wide along each row: 7 across.
  const slanting = Array.from({ length: 200 }, (_, y) => ({ y, left: y, right: y + 10 }))

  const { length, width, angle } = extentOf(slanting)
  expect(length).toBeGreaterThan(200 * Math.SQRT2)
  expect(length).toBeLessThan(210 * Math.SQRT2)
  expect(width).toBeGreaterThan(7)
  expect(width).toBeLessThan(10)
  expect(Math.abs(angle - 45)).toBeLessThan(2)
})
