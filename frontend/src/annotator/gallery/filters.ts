/** What the gallery shows, as it stands in the address: Back, reload and a link sent to somebody show the same. */

import type { Query } from '../../shared/api'
import type { WorkState } from '../../shared/types'
import { isState } from '../workflow/states'

export const SORTS = [
  { value: 'name', label: 'name' },
  { value: '-created', label: 'created' },
  { value: 'edited', label: 'edited' },
  { value: 'objects', label: 'objects' },
  { value: 'area', label: 'area' },
] as const
export type Sort = (typeof SORTS)[number]['value']

export type Filter = {
  dataset: string
  tag: string
  class: string // a class index in digits, or ""
  annotated: '' | 'yes' | 'no'
  state: '' | WorkState
  held_by: string // "me", the id of a person in digits, or ""
  comments: '' | 'open' // photos with comments nobody has resolved
  search: string
  trash: '' | '1' // the deleted photos instead of the others
  sort: Sort
  page: number
}

export const EVERYTHING: Filter = {
  dataset: '',
  tag: '',
  class: '',
  annotated: '',
  state: '',
  held_by: '',
  comments: '',
  search: '',
  trash: '',
  sort: 'name',
  page: 1,
}
export const PER_PAGE = 60

/** Read a filter from an address; what makes no sense there counts as not said. */
export function filterOf(params: URLSearchParams): Filter {
  const text = (name: string) => params.get(name) ?? ''
  const annotated = text('annotated')
  const sort = SORTS.find(({ value }) => value === text('sort'))?.value
  const page = Number(text('page'))
  return {
    dataset: text('dataset'),
    tag: text('tag'),
    class: /^\d+$/.test(text('class')) ? text('class') : '',
    annotated: annotated === 'yes' || annotated === 'no' ? annotated : '',
    state: isState(text('state')) ? (text('state') as WorkState) : '',
    held_by: /^(me|\d+)$/.test(text('held_by')) ? text('held_by') : '',
    comments: text('comments') === 'open' ? 'open' : '',
    search: text('search'),
    trash: text('trash') === '1' ? '1' : '',
    sort: sort ?? 'name',
    page: Number.isInteger(page) && page > 0 ? page : 1,
  }
}

/** The filter without its page and without what is the default anyway. */
export function wishes(filter: Filter): Record<string, string> {
  const { dataset, tag, annotated, state, held_by, comments, search, trash, sort } = filter
  const said = {
    dataset,
    tag,
    class: filter.class,
    annotated,
    state,
    held_by,
    comments,
    search,
    trash,
    sort: sort === 'name' ? '' : sort,
  }
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== ''))
}

/** Write a filter into an address, leaving the address's other parts (the tab) alone. */
export function withFilter(params: URLSearchParams, filter: Filter): URLSearchParams {
  const next = new URLSearchParams(params)
  for (const name of Object.keys(EVERYTHING)) next.delete(name)
  for (const [name, value] of Object.entries(wishes(filter))) next.set(name, value)
  if (filter.page > 1) next.set('page', String(filter.page))
  return next
}

/** Change something; whoever narrows the gallery wants to see the first page of what is left. */
export function changed(filter: Filter, change: Partial<Filter>): Filter {
  return { ...filter, page: 1, ...change }
}

export const isNarrowed = (filter: Filter) =>
  Object.keys(wishes({ ...filter, sort: 'name', trash: '' })).length > 0

/** What the server is asked for. */
export function imageQuery(filter: Filter): Query {
  return { ...wishes(filter), page: filter.page, page_size: PER_PAGE }
}

/** "?tag=train&sort=objects", to hand on to the annotator, whose next and previous follow the same filter. */
export function handedOn(filter: Filter): string {
  const text = new URLSearchParams(wishes(filter)).toString()
  return text && `?${text}`
}
