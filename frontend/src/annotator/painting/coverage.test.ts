import fc from 'fast-check'
import { expect, test } from 'vitest'

import { Coverage } from './coverage'
import { Mask } from './mask'
import { Stroke } from './stroke'
import { keyOf, TILE_PX } from './tile'

const NOTHING = new Uint8Array(2 * TILE_PX)

/** Often of whole tiles: those are the ones that may share their blocks. */
const edge = (most: number) =>
  fc.oneof(
    fc.nat(most / 256 - 1).map((tile) => 256 * tile),
    fc.nat(most - 1),
  )
const stroke = fc.record({
  left: edge(1536),
  top: edge(1024),
  width: fc.constantFrom(3, 256, 512, 1536),
  height: fc.constantFrom(5, 256, 512, 1024),
  value: fc.nat(2),
  level: fc.constantFrom(1, 2, 3),
  isHurried: fc.boolean(),
})

function rectangle(
  mask: Mask,
  left: number,
  top: number,
  right: number,
  bottom: number,
  value: number,
): void {
  const stroke = new Stroke(mask, { value, locked: new Set() })
  for (let y = top; y < bottom; y++) stroke.span(y, left, right)
  stroke.finish()
}

function paintedShare(texels: Uint8Array): number {
  let sum = 0
  for (let i = 1; i < texels.length; i += 2) sum += texels[i]! / 255
  return sum / TILE_PX
}

/** Painted all over with one class, and looked at for no longer than it takes to sketch it. */
function paintedWholeAndPutOff(width: number, height: number, value: number) {
  const mask = new Mask(width, height)
  const coverage = new Coverage(mask)
  coverage.update(3)
  rectangle(mask, 0, 0, width, height, value)
  pass(mask, coverage)
  coverage.update(3, undefined, 1000)
  return { mask, coverage }
}

test('a wire one pixel wide keeps its weight at every level', () => {
  const mask = new Mask(4096, 4096)
  rectangle(mask, 101, 0, 102, 4096, 1)
  const coverage = new Coverage(mask)

  for (const level of [1, 2, 3, 4]) {
    coverage.update(level)
    const width = TILE_PX / 2 ** (8 - level) / 256
    expect(width).toBe(2 ** level)
    expect(paintedShare(coverage.tile(level, 0)!)).toBeCloseTo(1 / 256 / 2 ** level, 4)
  }
})

test('a block shows the class that most of it has', () => {
  const mask = new Mask(512, 512)
  rectangle(mask, 0, 0, 3, 4, 2)
  rectangle(mask, 3, 0, 4, 4, 9)
  const coverage = new Coverage(mask)

  coverage.update(2)

  expect([...coverage.tile(2, 0)!.subarray(0, 2)]).toEqual([2, 255])
})

/** Tell of what changed. */
function pass(mask: Mask, ...coverages: Coverage[]): void {
  for (const [key, boxes] of mask.takeChanges())
    for (const box of boxes) for (const one of coverages) one.changed(key, box)
}

test('a change is carried up only where it happened', () => {
  const mask = new Mask(2048, 2048)
  rectangle(mask, 0, 0, 2048, 2048, 1)
  const coverage = new Coverage(mask)
  coverage.update(3)
  mask.takeChanges()

  rectangle(mask, 300, 520, 309, 530, 0)
  pass(mask, coverage)
  const changes: unknown[] = []
  const tell = (level: number, key: number, box: object) => level === 3 && changes.push([key, box])
  coverage.update(3, tell)
  coverage.update(3, tell)

  expect(changes).toEqual([[0, { left: 37, top: 65, right: 39, bottom: 67 }]])
})

test('more than may be looked at is sketched at once and exact in the end', () => {
  const mask = new Mask(2048, 1024)
  const [exact, hurried] = [new Coverage(mask), new Coverage(mask)]
  for (const one of [exact, hurried]) one.update(3)
  rectangle(mask, 101, 203, 2001, 1003, 2)
  pass(mask, exact, hurried)

  exact.update(3)
  hurried.update(3, undefined, 100_000)
  expect(hurried.isBehind).toBe(true)
  expect(hurried.tile(3, 0)![2 * (100 * 256 + 100)]).toBe(2)
  expect(paintedShare(hurried.tile(3, 0)!)).toBeCloseTo(paintedShare(exact.tile(3, 0)!), 2)

  for (let i = 0; hurried.isBehind && i < 1000; i++) hurried.update(3, undefined, 100_000)
  for (const level of [1, 2, 3])
    expect(Buffer.compare(hurried.tile(level, 0)!, exact.tile(level, 0)!)).toBe(0)
})

test('what was put off waits while other pixels change', () => {
  const { mask, coverage } = paintedWholeAndPutOff(2048, 1024, 2)

  rectangle(mask, 600, 600, 610, 610, 0)
  pass(mask, coverage)
  const told: object[] = []
  coverage.update(3, (level, _, box) => level === 3 && told.push(box), 1000)
  expect(told).toEqual([{ left: 75, top: 75, right: 77, bottom: 77 }])
  const shareAt = (x: number, y: number) => coverage.tile(3, 0)![2 * (256 * y + x) + 1]
  expect([shareAt(75, 75), shareAt(76, 75), shareAt(77, 75)]).toEqual([0, 255, 255])

  while (coverage.isBehind) coverage.update(3, undefined, 100_000)
  expect([shareAt(75, 75), shareAt(76, 75), shareAt(77, 75)]).toEqual([0, 192, 255])
})

test('what was put off is sketched for another level too', () => {
  const { coverage } = paintedWholeAndPutOff(1024, 1024, 3)

  coverage.update(2, undefined, 1000)

  expect(coverage.tile(2, 0)![2 * (200 * 256 + 200)]).toBe(3)
})

test('whoever only looks at the pixels themselves needs no level', () => {
  const mask = new Mask(512, 512)
  const coverage = new Coverage(mask)

  expect(() => coverage.update(0)).not.toThrow()
  expect(coverage.isBehind).toBe(false)
})

test('only texels that became other are told', () => {
  const mask = new Mask(1024, 1024)
  rectangle(mask, 0, 0, 1024, 1024, 1)
  const coverage = new Coverage(mask)
  coverage.update(2)
  mask.takeChanges()
  const told: unknown[] = []

  rectangle(mask, 10, 10, 300, 300, 0)
  rectangle(mask, 10, 10, 300, 300, 1)
  pass(mask, coverage)
  coverage.update(2, (level, key, box) => told.push([level, key, box]))

  expect(told).toEqual([])
})

test('tiles that were painted and erased again make no level', () => {
  const mask = new Mask(512, 512)
  rectangle(mask, 0, 0, 512, 512, 1)
  rectangle(mask, 0, 0, 512, 512, 0)
  const coverage = new Coverage(mask)

  coverage.update(1)

  expect(coverage.tile(1, 0)).toBeNull()
})

test('large tiles of one value are looked at many at a time', () => {
  const painted = (value: number) => {
    const mask = new Mask(2048, 2048)
    const coverage = new Coverage(mask)
    coverage.update(3)
    rectangle(mask, 0, 0, 2048, 2048, 1)
    // One pixel of each tile, or none.
    for (let y = 128; y < 2048; y += 256)
      for (let x = 128; x < 2048; x += 256) rectangle(mask, x, y, x + 1, y + 1, value)
    pass(mask, coverage)
    let looks = 0
    do {
      coverage.update(3, undefined, 200_000)
      looks++
    } while (coverage.isBehind)
    return looks
  }

  expect(3 * painted(1)).toBeLessThan(painted(2))
})

test('blocks are the same whether tiles share them or not', () => {
  fc.assert(
    fc.property(fc.array(stroke, { minLength: 1, maxLength: 8 }), (strokes) => {
      const mask = new Mask(1536, 1024)
      const followed = new Coverage(mask)
      followed.update(3)
      for (const { left, top, width, height, value, level, isHurried } of strokes) {
        rectangle(mask, left, top, Math.min(left + width, 1536), Math.min(top + height, 1024), value)
        pass(mask, followed)
        followed.update(level, undefined, isHurried ? 1000 : Infinity)
      }

      const fresh = new Coverage(mask)
      for (const level of [1, 2, 3, 4]) {
        fresh.update(level)
        followed.update(level)
        for (const key of [keyOf(0, 0), keyOf(1, 0), keyOf(2, 0), keyOf(0, 1), keyOf(2, 1)]) {
          const [is, should] = [followed.tile(level, key), fresh.tile(level, key)]
          expect(Buffer.compare(is ?? NOTHING, should ?? NOTHING)).toBe(0)
        }
      }
    }),
    { numRuns: 60 },
  )
})

test('a tile of one class takes no memory at the levels below the one that is shown', () => {
  const mask = new Mask(2048, 1024)
  const coverage = new Coverage(mask)
  coverage.update(3)

  rectangle(mask, 0, 0, 2048, 1024, 1)
  pass(mask, coverage)
  coverage.update(3)

  expect(coverage.tile(1, keyOf(0, 0))).toBe(coverage.tile(1, keyOf(3, 1)))
  rectangle(mask, 10, 10, 20, 20, 2)
  pass(mask, coverage)
  coverage.update(3)
  expect([...coverage.tile(1, keyOf(0, 0))!.subarray(2 * (5 * 256 + 4), 2 * (5 * 256 + 6))]).toEqual([
    1, 255, 2, 255,
  ])
  expect([...coverage.tile(1, keyOf(3, 1))!.subarray(2 * (5 * 256 + 4), 2 * (5 * 256 + 6))]).toEqual([
    1, 255, 1, 255,
  ])
})
