import fc from 'fast-check'
import { expect, test } from 'vitest'

import { type Area, sizeOfArea, visit } from './area'
import { type PhotoTile, similar, type Similar } from './similar'
import { TILE_PX } from './tile'

const [WIDE, HIGH, SIDE] = [40, 28, 16]

/** A grey photo, cut into tiles as the server cuts it. */
const tilesOf =
  (grey: (x: number, y: number) => number) =>
  (column: number, row: number): Promise<PhotoTile> => {
    const [left, top] = [column * SIDE, row * SIDE]
    const [width, height] = [Math.min(SIDE, WIDE - left), Math.min(SIDE, HIGH - top)]
    const rgba = new Uint8ClampedArray(4 * width * height).fill(255)
    for (let i = 0; i < width * height; i++) {
      rgba.fill(grey(left + (i % width), top + Math.floor(i / width)), 4 * i, 4 * i + 3)
    }
    return Promise.resolve({ width, height, rgba })
  }

const asked = (more: Partial<Similar>): Similar => ({
  at: { x: 3, y: 3 },
  tolerance: 10,
  box: { left: 0, top: 0, right: WIDE, bottom: HIGH },
  classes: new Map(),
  tile: SIDE,
  ...more,
})

async function filled(ask: Similar, grey: (x: number, y: number) => number): Promise<Area> {
  const work = similar(ask, tilesOf(grey))
  for (;;) {
    const step = await work.next()
    if (step.done) return step.value
  }
}

const namesOf = (area: Area): string[] => {
  const names: string[] = []
  visit(area, (y, left, right) => {
    for (let x = left; x < right; x++) names.push(`${x},${y}`)
  })
  return names.sort()
}

test('what looks alike and hangs together is filled, over the borders of tiles', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ x: fc.nat(39), y: fc.nat(27), w: fc.integer({ min: 1, max: 25 }) }), {
        maxLength: 25,
      }),
      async (walls) => {
        const isWall = (x: number, y: number) =>
          walls.some((one) => y === one.y && x >= one.x && x < one.x + one.w)
        fc.pre(!isWall(3, 3))

        const found = new Set(
          namesOf(await filled(asked({}), (x, y) => (isWall(x, y) ? 200 : 100 + ((x * y) % 9)))),
        )

        const reached = new Set<string>()
        const todo: [number, number][] = [[3, 3]]
        for (let place = todo.pop(); place; place = todo.pop()) {
          const [x, y] = place
          if (x < 0 || y < 0 || x >= WIDE || y >= HIGH || isWall(x, y) || reached.has(`${x},${y}`)) continue
          reached.add(`${x},${y}`)
          todo.push([x + 1, y], [x - 1, y], [x, y + 1], [x, y - 1])
        }
        expect([...reached].filter((name) => !found.has(name))).toEqual([])
        // What else is found are walls of few pixels inside: noise.
        const more = [...found]
          .filter((name) => !reached.has(name))
          .map((name) => name.split(',').map(Number))
        expect(more.filter(([x, y]) => !isWall(x!, y!) && reached.has(`${x},${y}`))).toEqual([])
      },
    ),
    { numRuns: 40 },
  )
})

test('more tolerance never fills less', async () => {
  const grey = (x: number, y: number) => 100 + Math.abs(x - 3) + 2 * Math.abs(y - 3)
  let before = 0
  for (const tolerance of [0, 5, 10, 20, 40, 128]) {
    const size = sizeOfArea(await filled(asked({ tolerance }), grey))

    expect(size).toBeGreaterThanOrEqual(before)
    before = size
  }
  expect(before).toBe(WIDE * HIGH)
})

test('what is painted stops it: only pixels of the class under the click are filled', async () => {
  const classes = new Uint8Array(TILE_PX)
  for (let y = 0; y < HIGH; y++) classes[y * 256 + 20] = 1

  const found = await filled(asked({ classes: new Map([[0, classes]]) }), () => 90)

  expect(sizeOfArea(found)).toBe(20 * HIGH)
})

test('pinholes of noise are filled, larger islands are not', async () => {
  const isDark = (x: number, y: number) => (x === 9 && y === 9) || (x >= 20 && x < 30 && y >= 10 && y < 20)

  const found = namesOf(await filled(asked({}), (x, y) => (isDark(x, y) ? 0 : 90)))

  expect([found.includes('9,9'), found.includes('25,15')]).toEqual([true, false])
})

test('it ends at the box it was given', async () => {
  const box = { left: 2, top: 2, right: 9, bottom: 19 }

  expect(sizeOfArea(await filled(asked({ box }), () => 90))).toBe(7 * 17)
})
