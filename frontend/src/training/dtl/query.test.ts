import { expect, test } from 'vitest'

import { layerAt, layersOf, settingsFor, sourceOf, withLayer, withoutLayer, withSource } from './query'
import type { LayerKind } from './records'

const TEXT = `[
  {"dst": "$a", "src": ["lines/*"], "action": "data", "settings": {"classes_mapping": "default"}},
  {"dst": "out", "src": ["$a"], "action": "supervisely", "settings": {}}
]
`
const FLIP: LayerKind = {
  action: 'flip',
  title: 'Flip',
  help: '',
  outputs: [''],
  schema: { type: 'object', properties: { axis: { enum: ['vertical', 'horizontal'] } }, required: ['axis'] },
}
const CROP: LayerKind = {
  ...FLIP,
  action: 'crop',
  schema: {
    type: 'object',
    properties: {
      part: { anyOf: [{ type: 'object', properties: {} }, { type: 'null' }], default: null },
      sides: { anyOf: [{ type: 'object', properties: {} }, { type: 'null' }], default: null },
    },
  },
}

test('the layer around the cursor is known', () => {
  expect(layerAt(TEXT, 0)).toBeNull()
  expect(layerAt(TEXT, TEXT.indexOf('lines'))).toBe(1)
  expect(layerAt(TEXT, TEXT.indexOf('supervisely'))).toBe(2)
})

test('another source project changes only the data layer', () => {
  const after = withSource(TEXT, 'towers')

  expect(sourceOf(after)).toBe('towers')
  expect(after.split('\n').at(-3)).toBe(TEXT.split('\n').at(-3))
})

test('other inputs of a data layer stay', () => {
  const text = '[{"action": "data", "src": ["a/x", "b/*", "a/y"], "dst": "$s", "settings": {}}]'

  expect(layersOf(withSource(text, 'c'))![0]!.src).toEqual(['c/*', 'b/*'])
})

test('a new layer takes what the one before gives, and a name of its own', () => {
  const layers = layersOf(withLayer(withLayer(TEXT, FLIP, 1), FLIP, 2))!

  expect(layers[1]).toEqual({ dst: '$flip', src: ['$a'], action: 'flip', settings: { axis: 'vertical' } })
  expect(layers[2]).toMatchObject({ dst: '$flip_2', src: ['$flip'] })
  expect(layersOf(withoutLayer(withLayer(TEXT, FLIP, 1), 2))).toEqual(layersOf(TEXT))
})

test('settings of which one must be given start with the first', () => {
  expect(settingsFor(CROP)).toEqual({ part: {} })
})

test('half a text has no layers', () => {
  expect(layersOf('[{"action": ')).toBeNull()
  expect(layersOf('{}')).toBeNull()
  expect(sourceOf('[1]')).toBeNull()
})
