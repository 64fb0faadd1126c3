import { expect, test } from 'vitest'

import type { Finding } from '../../shared/types'
import { formatName, grouped } from './report'

const finding = (level: Finding['level'], text: string): Finding => ({ level, at: '', text })

test('what is refused comes first, and empty groups are left out', () => {
  const groups = grouped([finding('info', 'a'), finding('error', 'b'), finding('info', 'c')])

  expect(groups.map(({ level, findings }) => [level, findings.map(({ text }) => text)])).toEqual([
    ['error', ['b']],
    ['info', ['a', 'c']],
  ])
})

test('a format nobody has heard of is called as it calls itself', () => {
  expect(formatName('png')).toBe('Photos and PNG masks')
  expect(formatName('coco')).toBe('coco')
})
