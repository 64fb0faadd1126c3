/** Series of points with x values of their own, put on one axis and read off where the pointer is. */

import { decimal } from './format'

export type Curve = {
  label: string
  colour: string
  /** Ascending, of the same length as y. */
  x: readonly number[]
  y: readonly number[]
  /** How it is drawn: a line, dots, or dots joined by a line. */
  style?: 'line' | 'dots' | 'both'
  /** Lighter, for the noisy curve behind a calm one. */
  isFaint?: boolean
}

/** All x values once, ascending, then the values of each curve there; null where a curve has no point. */
export function align(curves: readonly Pick<Curve, 'x' | 'y'>[]): [number[], ...(number | null)[][]] {
  const next = curves.map(() => 0)
  const xs: number[] = []
  const ys: (number | null)[][] = curves.map(() => [])
  for (;;) {
    let x = Infinity
    curves.forEach((curve, index) => {
      const at = curve.x[next[index]!]
      if (at !== undefined && at < x) x = at
    })
    if (x === Infinity) return [xs, ...ys]
    xs.push(x)
    curves.forEach((curve, index) => {
      const isHere = curve.x[next[index]!] === x
      ys[index]!.push(isHere ? (curve.y[next[index]!] ?? null) : null)
      // Two points at one x: the later one counts.
      while (curve.x[next[index]!] === x) {
        ys[index]![ys[index]!.length - 1] = curve.y[next[index]!] ?? null
        next[index]!++
      }
    })
  }
}

/** The index of the point nearest to x, or -1 when there is none. */
export function nearest(xs: readonly number[], x: number): number {
  if (!xs.length) return -1
  let low = 0
  let high = xs.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (xs[middle]! < x) low = middle + 1
    else high = middle
  }
  return low > 0 && x - xs[low - 1]! <= xs[low]! - x ? low - 1 : low
}

/** A running mean over `width` points to either side's past: what a noisy curve is doing. */
export function smoothed(y: readonly number[], width: number): number[] {
  let sum = 0
  return y.map((value, index) => {
    sum += value
    if (index >= width) sum -= y[index - width]!
    return sum / Math.min(index + 1, width)
  })
}

/** A number of a chart, with the digits one can read off it. */
export function reading(value: number): string {
  if (!Number.isFinite(value)) return '–'
  const size = Math.abs(value)
  if (size !== 0 && (size < 0.001 || size >= 100_000)) return value.toExponential(2)
  return decimal(value, size >= 100 ? 1 : size >= 10 ? 2 : 4)
}
