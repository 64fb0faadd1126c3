import { expect, test } from 'vitest'

import { german } from './de'
import { english } from './en'
import { language, setLanguage, t } from '.'

type Texts = Record<string, unknown>

/** 'a.b' -> text, for every text of a catalogue. */
function flat(texts: Texts, path = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [key, value] of Object.entries(texts)) {
    if (typeof value === 'object' && value) {
      for (const [deeper, text] of flat(value as Texts, `${path}${key}.`)) found.set(deeper, text)
    } else found.set(path + key, String(value))
  }
  return found
}

/** The variables and tags a text stands for, such as {{name}} and <link>. */
const holes = (text: string) =>
  [...new Set([...text.matchAll(/{{\s*(\w+)|<(\w+)/g)].map(([, name, tag]) => name ?? `<${tag}>`))].sort()

for (const [namespace, texts] of Object.entries(english)) {
  const own = flat(texts)
  const theirs = flat(german[`./${namespace}.json`] ?? {})

  test(`German says everything English says: ${namespace}`, () => {
    expect([...theirs.keys()].sort()).toEqual([...own.keys()].sort())
  })

  test(`no text is empty, and both languages name the same things: ${namespace}`, () => {
    for (const [key, text] of own) {
      expect(text.trim(), `en ${key}`).not.toBe('')
      expect((theirs.get(key) ?? '').trim(), `de ${key}`).not.toBe('')
      // "one photo" needs no number.
      if (!key.endsWith('_one')) expect(holes(theirs.get(key) ?? ''), key).toEqual(holes(text))
    }
  })

  test(`what is counted has a form for one and for many: ${namespace}`, () => {
    for (const [key, text] of own) {
      const [, stem, form] = /^(.*)_(one|other)$/.exec(key) ?? []
      if (!stem || !text.includes('{{count')) continue
      expect([...own.keys()], key).toContain(`${stem}_${form === 'one' ? 'other' : 'one'}`)
    }
  })
}

test('every count is written as its reader writes numbers', () => {
  for (const [file, texts] of [...Object.entries(english), ...Object.entries(german)]) {
    for (const [key, text] of flat(texts)) expect(text, `${file} ${key}`).not.toMatch(/{{\s*count\s*}}/)
  }
})

test('German says Sie to everybody', () => {
  for (const [file, texts] of Object.entries(german)) {
    for (const [key, text] of flat(texts))
      expect(text, `${file} ${key}`).not.toMatch(/\b(du|dich|dir|dein\w*)\b/i)
  }
})

test('every catalogue is known to the code', () => {
  const files = Object.keys(german).map((file) => file.replace(/^\.\/|\.json$/g, ''))

  expect(files.sort()).toEqual(Object.keys(english).sort())
})

test('the language changes at once, and back', async () => {
  expect(t('shared:loading')).toBe('Loading')

  await setLanguage('de')
  expect([language(), t('shared:loading')]).toEqual(['de', 'Wird geladen'])

  await setLanguage('en')
  expect(t('shared:loading')).toBe('Loading')
})
