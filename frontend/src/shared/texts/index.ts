/**
 * Every text of the pages, in the reader's language.
 *
 * A text lives in `<language>/<namespace>.json` and is taken by `t('<namespace>:<key>')`: inside a function, never while
 * the module loads, or it stays in one language. `main.tsx` draws everything anew when the language changes, so a
 * component may as well call `t` from here as `useTranslation`.
 */

import i18next, { type ParseKeys } from 'i18next'
import { initReactI18next } from 'react-i18next'

import { english } from './en'

export type Namespace = keyof typeof english
export type Language = 'en' | 'de'
export type Key = { [N in Namespace]: `${N}:${ParseKeys<N>}` }[Namespace]

/** The languages by the names their readers know them by. */
export const LANGUAGES: Record<Language, string> = { en: 'English', de: 'Deutsch' }

export const isLanguage = (value: string): value is Language => Object.hasOwn(LANGUAGES, value)

void i18next.use(initReactI18next).init({
  lng: 'en',
  fallbackLng: 'en',
  resources: { en: english },
  defaultNS: 'shared',
  initAsync: false,
  // React escapes what it shows.
  interpolation: { escapeValue: false },
})
// `{{count, number}}` in a text is written as the pages write any number.
i18next.services.formatter?.add('number', (value: number) => whole().format(value))
export const whole = eachLocale((locale) => new Intl.NumberFormat(locale))

/** Texts without values in them, as found: looking one up takes the library a while, and a page shows hundreds. */
const plain = new Map<Key, string>()
i18next.on('languageChanged', () => plain.clear())

export function t(key: Key, values?: Record<string, string | number>): string {
  const known = values ? undefined : plain.get(key)
  if (known !== undefined) return known
  // `Key` has said which keys there are; i18next's own type knows those of one namespace at a time.
  const found = (i18next.t as (key: string, values?: object) => string)(key, values)
  if (!values) plain.set(key, found)
  return found
}

export const language = (): Language => i18next.language as Language

/** What Intl is given: the reader's own region where it speaks the chosen language, such as en-GB. */
export function locale(): string {
  return spoken().find((one) => one.split('-')[0] === language()) ?? language()
}

/** A format for the language that is read now; made once for each, which takes milliseconds. */
export function eachLocale<T>(make: (locale: string) => T): () => T {
  const made = new Map<string, T>()
  return () => {
    const here = locale()
    if (!made.has(here)) made.set(here, make(here))
    return made.get(here)!
  }
}

/** What was chosen in this browser, else the first language of the browser that we have texts for. */
export function preferredLanguage(): Language {
  const kept = remembered()
  if (isLanguage(kept)) return kept
  const known = spoken().map((one) => one.split('-')[0]!)
  return known.find(isLanguage) ?? 'en'
}

const KEPT = 'catenary.language'

/** Keep a choice for the pages that come before signing in. */
export function rememberLanguage(chosen: Language): void {
  try {
    localStorage.setItem(KEPT, chosen)
  } catch {
    // A browser that keeps nothing shows its own language next time.
  }
}

function remembered(): string {
  try {
    return localStorage.getItem(KEPT) ?? ''
  } catch {
    return ''
  }
}

const spoken = (): readonly string[] => (typeof navigator === 'undefined' ? [] : (navigator.languages ?? []))

/** Read everything in this language from now on; the texts of another than English are fetched first. */
export async function setLanguage(chosen: Language): Promise<void> {
  if (chosen === 'de' && !i18next.hasResourceBundle('de', 'shared')) {
    const { german } = await import('./de')
    for (const [file, texts] of Object.entries(german)) {
      i18next.addResourceBundle('de', file.replace(/^\.\/|\.json$/g, ''), texts)
    }
  }
  await i18next.changeLanguage(chosen)
  if (typeof document !== 'undefined') document.documentElement.lang = chosen
}
