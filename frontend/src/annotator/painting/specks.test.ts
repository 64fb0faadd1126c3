import fc from 'fast-check'
import { expect, test } from 'vitest'

import { type Area, visit } from './area'
import { Mask } from './mask'
import { Labeller } from './objects'
import { specksOf } from './specks'
import { Stroke } from './stroke'

/** Around the corner where four tiles meet, where a component is most easily torn apart. */
const [LEFT, TOP, WIDE, HIGH] = [246, 248, 24, 16]

const blots = fc.array(
  fc.record({
    x: fc.nat(WIDE - 1),
    y: fc.nat(HIGH - 1),
    w: fc.integer({ min: 1, max: 6 }),
    value: fc.nat(2),
  }),
  { minLength: 1, maxLength: 40 },
)

function painted(drawn: { x: number; y: number; w: number; value: number }[]): Mask {
  const mask = new Mask(600, 600)
  for (const { x, y, w, value } of drawn) {
    const stroke = new Stroke(mask, { value, locked: new Set() })
    stroke.span(TOP + y, LEFT + x, LEFT + Math.min(WIDE, x + w))
    stroke.finish()
  }
  return mask
}

const pixelsOf = (areas: Area[]): Set<string> => {
  const found = new Set<string>()
  for (const area of areas)
    visit(area, (y, left, right) => {
      for (let x = left; x < right; x++) found.add(`${x},${y}`)
    })
  return found
}

/** The same by looking at every pixel's eight neighbours. */
function naive(mask: Mask, value: number, below: number): Set<string> {
  const specks = new Set<string>()
  const seen = new Set<string>()
  for (let y = TOP; y < TOP + HIGH; y++) {
    for (let x = LEFT; x < LEFT + WIDE; x++) {
      const part: string[] = []
      const todo: [number, number][] = [[x, y]]
      for (let place = todo.pop(); place; place = todo.pop()) {
        const [px, py] = place
        const name = `${px},${py}`
        if (seen.has(name) || mask.classAt(px, py) !== value) continue
        seen.add(name)
        part.push(name)
        for (let dy = -1; dy <= 1; dy++) for (let dx = -1; dx <= 1; dx++) todo.push([px + dx, py + dy])
      }
      if (part.length < below) for (const name of part) specks.add(name)
    }
  }
  return specks
}

test('specks are exactly the components with fewer pixels than asked for', () => {
  fc.assert(
    fc.property(
      blots,
      fc.integer({ min: 1, max: 2 }),
      fc.integer({ min: 2, max: 20 }),
      (drawn, value, below) => {
        const mask = painted(drawn)

        const found = specksOf(new Labeller(mask).label(), value, below, null)

        expect(pixelsOf(found)).toEqual(naive(mask, value, below))
      },
    ),
  )
})

test('a speck at the edge of what is in sight goes as a whole, a large region there stays', () => {
  const mask = painted([
    { x: 0, y: 0, w: 5, value: 1 },
    { x: 0, y: 5, w: 20, value: 1 },
    { x: 12, y: 9, w: 3, value: 1 },
  ])
  const sight = { left: LEFT + 3, top: TOP, right: LEFT + 6, bottom: TOP + 8 }

  const found = specksOf(new Labeller(mask).label(), 1, 10, sight)

  expect(pixelsOf(found)).toEqual(new Set([0, 1, 2, 3, 4].map((x) => `${LEFT + x},${TOP}`)))
})

test('a crumb that lies apart from its object is a speck, the object is not', () => {
  const mask = painted([
    { x: 0, y: 0, w: 6, value: 1 },
    { x: 0, y: 1, w: 6, value: 1 },
    { x: 20, y: 9, w: 2, value: 1 },
  ])
  mask.addObjects()
  for (const key of mask.keys()) mask.putObjects(key, new Uint16Array(65536).fill(5))

  const found = specksOf(new Labeller(mask).label(), 1, 10, null)

  expect(pixelsOf(found)).toEqual(new Set([`${LEFT + 20},${TOP + 9}`, `${LEFT + 21},${TOP + 9}`]))
})
