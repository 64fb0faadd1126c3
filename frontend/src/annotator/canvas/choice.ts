/** What the person has chosen at the easel, and what of it is remembered from photo to photo. */

import type { LabelClass } from './look'
import { settingsFrom, settingsToKeep, type ToolSettings } from './toolSettings'

export const TOOLS = [
  'brush',
  'eraser',
  'polygon',
  'lasso',
  'rectangle',
  'ellipse',
  'scissors',
  'assist',
  'bucket',
  'holes',
  'grow',
  'shrink',
  'smooth',
  'specks',
  'pick',
  'ruler',
  'comment',
  'move',
] as const

export type Tool = (typeof TOOLS)[number]

/** Tabs of the panel on the right. */
export const PANEL_IDS = ['paint', 'objects', 'history', 'talk'] as const

export type PanelId = (typeof PANEL_IDS)[number]

export const LEAST_SIZE = 1
export const MOST_SIZE = 2000

export type Choice = ToolSettings & {
  tool: Tool
  panel: PanelId
  /** Diameter of the brush in photo pixels. */
  size: number
  /** Class byte painted with, and the one before it. */
  value: number
  swap: number
  opacity: number
  isMaskShown: boolean
  brightness: number
  contrast: number
  gamma: number
  isGridShown: boolean
  /** Only the chosen class is shown. */
  isSolo: boolean
  hidden: ReadonlySet<number>
  locked: ReadonlySet<number>
}

/** Brush sizes go by ones at first, by tens later. */
export const stepOf = (size: number): number => (size < 20 ? 1 : size < 100 ? 5 : size < 400 ? 10 : 50)

export const allowedSize = (size: number): number =>
  Math.min(MOST_SIZE, Math.max(LEAST_SIZE, Math.round(size)))

export const without = (set: ReadonlySet<number>, value: number): Set<number> =>
  new Set([...set].filter((one) => one !== value))

const REMEMBERED = 'catenary-painter'

/** How the person last painted, on whatever photo. Classes are per project, so they are not remembered. */
export function rememberedChoice(classes: readonly LabelClass[]): Choice {
  const living = classes.filter(({ deleted_at }) => !deleted_at)
  const kept = remembered()
  const start: Choice = {
    ...settingsFrom(kept),
    tool: 'brush',
    panel: 'paint',
    size: 40,
    value: living[0]?.index ?? 0,
    swap: living[1]?.index ?? 0,
    opacity: 0.6,
    isMaskShown: true,
    brightness: 1,
    contrast: 1,
    gamma: 1,
    isGridShown: false,
    isSolo: false,
    hidden: new Set(),
    locked: new Set(),
  }
  if (typeof kept.size === 'number' && kept.size >= LEAST_SIZE && kept.size <= MOST_SIZE)
    start.size = kept.size
  if (typeof kept.opacity === 'number' && kept.opacity > 0 && kept.opacity <= 1) start.opacity = kept.opacity
  return start
}

function remembered(): Record<string, unknown> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(REMEMBERED) ?? '{}')
    return typeof kept === 'object' && kept !== null ? (kept as Record<string, unknown>) : {}
  } catch {
    // Another version's or a damaged note: start afresh.
    return {}
  }
}

export function remember(choice: Choice): void {
  const { size, opacity } = choice
  try {
    localStorage.setItem(REMEMBERED, JSON.stringify({ size, opacity, ...settingsToKeep(choice) }))
  } catch {
    // A browser that keeps nothing paints all the same.
  }
}
