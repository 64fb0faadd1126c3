import { expect, test } from 'vitest'

import { isStrong, PATTERN_GLSL, patternNumber, PATTERNS, patternTable, swatchBackground } from './patterns'

const PERIOD = 8
const places = Array.from({ length: 64 }, (_, at) => [at % PERIOD, Math.floor(at / PERIOD)] as const)
const drawn = (number: number) => places.map(([x, y]) => isStrong(number, x + 0.5, y + 0.5, PERIOD))

test('a pattern has as much colour as gaps, a plain class no gap', () => {
  PATTERNS.forEach((pattern, number) => {
    const share = drawn(number).filter(Boolean).length / places.length

    if (pattern) expect([share > 0.25, share < 0.75], pattern).toEqual([true, true])
    else expect(share).toBe(1)
  })
})

test('a pattern repeats, left of the edge too', () => {
  for (const [number] of PATTERNS.entries()) {
    for (const [x, y] of places) {
      expect(isStrong(number, x - 3 * PERIOD, y + PERIOD, PERIOD)).toBe(isStrong(number, x, y, PERIOD))
    }
  }
})

test('no two patterns look alike, on the photo and in the list', () => {
  expect(new Set(PATTERNS.map((_, number) => drawn(number).join())).size).toBe(PATTERNS.length)
  const swatches = PATTERNS.map((pattern) => swatchBackground({ colour: '#E69F00', pattern }))
  expect(new Set(swatches).size).toBe(PATTERNS.length)
})

test('the shader knows every pattern by its number', () => {
  PATTERNS.forEach((pattern, number) => {
    if (pattern) expect(PATTERN_GLSL).toContain(`number == ${number}`)
  })
})

test('a pattern nobody knows is plain', () => {
  expect(patternNumber('zigzag')).toBe(0)
})

test('the table for the shaders says what the patterns say, 72 places to a period', () => {
  const { size, count, strengths } = patternTable()

  expect([count, strengths.length]).toEqual([PATTERNS.length, size * size * count])
  for (const [number] of PATTERNS.entries()) {
    for (const [x, y] of [
      [3, 5],
      [40, 11],
      [71, 70],
    ] as const) {
      const strength = strengths[(number * size + y) * size + x]!
      expect(strength === 255, `${PATTERNS[number]} ${x} ${y}`).toBe(isStrong(number, x + 0.5, y + 0.5, size))
    }
  }
})
