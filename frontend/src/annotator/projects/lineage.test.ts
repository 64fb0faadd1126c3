import { expect, test } from 'vitest'

import { documentOf, otherFacts, splitNote, story } from './lineage'

const job = (kind: string) => ({ id: 7, kind, title: 'A job' })
const source = { id: 3, name: 'powerlines_annotated' }
const read = (...of: Parameters<typeof story>) =>
  story(...of)
    ?.map(({ text }) => text)
    .join(' ')

test('a project made by hand has no story', () => {
  expect(story({ lineage: {}, made_by: null, source: null })).toBeNull()
})

test('an import links to its job', () => {
  expect(story({ lineage: {}, made_by: job('import'), source: null })).toEqual([
    { text: 'Imported', to: '/jobs/7' },
  ])
})

test('a query says its name and links its source', () => {
  const made = { lineage: { kind: 'dtl', query_name: 'crops' }, made_by: job('dtl'), source }

  expect(read(made)).toBe('Built by the query “crops” from powerlines_annotated')
  expect(story(made)?.at(-1)?.to).toBe('/projects/3')
})

test('a query over several projects names them', () => {
  expect(
    read({ lineage: { kind: 'dtl', sources: ['a', { id: 2, name: 'b' }] }, made_by: null, source: null }),
  ).toBe('Built by a query from a, b')
})

test('a prediction names its model and links its run', () => {
  const lineage = { kind: 'predict', model: { id: 1, title: 'UNetV2' }, run: 12 }
  const made = { lineage, made_by: job('predict'), source }

  expect(read(made)).toBe('Predicted by UNetV2 on powerlines_annotated')
  expect(story(made)?.[0]?.to).toBe('/predictions/12')
})

test('the remark on the split carries the repaired query', () => {
  const notes = [{ kind: 'split_after_crop', text: 'Relatives.', fix: { text: '[]' } }]

  expect(splitNote({ kind: 'dtl', notes })).toEqual({ text: 'Relatives.', repaired: '[]' })
  expect(splitNote({ kind: 'dtl' })).toBeNull()
})

test('a query is shown as written, a config as JSON', () => {
  expect(documentOf({ query: '[ ]' })).toEqual({ title: 'Query', text: '[ ]' })
  expect(documentOf({ config: { lr: 0.1 } })?.text).toBe('{\n  "lr": 0.1\n}')
})

test('what reads as one line is a fact', () => {
  expect(otherFacts({ kind: 'dtl', seed: 7, lossless: true, query: [], source_id: 3 })).toEqual([
    { name: 'Seed', text: '7' },
    { name: 'Lossless', text: 'yes' },
  ])
})
