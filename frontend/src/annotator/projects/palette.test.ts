import { expect, test } from 'vitest'

import { type ClassDraft, complaints, freeColour, freeKey, freshClass, PALETTE, withKey } from './palette'

const isolator = { name: 'Isolator', colour: PALETTE[0]!, key: '1', pattern: '' } as const

test('a fresh class gets the next colour and the next key', () => {
  expect(freshClass([isolator], 'Tower')).toEqual({
    name: 'Tower',
    colour: PALETTE[1],
    key: '2',
    pattern: 'dots',
  })
})

test('colours are recognised in lower case and begin again when all are taken', () => {
  expect(freeColour([{ colour: PALETTE[0]!.toLowerCase(), key: '', pattern: '' }])).toBe(PALETTE[1])
  expect(PALETTE).toContain(freeColour(PALETTE.map((colour) => ({ colour, key: '', pattern: '' }))))
})

test('a fresh class never has the pattern of another while one is free, nor that of neutral', () => {
  const all: ClassDraft[] = []
  for (let n = 0; n < 8; n++) all.push(freshClass(all, `Class ${n}`))

  expect(new Set(all.slice(0, 6).map(({ pattern }) => pattern)).size).toBe(6)
  expect(all.map(({ pattern }) => pattern)).not.toContain('hatch')
})

test('the tenth class has no key', () => {
  const nine = Array.from({ length: 9 }, (_, n) => ({
    colour: '#000000',
    key: String(n + 1),
    pattern: '' as const,
  }))

  expect(freeKey(nine)).toBe('')
})

test('nameless, doubled and neutral rows are told apart', () => {
  const rows = ['', 'Isolator', 'Isolator ', 'Neutral'].map((name) => ({ ...isolator, name }))

  expect(complaints(rows, true)).toEqual([
    'A class needs a name.',
    null,
    'Another class is called Isolator.',
    'neutral is added by the checkbox below.',
  ])
})

test('taking a key gives the old one in return', () => {
  const rows = [isolator, { ...isolator, name: 'Tower', key: '2' }]

  expect(withKey(rows, 0, '2').map(({ key }) => key)).toEqual(['2', '1'])
})
