import { expect, test } from 'vitest'

import { chosen, errorsAt, fieldOf, fit, initial, optionName, type Schema } from './jsonSchema'

const ROOT: Schema = {
  type: 'object',
  $defs: {
    Range: {
      type: 'object',
      title: 'Range',
      properties: {
        min_percent: { type: 'number', minimum: 0 },
        max_percent: { type: 'number', maximum: 100 },
      },
      required: ['min_percent', 'max_percent'],
    },
    Random: { type: 'object', properties: { width: { $ref: '#/$defs/Range' } }, required: ['width'] },
    Sides: { type: 'object', properties: { left: { type: 'string', default: '0px' } } },
    Size: {
      type: 'object',
      properties: { width: { type: 'integer', minimum: 16, multipleOf: 16, default: 128 } },
    },
  },
  properties: {
    crop: { anyOf: [{ $ref: '#/$defs/Random' }, { $ref: '#/$defs/Sides' }] },
    pad: { anyOf: [{ $ref: '#/$defs/Sides' }, { type: 'null' }], default: null },
    mapping: { anyOf: [{ const: 'default' }, { type: 'object', additionalProperties: { type: 'string' } }] },
    axis: { enum: ['vertical', 'horizontal'] },
    size: { $ref: '#/$defs/Size', default: { width: 256 }, description: 'Of every sample' },
    tags: { type: 'array', items: { type: 'string' } },
    lr: { type: 'number', exclusiveMinimum: 0 },
  },
  required: ['crop'],
}
const of = (name: string) => fieldOf(ROOT.properties![name]!, ROOT)

test('a reference is followed, and what stands beside it wins', () => {
  expect(of('size').kind).toBe('object')
  expect(of('size').inner.description).toBe('Of every sample')
  expect(initial(ROOT.properties!.size!, ROOT)).toEqual({ width: 256 })
})

test('a union with null is an optional field of the other kind', () => {
  expect(of('pad')).toMatchObject({ kind: 'object', isNullable: true })
})

test('kinds are told apart', () => {
  expect(['crop', 'axis', 'tags', 'lr'].map((name) => of(name).kind)).toEqual([
    'choice',
    'enum',
    'list',
    'number',
  ])
})

test('a union of constants is a choice of words', () => {
  const field = fieldOf({ anyOf: [{ const: 'a' }, { enum: ['b', 'c'] }] }, ROOT)

  expect(field).toMatchObject({ kind: 'enum', inner: { enum: ['a', 'b', 'c'] } })
})

test('the option of a choice is the one whose fields are there', () => {
  const { inner } = of('crop')

  expect(chosen(inner.anyOf!, { left: '5px' }, ROOT)).toBe(1)
  expect(chosen(inner.anyOf!, { width: { min_percent: 1, max_percent: 2 } }, ROOT)).toBe(0)
  expect(chosen(of('mapping').inner.anyOf!, { a: 'b' }, ROOT)).toBe(1)
  expect(chosen(of('mapping').inner.anyOf!, 'default', ROOT)).toBe(0)
})

test('a discriminator decides whatever the other fields are', () => {
  const schema: Schema = {
    oneOf: [
      {
        type: 'object',
        properties: { source: { const: 'full' }, a: { type: 'string' } },
        required: ['source'],
      },
      { type: 'object', properties: { source: { const: 'window' } }, required: ['source'] },
    ],
  }

  expect(chosen(schema.oneOf!, { source: 'window', a: 'x' }, ROOT)).toBe(1)
  expect(schema.oneOf!.map((option) => optionName(option, ROOT))).toEqual(['Full', 'Window'])
  expect(initial({ ...schema.oneOf![0], required: [] }, ROOT)).toEqual({ source: 'full' })
})

test('a new value starts from the defaults and the smallest that is allowed', () => {
  expect(initial(ROOT.properties!.crop!, ROOT)).toEqual({ width: { min_percent: 0, max_percent: 0 } })
  expect(initial({ type: 'integer', minimum: 10, multipleOf: 16 }, ROOT)).toBe(16)
  expect(initial({ type: 'integer', exclusiveMinimum: 0 }, ROOT)).toBe(1)
})

test('a value of another kind does not fit', () => {
  expect(fit({ type: 'integer' }, 'x', ROOT)).toBe(0)
  expect(fit({ type: 'string' }, null, ROOT)).toBe(0)
})

test('options are named by what they hold', () => {
  expect(of('crop').inner.anyOf!.map((option) => optionName(option, ROOT))).toEqual(['Width', 'Left'])
})

test('an error below a field that is not drawn is shown at its group', () => {
  const errors = [
    { path: 'size.width', message: 'too small' },
    { path: 'size.depth', message: 'no such setting' },
  ]

  expect(errorsAt(errors, 'size', ['width'])).toEqual(['no such setting'])
  expect(errorsAt(errors, 'size.width', null)).toEqual(['too small'])
  expect(errorsAt(errors, '', ['size'])).toEqual([])
})
