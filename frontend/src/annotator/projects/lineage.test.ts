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

test('a query links its source', () => {
  const made = { lineage: { kind: 'dtl' }, made_by: job('dtl'), source }

  expect(read(made)).toBe('Built by a query from powerlines_annotated')
  expect(story(made)?.at(-1)?.to).toBe('/projects/3')
})

test('a query over several projects links each', () => {
  const inputs = [source, { id: 4, name: 'roofs' }]

  expect(read({ lineage: { kind: 'dtl', inputs }, made_by: null, source })).toBe(
    'Built by a query from powerlines_annotated and roofs',
  )
})

test('a prediction names its model and links its run', () => {
  const lineage = { kind: 'predict', model: { id: 1, title: 'UNetV2' }, run: 12 }
  const made = { lineage, made_by: job('predict'), source }

  expect(read(made)).toBe('Predicted by UNetV2 on powerlines_annotated')
  expect(story(made)?.[0]?.to).toBe('/predictions/12')
})

test('a split after cutting is remarked on, with the number of photos on both sides', () => {
  const lineage = { kind: 'dtl', query: '[]', split: 'after_crop', counts: { shared_photos: 12 } }

  expect(splitNote(lineage)?.text).toContain('12 photos have parts in training and in validation')
  expect(splitNote(lineage)?.query).toBe('[]')
})

test('a split by source photo needs no remark', () => {
  expect(splitNote({ kind: 'dtl', query: '[]', split: 'by_source' })).toBeNull()
  expect(splitNote({ kind: 'predict' })).toBeNull()
})

test('a query is shown as written, a config as JSON', () => {
  expect(documentOf({ query: '[ ]' })).toEqual({ title: 'Query', text: '[ ]' })
  expect(documentOf({ config: { lr: 0.1 } })?.text).toBe('{\n  "lr": 0.1\n}')
})

test('what reads as one line is a fact', () => {
  const lineage = {
    kind: 'dtl',
    seed: 7,
    lossless: true,
    query: '[]',
    counts: { images: 40 },
    split: 'by_source',
  }

  expect(otherFacts(lineage)).toEqual([
    { name: 'Seed', text: '7' },
    { name: 'Lossless', text: 'yes' },
    { name: 'Images', text: '40' },
    { name: 'Split', text: 'by chance, all parts of a photo on one side' },
  ])
})
