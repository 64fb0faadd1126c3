/** Where the layers of a query stand in its picture: rank below rank, every arrow downwards. */

import type { Graph } from './records'

export const WIDTH = 212
export const HEIGHT = 54
export const STUB_WIDTH = 104
export const STUB_HEIGHT = 26
const GAP_X = 28
const GAP_Y = 42

export type Placed = {
  id: string
  layer: number | null
  label: string
  x: number
  y: number
  width: number
  height: number
}
export type Arrow = { id: string; from: string; to: string; label: string; output: number }
export type Picture = { boxes: Placed[]; arrows: Arrow[] }

type Item = { id: string; width: number; height: number; above: string[] }

/** Lay out a graph. Layers in a loop or without a way from the start come last; boxes never overlap. */
export function layout(graph: Graph): Picture {
  const ranks = ranksOf(graph)
  const stubs = graph.discarded.map((one) => ({ ...one, id: `stub-${one.layer}-${one.output}` }))
  const rows: Item[][] = []
  const put = (rank: number, item: Item) => (rows[rank] ??= []).push(item)

  for (const node of graph.nodes) {
    put(ranks.get(node.layer)!, { id: idOf(node.layer), width: WIDTH, height: HEIGHT, above: [] })
  }
  const items = new Map(rows.flat().map((item) => [item.id, item]))
  for (const edge of graph.edges) {
    // An arrow that passes a rank keeps a place free there, so that it never runs behind a box.
    let from = idOf(edge.from_layer)
    const last = ranks.get(edge.to_layer) ?? 0
    for (let rank = (ranks.get(edge.from_layer) ?? 0) + 1; rank < last; rank++) {
      const id = `pass-${edge.from_layer}-${edge.output}-${edge.to_layer}-${rank}`
      put(rank, { id, width: WIDTH, height: 0, above: [from] })
      from = id
    }
    items.get(idOf(edge.to_layer))?.above.push(from)
  }
  for (const stub of stubs) {
    put((ranks.get(stub.layer) ?? 0) + 1, {
      id: stub.id,
      width: STUB_WIDTH,
      height: STUB_HEIGHT,
      above: [idOf(stub.layer)],
    })
  }

  const middles = new Map<string, number>()
  const boxes: Placed[] = []
  const filled = Array.from({ length: rows.length }, (_, rank) => rows[rank] ?? [])
  filled.forEach((row, rank) => {
    const wish = (item: Item) => {
      const seen = item.above.map((id) => middles.get(id)).filter((x): x is number => x !== undefined)
      return seen.length ? seen.reduce((sum, x) => sum + x, 0) / seen.length : 0
    }
    const ordered = row
      .map((item, index) => ({ item, index, x: wish(item) }))
      .sort((a, b) => a.x - b.x || a.index - b.index)
    const total = ordered.reduce((sum, { item }) => sum + item.width, 0) + GAP_X * (ordered.length - 1)
    const centre = ordered.length ? ordered.reduce((sum, { x }) => sum + x, 0) / ordered.length : 0
    let left = centre - total / 2
    for (const { item } of ordered) {
      middles.set(item.id, left + item.width / 2)
      if (item.height) {
        const layer = graph.nodes.find((node) => idOf(node.layer) === item.id)?.layer ?? null
        const label = stubs.find((stub) => stub.id === item.id)?.name ?? ''
        const { id, width, height } = item
        boxes.push({ id, layer, label, x: left, y: rank * (HEIGHT + GAP_Y), width, height })
      }
      left += item.width + GAP_X
    }
  })

  const arrows = graph.edges.map((edge) => ({
    id: `${edge.from_layer}-${edge.output}-${edge.to_layer}`,
    from: idOf(edge.from_layer),
    to: idOf(edge.to_layer),
    label: edge.name,
    output: edge.output,
  }))
  const dead = stubs.map((stub) => ({
    id: `${stub.id}-arrow`,
    from: idOf(stub.layer),
    to: stub.id,
    label: '',
    output: stub.output,
  }))
  return { boxes, arrows: [...arrows, ...dead] }
}

/** The length of the longest way to each layer. */
function ranksOf(graph: Graph): Map<number, number> {
  const ranks = new Map<number, number>()
  const waiting = new Map(graph.nodes.map((node) => [node.layer, 0]))
  for (const edge of graph.edges) waiting.set(edge.to_layer, (waiting.get(edge.to_layer) ?? 0) + 1)
  const ready = graph.nodes.filter((node) => !waiting.get(node.layer)).map((node) => node.layer)
  for (const layer of ready) ranks.set(layer, 0)
  while (ready.length) {
    const layer = ready.shift()!
    for (const edge of graph.edges.filter((one) => one.from_layer === layer)) {
      ranks.set(edge.to_layer, Math.max(ranks.get(edge.to_layer) ?? 0, ranks.get(layer)! + 1))
      waiting.set(edge.to_layer, waiting.get(edge.to_layer)! - 1)
      if (waiting.get(edge.to_layer) === 0) ready.push(edge.to_layer)
    }
  }
  let last = Math.max(
    -1,
    ...[...waiting].filter(([, count]) => count === 0).map(([layer]) => ranks.get(layer) ?? 0),
  )
  for (const [layer, count] of waiting) if (count > 0) ranks.set(layer, ++last)
  return ranks
}

const idOf = (layer: number) => `layer-${layer}`
