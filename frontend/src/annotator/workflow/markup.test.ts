import fc from 'fast-check'
import { expect, test } from 'vitest'

import { type Block, blocksOf, type Inline, inlineOf } from './markup'

const words = (parts: readonly Inline[]): string =>
  parts.map((part) => ('parts' in part ? words(part.parts) : part.text)).join('')

test('headings, lists and paragraphs', () => {
  const blocks = blocksOf(
    '# Discs\nPaint each.\nAlso half ones.\n\n- one\n- two\n  more of two\n1. first\n\n---',
  )

  expect(blocks.map(({ kind }) => kind)).toEqual(['heading', 'paragraph', 'list', 'list', 'rule'])
  expect((blocks[1] as Extract<Block, { kind: 'paragraph' }>).lines.map(words)).toEqual([
    'Paint each.',
    'Also half ones.',
  ])
  expect((blocks[2] as Extract<Block, { kind: 'list' }>).items.map(words)).toEqual(['one', 'two more of two'])
})

test('strong, emphasis, code and links', () => {
  expect(inlineOf('Paint **each *small* disc** with `B`, see [the key](https://a.example/k).')).toEqual([
    { kind: 'text', text: 'Paint ' },
    {
      kind: 'strong',
      parts: [
        { kind: 'text', text: 'each ' },
        { kind: 'emphasis', parts: [{ kind: 'text', text: 'small' }] },
        { kind: 'text', text: ' disc' },
      ],
    },
    { kind: 'text', text: ' with ' },
    { kind: 'code', text: 'B' },
    { kind: 'text', text: ', see ' },
    { kind: 'link', href: 'https://a.example/k', parts: [{ kind: 'text', text: 'the key' }] },
    { kind: 'text', text: '.' },
  ])
})

test('an address is a link by itself, without the full stop after it', () => {
  expect(inlineOf('See https://a.example/x.')[1]).toMatchObject({ kind: 'link', href: 'https://a.example/x' })
})

test.each(['javascript:alert(1)', 'data:text/html,x', ' JaVaScRiPt:alert(1)', '/api/logout', 'vbscript:x'])(
  'no link leads to %s',
  (href) => {
    expect(inlineOf(`[click](${href})`).filter(({ kind }) => kind === 'link')).toEqual([])
  },
)

test('marks inside of words and lone ones stay as they are', () => {
  for (const text of ['ds_photo_1.jpg', '3 * 4 * 5', 'a ** b', '*open', '**', '`', '[x](y', '<b>bold</b>']) {
    expect(inlineOf(text)).toEqual([{ kind: 'text', text }])
  }
})

test('any text can be read, and no word of it is lost', () => {
  const marks = fc.constantFrom(
    '*',
    '**',
    '_',
    '`',
    '[',
    '](',
    ')',
    '# ',
    '- ',
    '1. ',
    '\n',
    '\n\n',
    'https://a.b/c',
  )
  const anything = fc.array(fc.oneof(marks, fc.string()), { maxLength: 40 }).map((parts) => parts.join(''))

  fc.assert(
    fc.property(anything, (text) => {
      const letters = (one: string) => one.replace(/[^\p{L}]/gu, '')
      const shown = blocksOf(text).map((block) =>
        'parts' in block
          ? words(block.parts)
          : 'lines' in block
            ? block.lines.map(words).join('')
            : 'items' in block
              ? block.items.map(words).join('')
              : '',
      )
      // The address behind a link is not shown, everything else is.
      const hidden = text.match(/\]\([^()\s]*\)/g)
      if (!hidden) expect(letters(shown.join(''))).toBe(letters(text))
    }),
  )
})

test('a long text of unclosed marks is read quickly', () => {
  const start = performance.now()
  blocksOf('*_**`['.repeat(3000))
  expect(performance.now() - start).toBeLessThan(1000)
})
