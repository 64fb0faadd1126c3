/** Intelligent scissors: the outline between two places that follows the edges of the photo.
 *
 * After Mortensen and Barrett, Interactive Segmentation with Intelligent Scissors (1998). What is searched is not the
 * pixels but the lattice of their corners: an outline along corners encloses whole pixels, and an edge between two
 * pixels is met exactly where it is, not half a pixel beside it.
 */

import type { Point } from './box'

/** A piece of the photo. rgba: four bytes a pixel, row by row. */
export type Picture = { width: number; height: number; rgba: Uint8ClampedArray }

/** How dear it is to pass each corner of the lattice, and which way the edge runs there.
 *
 * width, height: corners across and down, one more than pixels. cost: 0..255 less what direction adds.
 * runs: the edge's angle in sixteenths of a half turn; NOWHERE where there is no edge.
 */
export type Edges = { width: number; height: number; cost: Uint8Array; runs: Uint8Array }

/** The cheapest ways from everywhere to one corner. back: the step that leads one corner nearer to it, 0..7. */
export type Tracks = { width: number; height: number; back: Uint8Array }

const NOWHERE = 255
const AT_GOAL = 254
/** Shares of a step's cost. A constant part keeps outlines short and straight where there is nothing to follow. */
const SHARE = { always: 12, gradient: 130, crossing: 40, direction: 50 }
/** Steps around a corner, clockwise from the right; the opposite of step i is (i + 4) & 7. */
const DX = [1, 1, 0, -1, -1, -1, 0, 1]
const DY = [0, 1, 1, 1, 0, -1, -1, -1]
/** Differences of less than this many grey levels are noise. */
const LEAST_EDGE = 3
/** An edge as strong as this is as good as any: otherwise one bright border would outshine all others. */
const LEAST_STRONG = 12
const STRONG_QUANTILE = 0.94

const SIXTEENTH = Math.PI / 16
/** By how much, of SHARE.direction, two directions differ that are so many sixteenths of a half turn apart. */
const MISFIT = Uint8Array.from({ length: 16 }, (_, apart) =>
  Math.round((Math.min(apart, 16 - apart) / 8) * SHARE.direction),
)

const misfit = (runs: number, towards: number): number =>
  runs === NOWHERE ? SHARE.direction >> 1 : MISFIT[(runs - towards) & 15]!

/** Where the edges of a picture are. */
export function edgesOf(picture: Picture): Edges {
  const across = picture.width + 1
  const down = picture.height + 1
  const strength = new Float32Array(across * down)
  const runs = new Uint8Array(across * down).fill(NOWHERE)
  const isCrossing = new Uint8Array(across * down)
  for (const channel of [0, 1, 2]) {
    const plane = smooth(picture, channel)
    takeGradient(plane, picture.width, picture.height, strength, runs)
    markCrossings(plane, picture.width, picture.height, isCrossing)
  }
  const strong = Math.max(LEAST_STRONG, quantile(strength, STRONG_QUANTILE))
  const cost = new Uint8Array(across * down)
  for (let i = 0; i < cost.length; i++) {
    const weakness = 1 - Math.min(1, strength[i]! / strong)
    cost[i] = SHARE.always + SHARE.gradient * weakness + (isCrossing[i] ? 0 : SHARE.crossing)
  }
  return { width: across, height: down, cost, runs }
}

/** One channel under a 3x3 binomial, its border repeated. */
function smooth({ width, height, rgba }: Picture, channel: number): Float32Array {
  const rows = new Float32Array(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x
      const left = x > 0 ? i - 1 : i
      const right = x + 1 < width ? i + 1 : i
      rows[i] = rgba[left * 4 + channel]! + 2 * rgba[i * 4 + channel]! + rgba[right * 4 + channel]!
    }
  }
  const plane = new Float32Array(width * height)
  for (let i = 0; i < plane.length; i++) {
    const above = i >= width ? i - width : i
    const below = i + width < plane.length ? i + width : i
    plane[i] = (rows[above]! + 2 * rows[i]! + rows[below]!) / 16
  }
  return plane
}

/** The strongest gradient of all channels, from the four pixels around each inner corner. */
function takeGradient(
  plane: Float32Array,
  width: number,
  height: number,
  strength: Float32Array,
  runs: Uint8Array,
): void {
  for (let y = 1; y < height; y++) {
    for (let x = 1; x < width; x++) {
      const i = y * width + x
      const [a, b, c, d] = [plane[i - width - 1]!, plane[i - width]!, plane[i - 1]!, plane[i]!]
      const gx = (b + d - a - c) / 2
      const gy = (c + d - a - b) / 2
      const found = Math.sqrt(gx * gx + gy * gy)
      const corner = y * (width + 1) + x
      if (found <= strength[corner]!) continue
      strength[corner] = found
      // An edge runs across its gradient.
      if (found >= LEAST_EDGE) runs[corner] = sixteenthOf(-gy, gx)
    }
  }
}

const sixteenthOf = (x: number, y: number): number => Math.round(Math.atan2(y, x) / SIXTEENTH) & 15

/** Corners between pixels where the Laplacian changes its sign: the very middle of an edge. */
function markCrossings(plane: Float32Array, width: number, height: number, isCrossing: Uint8Array): void {
  const laplacian = new Float32Array(width * height)
  for (let y = 1; y + 1 < height; y++) {
    for (let x = 1; x + 1 < width; x++) {
      const i = y * width + x
      laplacian[i] = plane[i - 1]! + plane[i + 1]! + plane[i - width]! + plane[i + width]! - 4 * plane[i]!
    }
  }
  for (let y = 1; y < height; y++) {
    for (let x = 1; x < width; x++) {
      const i = y * width + x
      const [a, b] = [laplacian[i - width - 1]!, laplacian[i - width]!]
      const [c, d] = [laplacian[i - 1]!, laplacian[i]!]
      const low = Math.min(a, b, c, d)
      const high = Math.max(a, b, c, d)
      if (low < 0 && high > 0 && high - low > LEAST_EDGE) isCrossing[y * (width + 1) + x] = 1
    }
  }
}

function quantile(values: Float32Array, share: number): number {
  const bins = new Uint32Array(512)
  for (const value of values) bins[Math.min(511, Math.round(value))]!++
  let left = share * values.length
  for (let bin = 0; bin < bins.length; bin++) {
    left -= bins[bin]!
    if (left <= 0) return bin
  }
  return 511
}

/** More than the dearest step, a diagonal one of √2 times the sum of SHARE. */
const BUCKETS = 512

/** The cheapest ways to a corner from everywhere: Dijkstra with a queue of buckets, as Dial has it. */
export function tracksTo(edges: Edges, goal: Point): Tracks {
  const { width, height, cost, runs } = edges
  const count = width * height
  const spent = new Int32Array(count).fill(0x7fffffff)
  const back = new Uint8Array(count).fill(NOWHERE)
  const isDone = new Uint8Array(count)
  const buckets: number[][] = Array.from({ length: BUCKETS }, () => [])
  const start = at(edges, goal)
  spent[start] = 0
  back[start] = AT_GOAL
  buckets[0]!.push(start)
  let waiting = 1
  for (let now = 0; waiting > 0; now++) {
    const bucket = buckets[now & (BUCKETS - 1)]!
    // No step is free, and none as dear as a whole round: the bucket does not grow while it is emptied.
    for (const here of bucket) {
      waiting--
      if (isDone[here]) continue
      isDone[here] = 1
      const x = here % width
      const y = (here - x) / width
      for (let step = 0; step < 8; step++) {
        const nx = x + DX[step]!
        const ny = y + DY[step]!
        if (nx < 0 || ny < 0 || nx >= width || ny >= height) continue
        const there = ny * width + nx
        if (isDone[there]) continue
        const towards = (step & 3) * 4
        const turn = (misfit(runs[here]!, towards) + misfit(runs[there]!, towards)) >> 1
        const plain = ((cost[here]! + cost[there]!) >> 1) + turn
        const sum = now + (step & 1 ? (plain * 181) >> 7 : plain)
        if (sum >= spent[there]!) continue
        spent[there] = sum
        back[there] = (step + 4) & 7
        buckets[sum & (BUCKETS - 1)]!.push(there)
        waiting++
      }
    }
    bucket.length = 0
  }
  return { width, height, back }
}

/** The corners from the goal of the tracks to a place, both included. */
export function pathTo(tracks: Tracks, from: Point): Point[] {
  const { width, back } = tracks
  let here = at(tracks, from)
  const path: Point[] = []
  for (;;) {
    const x = here % width
    const y = (here - x) / width
    path.push({ x, y })
    const step = back[here]!
    if (step === AT_GOAL || step === NOWHERE) break
    here += DX[step]! + DY[step]! * width
  }
  return path.reverse()
}

/** The corner near a place where the edge is clearest; the nearest corner where there is none. */
export function snappedToEdge(edges: Edges, place: Point, radius: number): Point {
  const { width, height, cost } = edges
  let best = { x: clamp(Math.round(place.x), width), y: clamp(Math.round(place.y), height) }
  let least = Infinity
  const reach = Math.ceil(radius)
  for (let y = Math.max(0, best.y - reach); y <= Math.min(height - 1, best.y + reach); y++) {
    for (let x = Math.max(0, best.x - reach); x <= Math.min(width - 1, best.x + reach); x++) {
      const away = Math.hypot(x - place.x, y - place.y)
      if (away > radius + 0.75) continue
      // Of two edges equally clear the nearer one is meant; and a faint edge is not worth going far.
      const found = cost[y * width + x]! + (away / Math.max(1, radius)) * 40
      if (found >= least) continue
      least = found
      best = { x, y }
    }
  }
  return best
}

/** A path with as few corners as say the same: a straight line wherever that costs no more than the path. */
export function straightened(edges: Edges, path: readonly Point[]): Point[] {
  if (path.length < 3) return [...path]
  const costs = new Float64Array(path.length)
  for (let i = 1; i < path.length; i++) costs[i] = costs[i - 1]! + lineCost(edges, path[i - 1]!, path[i]!)
  const kept = [path[0]!]
  const todo: [number, number][] = [[0, path.length - 1]]
  for (let part = todo.pop(); part; part = todo.pop()) {
    const [from, to] = part
    const middle = farthest(path, from, to)
    const isStraight =
      middle.away < 0.5 || lineCost(edges, path[from]!, path[to]!) <= costs[to]! - costs[from]!
    if (isStraight) kept.push(path[to]!)
    else todo.push([middle.i, to], [from, middle.i])
  }
  return kept
}

function farthest(path: readonly Point[], from: number, to: number): { i: number; away: number } {
  const a = path[from]!
  const b = path[to]!
  const [dx, dy] = [b.x - a.x, b.y - a.y]
  const length = Math.hypot(dx, dy)
  let best = { i: (from + to) >> 1, away: 0 }
  for (let i = from + 1; i < to; i++) {
    const { x, y } = path[i]!
    const away =
      length > 0 ? Math.abs((x - a.x) * dy - (y - a.y) * dx) / length : Math.hypot(x - a.x, y - a.y)
    if (away > best.away) best = { i, away }
  }
  return best
}

/** What a straight line costs, looked at about once a pixel. */
function lineCost({ width, height, cost, runs }: Edges, a: Point, b: Point): number {
  const length = Math.hypot(b.x - a.x, b.y - a.y)
  if (length === 0) return 0
  const towards = sixteenthOf(b.x - a.x, b.y - a.y)
  const steps = Math.ceil(length)
  let sum = 0
  for (let k = 0; k < steps; k++) {
    const share = (k + 0.5) / steps
    const x = a.x + (b.x - a.x) * share
    const y = a.y + (b.y - a.y) * share
    const [left, top] = [Math.min(width - 2, Math.floor(x)), Math.min(height - 2, Math.floor(y))]
    const [fx, fy] = [x - left, y - top]
    const i = top * width + left
    sum +=
      (cost[i]! * (1 - fx) + cost[i + 1]! * fx) * (1 - fy) +
      (cost[i + width]! * (1 - fx) + cost[i + width + 1]! * fx) * fy +
      misfit(runs[Math.round(y) * width + Math.round(x)]!, towards)
  }
  return (sum / steps) * length
}

const at = ({ width, height }: { width: number; height: number }, { x, y }: Point): number =>
  clamp(Math.round(y), height) * width + clamp(Math.round(x), width)

const clamp = (value: number, count: number): number => Math.min(count - 1, Math.max(0, value))
