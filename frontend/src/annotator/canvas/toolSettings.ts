/** How the tools are set, and which settings make sense. */

import type { BrushShape } from '../painting/shapes'
import { LEAST_SPECK_PX, MOST_SPECK_PX } from '../painting/specks'
import { MOST_REACH } from '../painting/morphology'
import { MOST_TOLERANCE } from '../painting/similar'
import type { Paint } from '../painting/stroke'

/** What may be painted over: anything, only background, only the class under a stroke's start, or one class byte. */
export type Over = 'everything' | 'background' | 'start' | number

export type ToolSettings = {
  shape: BrushShape
  /** A pen's pressure changes the size, from this percentage of it on. */
  hasPressure: boolean
  leastPercent: number
  over: Over
  /** The bucket fills by the photo's colour, this far from the clicked one. */
  isByColour: boolean
  tolerance: number
  /** Grow and shrink by so many pixels. */
  reach: number
  /** Smooth by the majority so many pixels around. */
  smoothing: number
  /** Specks have fewer pixels than this. */
  speck: number
}

export const SETTINGS_AT_FIRST: ToolSettings = {
  shape: 'round',
  hasPressure: false,
  leastPercent: 10,
  over: 'everything',
  isByColour: false,
  tolerance: 24,
  reach: 2,
  smoothing: 3,
  speck: 50,
}

/** From and to, both included, of the settings that are numbers. */
export const RANGES = {
  leastPercent: [1, 100],
  tolerance: [0, MOST_TOLERANCE],
  reach: [1, MOST_REACH],
  smoothing: [1, 30],
  speck: [LEAST_SPECK_PX, MOST_SPECK_PX],
} as const satisfies Partial<Record<keyof ToolSettings, readonly [number, number]>>

/** In the order a key goes through them; a class is chosen in the panel. */
const OVERS = ['everything', 'background', 'start'] as const

export function nextOver(over: Over): Over {
  return OVERS[(OVERS.indexOf(over as (typeof OVERS)[number]) + 1) % OVERS.length]!
}

export function onlyOf(over: Over): Paint['only'] {
  return over === 'everything' ? null : over === 'background' ? 0 : over
}

/** What of a kept note are settings; the rest is as at first. Classes are per project, so one is not kept. */
export function settingsFrom(note: Readonly<Record<string, unknown>>): ToolSettings {
  const settings: Record<string, unknown> = { ...SETTINGS_AT_FIRST }
  for (const [name, first] of Object.entries(SETTINGS_AT_FIRST)) {
    const kept = note[name]
    if (typeof kept !== typeof first) continue
    const range = RANGES[name as keyof typeof RANGES] as readonly [number, number] | undefined
    if (range && !((kept as number) >= range[0] && (kept as number) <= range[1])) continue
    settings[name] = kept
  }
  if (settings.shape !== 'square') settings.shape = 'round'
  if (!(OVERS as readonly unknown[]).includes(settings.over)) settings.over = 'everything'
  return settings as ToolSettings
}

export function settingsToKeep(settings: ToolSettings): Partial<ToolSettings> {
  const { shape, hasPressure, leastPercent, over, isByColour, tolerance, reach, smoothing, speck } = settings
  const kept = { shape, hasPressure, leastPercent, isByColour, tolerance, reach, smoothing, speck }
  return typeof over === 'number' ? kept : { ...kept, over }
}
