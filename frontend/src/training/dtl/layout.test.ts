import { expect, test } from 'vitest'

import { layout } from './layout'
import type { Graph } from './records'

const node = (layer: number) => ({ layer, action: 'x', title: 'X', summary: '', src: [], dst: [] })
const edge = (from_layer: number, to_layer: number, output = 0) => ({
  from_layer,
  output,
  to_layer,
  name: '$x',
})
const graphOf = (count: number, edges: Graph['edges'], discarded: Graph['discarded'] = []): Graph => ({
  nodes: Array.from({ length: count }, (_, index) => node(index + 1)),
  edges,
  discarded,
})

// The tutorial: a crop goes to the split both as it is and flipped, and empty crops are discarded.
const TUTORIAL = graphOf(
  9,
  [
    edge(1, 2),
    edge(2, 3),
    edge(3, 4),
    edge(4, 5),
    edge(4, 6),
    edge(5, 6),
    edge(6, 7),
    edge(6, 8, 1),
    edge(7, 9),
    edge(8, 9),
  ],
  [{ layer: 4, output: 1, name: 'null' }],
)
const yOf = (picture: ReturnType<typeof layout>, id: string) => picture.boxes.find((box) => box.id === id)!.y

test('every arrow points downwards', () => {
  const picture = layout(TUTORIAL)

  for (const arrow of picture.arrows) expect(yOf(picture, arrow.to)).toBeGreaterThan(yOf(picture, arrow.from))
})

test('boxes never overlap', () => {
  const { boxes } = layout(TUTORIAL)

  for (const a of boxes) {
    for (const b of boxes) {
      if (a === b) continue
      const apart =
        a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y
      expect(apart, `${a.id} and ${b.id}`).toBe(true)
    }
  }
})

test('an output nobody reads ends in a stub', () => {
  const picture = layout(TUTORIAL)

  expect(picture.boxes.filter((box) => box.layer === null)).toMatchObject([{ id: 'stub-4-1', label: 'null' }])
  expect(picture.arrows.at(-1)).toMatchObject({ from: 'layer-4', to: 'stub-4-1', output: 1 })
})

test('layers in a loop are drawn too, below the others', () => {
  const picture = layout(graphOf(3, [edge(1, 2), edge(2, 3), edge(3, 2)]))

  expect(picture.boxes).toHaveLength(3)
  expect(yOf(picture, 'layer-2')).toBeGreaterThan(yOf(picture, 'layer-1'))
})

test('an empty query is an empty picture', () => {
  expect(layout(graphOf(0, []))).toEqual({ boxes: [], arrows: [] })
})
