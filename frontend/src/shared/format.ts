/** Numbers and dates as people read them, in the language of the pages. */

import { eachLocale, t, whole } from './texts'

const dateTime = eachLocale(
  (locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }),
)
const date = eachLocale((locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }))
const clock = eachLocale((locale) => new Intl.DateTimeFormat(locale, { timeStyle: 'medium' }))
const relative = eachLocale((locale) => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }))
const list = eachLocale((locale) => new Intl.ListFormat(locale))
const fixed = [0, 1, 2, 3, 4, 5, 6].map((digits) =>
  eachLocale(
    (locale) =>
      new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }),
  ),
)

/** 1234 -> "1,234" */
export const count = (value: number) => whole().format(value)
/** (0.5, 2) -> "0.50" */
export const decimal = (value: number, digits: number) => fixed[digits]!().format(value)
/** "Nov 22, 2026, 1:05 PM" */
export const when = (iso: string) => dateTime().format(new Date(iso))
/** "Nov 22, 2026" */
export const day = (iso: string) => date().format(new Date(iso))
/** "1:05:30 PM" */
export const time = (iso: string) => clock().format(new Date(iso))
/** "a, b, and c" */
export const several = (words: readonly string[]) => list().format(words)

/** "3 minutes ago" */
export function ago(iso: string, now = Date.now()): string {
  const seconds = (new Date(iso).getTime() - now) / 1000
  const steps: [Intl.RelativeTimeFormatUnit, number][] = [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
  ]
  for (const [unit, length] of steps) {
    if (Math.abs(seconds) >= length) return relative().format(Math.trunc(seconds / length), unit)
  }
  return relative().format(Math.trunc(seconds), 'second')
}

/** 1536 -> "1.5 KB" */
export function bytes(value: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return `${decimal(value, value < 10 && unit > 0 ? 1 : 0)} ${units[unit]}`
}

/** 75 -> "1 min 15 s" */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–'
  if (seconds < 1) return '< 1 s'
  if (seconds < 60) return `${Math.round(seconds)} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`
}

/** (0.125, 1) -> "12.5 %" */
export const percent = (share: number, digits = 0) => `${decimal(100 * share, digits)} %`

/** "3 photos" */
export const photos = (count: number) => t('shared:photos', { count })
/** "3 pixels" */
export const pixels = (count: number) => t('shared:pixels', { count })
