import { describe, expect, it } from 'vitest'

import type { Point } from './box'
import { type Edges, edgesOf, pathTo, type Picture, snappedToEdge, straightened, tracksTo } from './scissors'
import { polygon } from './shapes'

type Inside = (x: number, y: number) => boolean

/** A dark thing on lighter ground, both with a grain that is the same in each run. */
function drawn(width: number, height: number, inside: Inside, grain = 12): Picture {
  let seed = 7
  const noise = () => {
    seed = (seed * 1103515245 + 12345) & 0x7fffffff
    return (seed / 0x7fffffff - 0.5) * grain
  }
  const rgba = new Uint8ClampedArray(width * height * 4)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = (inside(x + 0.5, y + 0.5) ? 90 : 160) + noise()
      rgba.set([value, value + 10, value + 20, 255], (y * width + x) * 4)
    }
  }
  return { width, height, rgba }
}

/** Once around through anchors near the edge, as a person clicks them. */
function around(edges: Edges, anchors: readonly Point[]): Point[] {
  const places = anchors.map((anchor) => snappedToEdge(edges, anchor, 4))
  return places.flatMap((place, i) => {
    const path = pathTo(tracksTo(edges, place), places[(i + 1) % places.length]!)
    return straightened(edges, path).slice(1)
  })
}

function overlap(outline: readonly Point[], { width, height }: Picture, inside: Inside): number {
  const filled = new Uint8Array(width * height)
  polygon(outline, { left: 0, top: 0, right: width, bottom: height }, (y, left, right) =>
    filled.fill(1, y * width + left, y * width + right),
  )
  let both = 0
  let either = 0
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const isTrue = inside(x + 0.5, y + 0.5)
      const isFilled = filled[y * width + x] === 1
      if (isTrue && isFilled) both++
      if (isTrue || isFilled) either++
    }
  }
  return both / either
}

const ellipse: Inside = (x, y) => ((x - 100) / 70) ** 2 + ((y - 80) / 45) ** 2 <= 1
/** A string of discs, thin where they meet. */
const string: Inside = (x, y) =>
  (Math.abs(y - 60) < 6 && x > 30 && x < 230) ||
  [50, 90, 130, 170, 210].some((middle) => ((x - middle) / 9) ** 2 + ((y - 60) / 30) ** 2 <= 1)

describe('scissors', () => {
  it('follow the edge of a round thing from four careless clicks', () => {
    const picture = drawn(200, 160, ellipse)
    const anchors = [
      { x: 32, y: 78 },
      { x: 98, y: 37 },
      { x: 168, y: 83 },
      { x: 103, y: 123 },
    ]

    const outline = around(edgesOf(picture), anchors)

    expect(overlap(outline, picture, ellipse)).toBeGreaterThan(0.97)
    for (const { x, y } of outline) {
      const radius = Math.hypot((x - 100) / 70, (y - 80) / 45)
      expect(Math.abs(radius - 1) * 45).toBeLessThan(2)
    }
  })

  it('follow a string of discs', () => {
    const picture = drawn(260, 120, string)
    const anchors = [30, 70, 110, 150, 190, 230].flatMap((x) => [{ x, y: 54 }])
    const below = [...anchors].reverse().map(({ x }) => ({ x, y: 66 }))
    const outline = around(edgesOf(picture), [...anchors, ...below])

    expect(overlap(outline, picture, string)).toBeGreaterThan(0.9)
  })

  it('meet an edge between two pixels exactly', () => {
    const square: Inside = (x, y) => x > 20 && x < 60 && y > 15 && y < 50
    const picture = drawn(80, 70, square, 0)
    const anchors = [
      { x: 21, y: 30 },
      { x: 40, y: 14 },
      { x: 59, y: 30 },
      { x: 40, y: 51 },
    ]

    const outline = around(edgesOf(picture), anchors)

    expect(overlap(outline, picture, square)).toBeGreaterThan(0.99)
  })

  it('go straight where there is nothing to follow', () => {
    const picture = drawn(100, 100, () => false, 0)
    const edges = edgesOf(picture)

    const path = pathTo(tracksTo(edges, { x: 5, y: 10 }), { x: 90, y: 45 })

    expect(straightened(edges, path)).toEqual([
      { x: 5, y: 10 },
      { x: 90, y: 45 },
    ])
  })

  it('begin and end where they were asked to, and never leave the picture', () => {
    const picture = drawn(64, 48, ellipse)
    const edges = edgesOf(picture)
    const tracks = tracksTo(edges, { x: -20, y: 500 })

    const path = pathTo(tracks, { x: 1000, y: -3 })

    expect(path[0]).toEqual({ x: 0, y: 48 })
    expect(path.at(-1)).toEqual({ x: 64, y: 0 })
    for (let i = 1; i < path.length; i++) {
      const [a, b] = [path[i - 1]!, path[i]!]
      expect(Math.max(Math.abs(a.x - b.x), Math.abs(a.y - b.y))).toBe(1)
    }
  })

  it('work on a photo of one pixel', () => {
    const edges = edgesOf(drawn(1, 1, ellipse))
    const tracks = tracksTo(edges, { x: 0, y: 0 })

    expect(straightened(edges, pathTo(tracks, { x: 1, y: 1 })).at(-1)).toEqual({ x: 1, y: 1 })
  })

  it('put an anchor on the edge beside the click', () => {
    const edges = edgesOf(drawn(200, 160, ellipse))

    const { x, y } = snappedToEdge(edges, { x: 34, y: 80 }, 6)

    expect(Math.abs(x - 30)).toBeLessThanOrEqual(1)
    expect(Math.abs(y - 80)).toBeLessThanOrEqual(6)
  })

  it('answer a move of the pointer well within a frame once the ways are known', () => {
    const picture = drawn(512, 512, (x, y) => (x - 256) ** 2 + (y - 256) ** 2 < 200 ** 2)
    const edges = edgesOf(picture)
    const tracks = tracksTo(edges, { x: 56, y: 256 })

    const began = performance.now()
    for (let i = 0; i < 50; i++) straightened(edges, pathTo(tracks, { x: 456, y: 231 + i }))

    expect((performance.now() - began) / 50).toBeLessThan(8)
  })
})
