/** Patterns that tell classes apart where colour cannot, the same in WebGL2, Canvas2D and CSS. */

import type { LabelClass } from '../../shared/types'

export type Pattern = LabelClass['pattern'] & string

/** Each by the number the shaders know it by: its place here. In the order in which new classes get them, then neutral's. */
export const PATTERNS = ['', 'dots', 'lines', 'cross', 'bars', 'back', 'hatch'] as const satisfies Pattern[]

/** From one stripe or dot to the next on the photo, in CSS pixels. */
export const PERIOD_PX = 9

/** Opacity of the gaps, which are dark: grey stripes are seen on a light sky and on woods alike. */
export const GAP = 0.6

export const patternNumber = (pattern: string): number => Math.max(0, PATTERNS.indexOf(pattern as Pattern))

/** Whether a pattern is drawn in full at a place; `period` in the same unit. */
export function isStrong(number: number, x: number, y: number, period: number): boolean {
  const within = (value: number) => ((value % period) + period) % period
  const half = period / 2
  switch (PATTERNS[number]) {
    case 'dots':
      return Math.hypot(within(x) - half, within(y) - half) < 0.38 * period
    case 'lines':
      return within(y) < half
    case 'cross':
      return within(x) < 0.3 * period || within(y) < 0.3 * period
    case 'bars':
      return within(x) < half
    case 'back':
      return within(x - y) < half
    case 'hatch':
      return within(x + y) < half
    default:
      return true
  }
}

/** One period of every pattern as opacities, 255 in its colour and less in its gaps, for a texture that repeats.
 *
 * Shaders look up what would take them long to compute.
 */
export function patternTable(): { size: number; count: number; strengths: Uint8Array } {
  const size = 72
  const count = PATTERNS.length
  const strengths = new Uint8Array(size * size * count)
  for (let i = 0; i < strengths.length; i++) {
    const [x, y, number] = [i % size, Math.floor(i / size) % size, Math.floor(i / size / size)]
    strengths[i] = isStrong(number, x + 0.5, y + 0.5, size) ? 255 : Math.round(255 * GAP)
  }
  return { size, count, strengths }
}

/** `isStrong` for shaders. */
export const PATTERN_GLSL = `
bool isStrong(int number, vec2 at, float period) {
  vec2 within = mod(at, period);
  float part = period * 0.5;
  if (number == 1) return length(within - part) < 0.38 * period;
  if (number == 2) return within.y < part;
  if (number == 3) return within.x < 0.3 * period || within.y < 0.3 * period;
  if (number == 4) return within.x < part;
  if (number == 5) return mod(at.x - at.y, period) < part;
  if (number == 6) return mod(at.x + at.y, period) < part;
  return true;
}`

/** A CSS background that shows colour and pattern in a small square. */
export function swatchBackground(
  { colour, pattern }: Pick<LabelClass, 'colour' | 'pattern'>,
  gap = '#ffffff',
): string {
  const stripes = (angle: number) => `repeating-linear-gradient(${angle}deg, ${colour} 0 2px, ${gap} 2px 4px)`
  switch (pattern) {
    case 'dots':
      return `radial-gradient(circle at center, ${colour} 0 1.6px, transparent 2px) 0 0 / 5px 5px ${gap}`
    case 'lines':
      return stripes(0)
    case 'cross':
      return (
        `linear-gradient(${colour} 0 2px, transparent 2px) 0 0 / 5px 5px, ` +
        `linear-gradient(90deg, ${colour} 0 2px, transparent 2px) 0 0 / 5px 5px ${gap}`
      )
    case 'bars':
      return stripes(90)
    case 'back':
      return stripes(45)
    case 'hatch':
      return stripes(135)
    default:
      return colour
  }
}
