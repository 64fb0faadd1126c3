import { expect, test } from 'vitest'

import { difference, placeOf, places, revise, rewrite } from './jsonPlaces'

const TEXT = `[
  {"action": "crop", "settings": {"sides": [1, 2]}},
  {
    "action": "flip"
  }
]`

test('every value is found by its path', () => {
  const found = places(TEXT)
  const place = found.at.get('0.settings.sides.1')!

  expect(TEXT.slice(place.from, place.to)).toBe('2')
  expect(found.value).toEqual(JSON.parse(TEXT))
})

test('an unknown path leads to the nearest part that is there', () => {
  const found = places(TEXT)

  expect(placeOf(found, '1.settings.axis')).toEqual(found.at.get('1'))
  expect(placeOf(found, 'nothing')).toEqual(found.at.get(''))
})

test.each([
  ['[1, 2,]', 5, 'Remove this comma'],
  ['{"a": 1,}', 7, 'Remove this comma'],
  ['{"a" 1}', 5, 'A colon is missing after "a"'],
  ['{"a": 1 "b": 2}', 8, 'A comma or } is missing'],
  ['[True]', 1, 'JSON writes this true'],
  ["{'a': 1}", 1, 'between double quotes'],
  ['["abc', 1, 'not closed'],
  ['', 0, 'the text ends'],
  ['{"a":1,"a":2}', 7, 'twice'],
  ['[] []', 3, 'after the end'],
  ['[01]', 1, 'not a JSON value'],
])('%s is refused where it breaks', (text, from, sentence) => {
  const { problem } = places(text)

  expect(problem?.from).toBe(from)
  expect(problem?.message).toContain(sentence)
})

test('rewriting a layer leaves the rest as it was typed', () => {
  const after = rewrite(TEXT, [1], { action: 'flip', settings: { axis: 'vertical' } })

  expect(after.startsWith(TEXT.slice(0, TEXT.indexOf('{\n')))).toBe(true)
  expect(after).toContain('    "settings": {\n      "axis": "vertical"\n    }\n  }\n]')
  expect(JSON.parse(after)[0]).toEqual(JSON.parse(TEXT)[0])
})

test('a revised text keeps the layout of what did not change', () => {
  const text = '{"lr": 0.1, "size": {"width": 16,  "height": 16}}'

  expect(revise(text, { lr: 0.1, size: { width: 32, height: 16 } })).toBe(text.replace('16,', '32,'))
  expect(revise(text, { lr: 0.1, size: { width: 16, height: 16 } })).toBe(text)
  expect(JSON.parse(revise(text, { lr: 0.1, epochs: 2 }))).toEqual({ lr: 0.1, epochs: 2 })
  expect(revise('{"lr": ', { lr: 1 })).toBe('{\n  "lr": 1\n}\n')
})

test('the difference of two texts is the smallest piece between them', () => {
  expect(difference('abcd', 'abXcd')).toEqual({ from: 2, to: 2, insert: 'X' })
  expect(difference('aaa', 'aa')).toEqual({ from: 2, to: 3, insert: '' })
  expect(difference('same', 'same')).toEqual({ from: 4, to: 4, insert: '' })
})
