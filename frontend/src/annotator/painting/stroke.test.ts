import { createHash } from 'node:crypto'

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { area, TooLarge } from './bucket'
import { History } from './history'
import type { Point } from './box'
import { Mask } from './mask'
import { boxOf, isNothing, type Patch } from './patch'
import { BrushStroke, type Paint, Stroke } from './stroke'
import { type BrushShape, snapped, sweep } from './shapes'
import { keyOf, TILE, TILE_PX, uniform } from './tile'

const FREE = new Set<number>()

function paint(mask: Mask, points: [number, number][], size: number, value: number, locked = FREE): Patch {
  const brush = new BrushStroke(mask, { value, locked }, size)
  for (const [x, y] of points) brush.to({ x, y })
  return brush.stroke.finish()
}

function rectangle(mask: Mask, [left, top, right, bottom]: number[], value: number): Patch {
  const stroke = new Stroke(mask, { value, locked: FREE })
  for (let y = top!; y < bottom!; y++) stroke.span(y, left!, right!)
  return stroke.finish()
}

/** Every pixel of the mask, class and object, as one short string. */
function look(mask: Mask): string {
  const hash = createHash('sha1')
  for (let y = 0; y * 256 < mask.height; y++) {
    for (let x = 0; x * 256 < mask.width; x++) {
      hash.update(mask.classesOf(keyOf(x, y)))
      if (mask.hasObjects) hash.update(mask.objectsOf(keyOf(x, y))!)
    }
  }
  return hash.digest('hex')
}

function count(mask: Mask, value: number): number {
  let found = 0
  for (let y = 0; y < mask.height; y++)
    for (let x = 0; x < mask.width; x++) if (mask.classAt(x, y) === value) found++
  return found
}

/** A mask in which every pixel of a box is of this class and object. */
function withObject(box: number[], value: number, id: number): Mask {
  const mask = new Mask(600, 300, true)
  rectangle(mask, box, value)
  const objects = mask.objectsOf(0)!.slice()
  for (let y = box[1]!; y < box[3]!; y++) objects.fill(id, y * 256 + box[0]!, y * 256 + box[2]!)
  mask.putObjects(0, objects)
  return mask
}

const tilesOf = ({ tiles }: Patch) => [...tiles].sort(([a], [b]) => a - b)

const places = fc.tuple(fc.integer({ min: -200, max: 1300 }), fc.integer({ min: -200, max: 1100 }))

const points = fc.array(fc.tuple(fc.integer({ min: -20, max: 320 }), fc.integer({ min: -20, max: 290 })), {
  minLength: 1,
  maxLength: 6,
})

describe('a brush stroke', () => {
  test('paints the same pixels as its capsules painted one by one', () => {
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 60 }), (path, size) => {
        const atOnce = new Mask(300, 270)
        const piecewise = new Mask(300, 270)

        paint(atOnce, path, size, 1)
        path.forEach((point, i) => paint(piecewise, [path[Math.max(i - 1, 0)]!, point], size, 1))

        expect(look(atOnce)).toBe(look(piecewise))
      }),
      { numRuns: 12 },
    )
  })

  test('of a large brush changes what its sweeps cover pixel by pixel, whichever tiles it paints whole', () => {
    const steps = fc.array(fc.record({ at: places, isShown: fc.boolean() }), { minLength: 1, maxLength: 5 })
    const earlier = fc.record({ at: places, size: fc.integer({ min: 200, max: 900 }), value: fc.nat(2) })
    fc.assert(
      fc.property(
        fc.array(earlier, { maxLength: 2 }),
        steps,
        fc.integer({ min: 250, max: 1400 }),
        fc.constantFrom<BrushShape>('round', 'square'),
        fc.nat(2),
        fc.constantFrom<number[]>([], [], [1], [1, 2]),
        (before, path, size, shape, value, locked) => {
          const [whole, plain] = [new Mask(1100, 900), new Mask(1100, 900)]
          for (const one of before)
            for (const mask of [whole, plain]) paint(mask, [one.at], one.size, one.value)
          const brush = new BrushStroke(whole, { value, locked: new Set(locked) }, size, shape)
          const stroke = new Stroke(plain, { value, locked: new Set(locked) })

          let from: Point | null = null
          for (const { at, isShown } of path) {
            const point = { x: at[0], y: at[1] }
            const to = snapped(point, size)
            brush.to(point)
            sweep(shape, from ?? to, size, to, size, plain.box, (...span) => stroke.span(...span))
            from = to
            if (isShown) brush.stroke.show()
          }

          expect(tilesOf(brush.stroke.finish())).toEqual(tilesOf(stroke.finish()))
          expect(look(whole)).toBe(look(plain))
        },
      ),
      { numRuns: 40 },
    )
  })

  test('shares the tiles it covers at once', () => {
    const mask = new Mask(1024, 1024)
    const brush = new BrushStroke(mask, { value: 1, locked: FREE }, 1000)

    brush.to({ x: 512, y: 512 })
    brush.stroke.show()

    expect(mask.classesOf(keyOf(1, 1))).toBe(uniform('class', 1))
    expect(mask.classesOf(keyOf(0, 0))).not.toBe(uniform('class', 1))
    expect(mask.takeChanges().get(keyOf(1, 1))).not.toEqual([])
  })

  test('reaches over the borders of tiles', () => {
    const mask = new Mask(600, 600)

    const patch = paint(mask, [[256, 256]], 4, 2)

    expect([...patch.tiles.keys()].length).toBe(4)
    expect(boxOf(patch)).toEqual({ left: 254, top: 254, right: 258, bottom: 258 })
    expect(count(mask, 2)).toBe(12)
  })

  test('leaves locked classes alone', () => {
    const mask = new Mask(300, 300)
    rectangle(mask, [100, 100, 110, 110], 3)

    paint(mask, [[50, 105], [200, 105]], 30, 1, new Set([3])) // prettier-ignore

    expect(count(mask, 3)).toBe(100)
    expect(mask.classAt(99, 105)).toBe(1)
  })

  test('erases every class but the locked ones', () => {
    const mask = new Mask(300, 300)
    rectangle(mask, [100, 100, 110, 110], 3)
    rectangle(mask, [110, 100, 120, 110], 4)

    paint(mask, [[110, 105]], 60, 0, new Set([4]))

    expect([count(mask, 3), count(mask, 4)]).toEqual([0, 100])
  })

  test('that changes nothing is no edit', () => {
    const mask = new Mask(300, 300)
    paint(mask, [[50, 50]], 9, 1)

    expect(isNothing(paint(mask, [[50, 50]], 9, 1))).toBe(true)
  })

  test('outside the photo is no edit', () => {
    expect(isNothing(paint(new Mask(30, 30), [[-50, -50]], 9, 1))).toBe(true)
  })

  test('taken back in the middle leaves no trace', () => {
    const mask = new Mask(300, 300)
    paint(mask, [[50, 50]], 9, 1)
    const before = look(mask)

    const brush = new BrushStroke(mask, { value: 2, locked: FREE }, 30)
    brush.to({ x: 50, y: 50 })
    brush.stroke.cancel()

    expect(look(mask)).toBe(before)
  })
})

describe('what may be painted over', () => {
  const START = { left: 100, top: 100 }
  const draw = (mask: Mask, paint: Paint) => {
    const brush = new BrushStroke(mask, paint, 41, 'square')
    brush.to({ x: START.left, y: START.top })
    brush.to({ x: 160, y: 130 })
    return brush.stroke.finish()
  }
  const scene = (boxes: number[][]) => {
    const mask = new Mask(300, 270)
    boxes.forEach((box, i) => rectangle(mask, box, 1 + (i % 3)))
    return mask
  }
  const boxes = fc.array(
    fc.tuple(fc.nat(180), fc.nat(160), fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 90 })),
    { maxLength: 5 },
  )
  const boxesOf = (drawn: [number, number, number, number][]) =>
    drawn.map(([x, y, w, h]) => [x, y, x + w, y + h])
  const bound = fc.constantFrom<Paint['only']>(0, 1, 2, 3, 'start', null)

  test('only the class that was chosen, or the one under the start, is painted over', () => {
    fc.assert(
      fc.property(boxes, bound, fc.nat(3), fc.subarray([1, 2, 3]), (drawn, only, value, locked) => {
        const [mask, before] = [scene(boxesOf(drawn)), scene(boxesOf(drawn))]

        draw(mask, { value, locked: new Set(locked), only })

        const wanted = only === 'start' ? before.classAt(START.left, START.top) : only
        const isFree = only !== 'start' && value === 0 && wanted === 0
        for (let y = 0; y < 270; y += 3) {
          for (let x = 0; x < 300; x++) {
            const [was, is] = [before.classAt(x, y), mask.classAt(x, y)]
            if (was === is) continue
            if (is !== value || locked.includes(was) || !(wanted === null || isFree || was === wanted))
              expect.fail(
                `${x}, ${y}: ${was} became ${is}, painting ${value} over ${wanted} with ${locked} locked`,
              )
          }
        }
      }),
      { numRuns: 40 },
    )
  })

  test('why a pixel stays as it is can be told', () => {
    const mask = scene([[0, 0, 50, 50], [100, 0, 150, 50], [200, 0, 250, 50]]) // prettier-ignore
    const why = (paint: Partial<Paint>, x: number) =>
      new Stroke(mask, { value: 1, locked: new Set(), ...paint }).whyKept({ x: x + 0.7, y: 10.2 })
    const only109 = new Uint8Array(TILE_PX)
    only109[(10 << 8) | 109] = 1

    expect([10, 60, 110, 210].map((x) => why({}, x))).toEqual([null, null, null, null])
    expect([10, 110, 210].map((x) => why({ locked: new Set([1, 3]) }, x))).toEqual([null, null, 'locked'])
    expect([60, 110].map((x) => why({ only: 0 }, x))).toEqual([null, 'over'])
    expect([110, 210].map((x) => why({ only: 3, value: 0 }, x))).toEqual(['over', null])
    expect([109, 110].map((x) => why({ spare: () => only109 }, x))).toEqual(['object', null])
  })

  test('erasing what was painted on the background gives back what was there', () => {
    fc.assert(
      fc.property(boxes, (drawn) => {
        const [mask, before] = [scene(boxesOf(drawn)), scene(boxesOf(drawn))]

        draw(mask, { value: 9, locked: FREE, only: 0 })
        draw(mask, { value: 0, locked: FREE, only: 9 })

        expect(look(mask)).toBe(look(before))
      }),
      { numRuns: 20 },
    )
  })

  test('an eraser bound to the background erases all the same', () => {
    const mask = scene([[90, 90, 110, 110]])

    draw(mask, { value: 0, locked: FREE, only: 0 })

    expect(count(mask, 1)).toBe(0)
  })

  test('one stroke may paint and erase, and is taken back as one', () => {
    const mask = withObject([10, 10, 40, 40], 1, 7)
    const before = look(mask)
    const stroke = new Stroke(mask, { value: 1, locked: FREE })
    stroke.startAt({ x: 20, y: 20 })
    stroke.span(20, 40, 60)
    stroke.erase(10, 10, 40)
    const history = new History()
    history.did(stroke.finish())

    expect([mask.objectAt(50, 20), mask.classAt(12, 10), mask.objectAt(12, 10)]).toEqual([7, 0, 0])
    history.undo(mask)
    expect(look(mask)).toBe(before)
  })
})

describe('objects', () => {
  test('a stroke that begins on an object of its class joins it', () => {
    const mask = withObject([10, 10, 40, 40], 1, 7)

    paint(mask, [[20, 20], [80, 20]], 11, 1) // prettier-ignore

    expect([mask.classAt(80, 20), mask.objectAt(80, 20)]).toEqual([1, 7])
  })

  test('a stroke that meets an object on its way joins it with all its pixels', () => {
    const mask = withObject([10, 10, 40, 40], 1, 7)

    paint(mask, [[90, 20], [30, 20]], 11, 1) // prettier-ignore

    expect(mask.objectAt(90, 20)).toBe(7)
  })

  test('a stroke that meets no object of its class is loose', () => {
    const mask = withObject([10, 10, 40, 40], 2, 7)

    paint(mask, [[25, 25]], 11, 1)

    expect([mask.classAt(25, 25), mask.objectAt(25, 25)]).toEqual([1, 0])
    expect([mask.classAt(12, 12), mask.objectAt(12, 12)]).toEqual([2, 7])
  })

  test('pixels that had the class already keep their object', () => {
    const mask = withObject([10, 10, 40, 40], 1, 7)
    const objects = mask.objectsOf(0)!.slice()
    objects.fill(9, 15 * 256 + 20, 15 * 256 + 30)
    mask.putObjects(0, objects)

    paint(mask, [[12, 12], [80, 15]], 3, 1) // prettier-ignore

    expect([mask.objectAt(25, 15), mask.objectAt(60, 14)]).toEqual([9, 7])
  })

  test('erasing takes the object too, and undo gives both back', () => {
    const mask = withObject([10, 10, 40, 40], 1, 7)
    const before = look(mask)
    const history = new History()

    history.did(paint(mask, [[25, 25]], 11, 0))
    expect([mask.classAt(25, 25), mask.objectAt(25, 25)]).toEqual([0, 0])
    history.undo(mask)

    expect(look(mask)).toBe(before)
  })
})

describe('undo', () => {
  test('takes every stroke back, and redo brings it again', () => {
    const step = fc.record({ path: points, size: fc.integer({ min: 1, max: 90 }), value: fc.nat(3) })
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 4 }), (steps) => {
        const mask = new Mask(300, 270)
        const history = new History()
        const looks = [look(mask)]
        for (const { path, size, value } of steps) {
          const patch = paint(mask, path, size, value)
          if (isNothing(patch)) continue
          history.did(patch)
          looks.push(look(mask))
        }

        const last = looks.length - 1
        for (let i = last - 1; i >= 0; i--) {
          history.undo(mask)
          expect(look(mask)).toBe(looks[i])
        }
        expect(history.undo(mask)).toBeNull()
        for (let i = 1; i <= last; i++) {
          history.redo(mask)
          expect(look(mask)).toBe(looks[i])
        }
      }),
      { numRuns: 10 },
    )
  })

  test('of a large stroke leaves the tiles shared that were, and so does its redo', () => {
    const mask = new Mask(5 * TILE, 5 * TILE)
    const history = new History()
    const brush = new BrushStroke(mask, { value: 1, locked: new Set() }, 3 * TILE, 'square')
    brush.to({ x: 2.5 * TILE + 10, y: 2.5 * TILE })
    history.did(brush.stroke.finish())
    const keys = [keyOf(0, 2), keyOf(1, 2), keyOf(2, 2), keyOf(4, 2)]
    const values = () =>
      keys.map((key) => [0, 1].find((value) => mask.classesOf(key) === uniform('class', value)))
    expect(values()).toEqual([0, undefined, 1, undefined])

    history.undo(mask)
    expect(values()).toEqual([0, 0, 0, 0])
    history.redo(mask)
    expect(values()).toEqual([0, undefined, 1, undefined])
  })

  test('leaves pixels alone that somebody painted over meanwhile', () => {
    const mask = new Mask(300, 300)
    const history = new History()
    history.did(rectangle(mask, [10, 10, 30, 20], 1))
    rectangle(mask, [20, 10, 40, 20], 2)

    history.undo(mask)

    expect([count(mask, 1), count(mask, 2)]).toEqual([0, 200])
  })

  test('remembers two hundred steps', () => {
    const mask = new Mask(300, 300)
    const history = new History()
    for (let i = 0; i < 250; i++) history.did(rectangle(mask, [i, 0, i + 1, 1], 1))

    let steps = 0
    while (history.undo(mask)) steps++

    expect(steps).toBe(200)
  })

  test('a new stroke ends what could be redone', () => {
    const mask = new Mask(300, 300)
    const history = new History()
    history.did(rectangle(mask, [0, 0, 5, 5], 1))
    history.undo(mask)

    history.did(rectangle(mask, [9, 9, 12, 12], 1))

    expect(history.canRedo).toBe(false)
  })
})

describe('the bucket', () => {
  const fill = (mask: Mask, x: number, y: number, value: number) => {
    const stroke = new Stroke(mask, { value, locked: FREE })
    const rows = area(mask, x, y, (row, left, right) => stroke.span(row, left, right))
    while (!rows.next().done);
    return stroke.finish()
  }

  test('fills a ring and stops at it', () => {
    const mask = new Mask(600, 600)
    rectangle(mask, [200, 200, 300, 300], 1)
    rectangle(mask, [210, 210, 290, 290], 0)

    fill(mask, 250, 250, 1)

    expect(count(mask, 1)).toBe(100 * 100)
  })

  test('recolours one object, round corners and all, not its neighbour over a corner', () => {
    const mask = new Mask(600, 600)
    rectangle(mask, [250, 250, 260, 260], 1)
    rectangle(mask, [260, 260, 270, 270], 1)

    fill(mask, 251, 251, 2)

    expect([count(mask, 1), count(mask, 2)]).toEqual([100, 100])
  })

  test('finds its way through a snake', () => {
    const mask = new Mask(300, 40)
    for (let y = 1; y < 40; y += 4) rectangle(mask, [0, y, 299, y + 1], 5)
    for (let y = 3; y < 40; y += 4) rectangle(mask, [1, y, 300, y + 1], 5)
    const walls = count(mask, 5)

    fill(mask, 0, 0, 2)

    expect(count(mask, 2)).toBe(300 * 40 - walls)
  })

  test('refuses an area beyond the limit', () => {
    const mask = new Mask(600, 600)

    const run = () => [...area(mask, 5, 5, () => {}, 1000)]

    expect(run).toThrow(TooLarge)
  })
})
