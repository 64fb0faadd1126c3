import { expect, test } from 'vitest'

import { sameWidth } from './presence'

test('two people with windows of different shape who follow each other come to rest', () => {
  const [wide, tall] = [
    { left: 0, top: 0, right: 1000, bottom: 500 },
    { left: 0, top: 0, right: 400, bottom: 800 },
  ]
  let look = sameWidth([100, 100, 500, 300], tall)

  for (let i = 0; i < 20; i++) {
    const other = sameWidth([look.left, look.top, look.right, look.bottom], wide)
    look = sameWidth([other.left, other.top, other.right, other.bottom], tall)
  }

  expect(look).toEqual({ left: 100, top: -200, right: 500, bottom: 600 })
})
