import fc from 'fast-check'
import { expect, test } from 'vitest'

import { STATES } from '../workflow/states'
import {
  changed,
  EVERYTHING,
  type Filter,
  filterOf,
  handedOn,
  isNarrowed,
  SORTS,
  withFilter,
} from './filters'

const filters: fc.Arbitrary<Filter> = fc.record({
  dataset: fc.string(),
  tag: fc.string(),
  class: fc.oneof(fc.constant(''), fc.nat(254).map(String)),
  annotated: fc.constantFrom('', 'yes', 'no'),
  state: fc.constantFrom('' as const, ...STATES),
  held_by: fc.oneof(fc.constantFrom('', 'me'), fc.nat().map(String)),
  comments: fc.constantFrom('', 'open'),
  search: fc.string(),
  trash: fc.constantFrom('', '1'),
  sort: fc.constantFrom(...SORTS.map(({ value }) => value)),
  page: fc.integer({ min: 1, max: 9999 }),
})

test('an address gives back the filter written into it', () => {
  fc.assert(
    fc.property(filters, (filter) => {
      const text = withFilter(new URLSearchParams(), filter).toString()

      expect(filterOf(new URLSearchParams(text))).toEqual(filter)
    }),
  )
})

test('the tab stays where it is', () => {
  const params = withFilter(new URLSearchParams('tab=photos&tag=old&page=3'), { ...EVERYTHING, tag: 'train' })

  expect(params.toString()).toBe('tab=photos&tag=train')
})

test('nonsense in an address counts as not said', () => {
  expect(
    filterOf(new URLSearchParams('class=x&annotated=maybe&sort=weight&page=-2&state=lost&held_by=olga')),
  ).toEqual(EVERYTHING)
})

test('narrowing goes back to the first page, turning a page does not widen', () => {
  const third = { ...EVERYTHING, tag: 'val', page: 3 }

  expect(changed(third, { search: 'a' })).toEqual({ ...third, search: 'a', page: 1 })
  expect(changed(third, { page: 4 })).toEqual({ ...third, page: 4 })
})

test('the annotator is handed the filter but not the page', () => {
  expect(handedOn({ ...EVERYTHING, tag: 'train', page: 7, sort: 'objects' })).toBe('?tag=train&sort=objects')
  expect(handedOn({ ...EVERYTHING, page: 7 })).toBe('')
})

test('sorting alone does not narrow', () => {
  expect(isNarrowed({ ...EVERYTHING, sort: 'area' })).toBe(false)
  expect(isNarrowed({ ...EVERYTHING, annotated: 'no' })).toBe(true)
})
