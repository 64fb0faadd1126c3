import { expect, test } from 'vitest'

import { type Chosen, chosenFrom, fingerprint, isJunk, merged, proposedName } from './files'

const chosen = (path: string, text = 'x'): Chosen => ({
  path,
  file: new File([text], path.split('/').at(-1)!, { lastModified: 7 }),
})

test.each(['.DS_Store', 'a/Thumbs.db', '__MACOSX/a/b.jpg', 'a/.git/config'])('%s is left out', (path) => {
  expect(isJunk(path)).toBe(true)
})

test.each(['a/img/1545.jpg', 'a.b/c.png', 'Thumbs.db.png'])('%s is taken', (path) => {
  expect(isJunk(path)).toBe(false)
})

test('a plain file is known by its name', () => {
  expect(chosenFrom([new File([''], 'a.jpg')])[0]?.path).toBe('a.jpg')
})

test('choosing a folder twice does not double its files', () => {
  const once = merged([], [chosen('p/10.jpg'), chosen('p/9.jpg')])

  expect(merged(once, [chosen('p/9.jpg')]).map(({ path }) => path)).toEqual(['p/9.jpg', 'p/10.jpg'])
})

test('a fingerprint changes with path, size and time', () => {
  expect(fingerprint(chosen('a/b.jpg'))).toBe('a/b.jpg|1|7')
})

test('a project is named after its folder or its zip', () => {
  expect(proposedName([chosen('lines/meta.json'), chosen('lines/ds/img/a.jpg')])).toBe('lines')
  expect(proposedName([chosen('lines.zip')])).toBe('lines')
  expect(proposedName([chosen('a.jpg'), chosen('b.jpg')])).toBe('')
  expect(proposedName([chosen('one/a.jpg'), chosen('two/b.jpg')])).toBe('')
})
