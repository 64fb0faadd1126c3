/** Where two scales stand on one gauge. A scale is network pixels per photo pixel; equal ratios get equal lengths. */

import type { Scale } from '../shared/types'

export type Gauge = {
  /** Shares of the gauge's length, 0..1. */
  trained: { from: number; to: number; mean: number }
  inference: { from: number; to: number; mean: number }
  verdict: 'inside' | 'edge' | 'outside'
}

/** Place training and inference on a logarithmic axis that holds both with some air. */
export function gauge(trained: Scale, inference: Scale): Gauge {
  const all = [trained.p5, trained.p95, inference.p5, inference.p95].map(Math.log)
  const air = Math.max(0.25, (Math.max(...all) - Math.min(...all)) * 0.15)
  const low = Math.min(...all) - air
  const length = Math.max(...all) + air - low
  const at = (scale: number) => (Math.log(scale) - low) / length
  const place = (scale: Scale) => ({ from: at(scale.p5), to: at(scale.p95), mean: at(scale.mean) })
  return { trained: place(trained), inference: place(inference), verdict: verdict(trained, inference.mean) }
}

/** The outer tenth of the trained range (in ratios) counts as its edge. */
function verdict(trained: Scale, seen: number): Gauge['verdict'] {
  const [low, high, x] = [Math.log(trained.p5), Math.log(trained.p95), Math.log(seen)]
  // A training at one single scale still tolerates a few per cent.
  const slack = Math.max(0.1 * (high - low), 0.05)
  if (x < low - slack || x > high + slack) return 'outside'
  return x < low + slack || x > high - slack ? 'edge' : 'inside'
}
