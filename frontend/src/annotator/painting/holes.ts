/** Holes of an area: what it goes all around. */

import { type Area, AreaWriter, boxOfArea, outside, STRETCH } from './area'

/** Every pixel that is not in the area and from which no way over edges leads out of it.
 *
 * most: only holes of at most so many pixels.
 */
export function holesOf(area: Area, most = Infinity): Area {
  const box = boxOfArea(area)
  if (!box) return area
  const rest = outside(area, {
    left: box.left - 1,
    top: box.top - 1,
    right: box.right + 1,
    bottom: box.bottom + 1,
  })
  const { groups, sizes } = touching(rest)
  const writer = new AreaWriter()
  const out = groups[0]
  for (let i = 0; i < groups.length; i++) {
    const at = i * STRETCH
    if (groups[i] !== out && sizes[groups[i]!]! <= most) writer.add(rest[at]!, rest[at + 1]!, rest[at + 2]!)
  }
  return writer.take()
}

/** Which stretches hang together by edges: a group for each, the lowest of its stretches, and the groups' pixels. */
function touching(area: Area): { groups: Int32Array; sizes: Float64Array } {
  const count = area.length / STRETCH
  const parent = Int32Array.from({ length: count }, (_, i) => i)
  const root = (i: number): number => {
    while (parent[i] !== i) i = parent[i] = parent[parent[i]!]!
    return i
  }
  let [above, aboveEnd, row, rowStart] = [0, 0, Number.NaN, 0]
  for (let i = 0; i < count; i++) {
    const y = area[i * STRETCH]!
    const [left, right] = [area[i * STRETCH + 1]!, area[i * STRETCH + 2]!]
    if (y !== row) {
      above = y === row + 1 ? rowStart : i
      aboveEnd = i
      row = y
      rowStart = i
    }
    while (above < aboveEnd && area[above * STRETCH + 2]! <= left) above++
    for (let j = above; j < aboveEnd && area[j * STRETCH + 1]! < right; j++) {
      const [one, other] = [root(i), root(j)]
      if (one < other) parent[other] = one
      else parent[one] = other
    }
  }
  const groups = parent.map((_, i) => root(i))
  const sizes = new Float64Array(count)
  for (let i = 0; i < count; i++) sizes[groups[i]!]! += area[i * STRETCH + 2]! - area[i * STRETCH + 1]!
  return { groups, sizes }
}
