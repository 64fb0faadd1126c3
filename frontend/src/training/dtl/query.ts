/** Changes to the text of a query that leave everything else as it was typed. */

import { places, rewrite } from '../../shared/jsonPlaces'
import { asChoice, initial } from '../../shared/jsonSchema'
import type { LayerKind } from './records'

export type Layer = {
  action?: unknown
  src?: unknown
  dst?: unknown
  settings?: unknown
}

/** The layers of a query, or null while the text is no list of objects. */
export function layersOf(text: string): Layer[] | null {
  const { value, problem } = places(text)
  if (problem || !Array.isArray(value)) return null
  return value.map((one: unknown) => (isObject(one) ? (one as Layer) : {}))
}

/** The number (from 1) of the layer that stands around an offset of the text, or null. */
export function layerAt(text: string, offset: number): number | null {
  const { at } = places(text)
  for (let index = 0; ; index++) {
    const place = at.get(String(index))
    if (!place) return null
    if (offset >= place.from && offset <= place.to) return index + 1
  }
}

/** The project the first data layer reads. */
export function sourceOf(text: string): string | null {
  const layer = layersOf(text)?.find((one) => one.action === 'data')
  const entry: unknown = Array.isArray(layer?.src) ? layer.src[0] : null
  return typeof entry === 'string' ? entry.replace(/\/[^/]*$/, '') : null
}

/** The query reading another project: wherever the first data layer's project stands in a data layer's src. */
export function withSource(text: string, project: string): string {
  const before = sourceOf(text)
  for (const [index, layer] of (layersOf(text) ?? []).entries()) {
    if (layer.action !== 'data' || !Array.isArray(layer.src)) continue
    const belongs = (entry: unknown) =>
      typeof entry === 'string' && (entry === before || entry.startsWith(`${before}/`))
    if (!layer.src.length || layer.src.some(belongs)) {
      const src = [`${project}/*`, ...layer.src.filter((entry) => !belongs(entry))]
      text = rewrite(text, [index, 'src'], src)
    }
  }
  return text
}

/** All variables a query writes. */
export function variablesOf(layers: readonly Layer[]): string[] {
  const names = layers.flatMap((layer) => (Array.isArray(layer.dst) ? layer.dst : [layer.dst]) as unknown[])
  return [
    ...new Set(names.filter((name): name is string => typeof name === 'string' && name.startsWith('$'))),
  ]
}

/** The query with one more layer, behind layer `after` (from 1; 0 puts it first), fed by what that one gives. */
export function withLayer(text: string, kind: LayerKind, after: number): string {
  const layers = layersOf(text) ?? []
  const taken = variablesOf(layers)
  const fresh = (base: string) => {
    let name = `$${base}`
    for (let number = 2; taken.includes(name); number++) name = `$${base}_${number}`
    taken.push(name)
    return name
  }
  const feeding = after > 0 ? variablesOf([layers[after - 1] ?? {}]).slice(0, 1) : []
  const dst =
    kind.outputs.length === 0
      ? 'result'
      : kind.outputs.length === 1
        ? fresh(kind.action)
        : kind.outputs.map((output) => fresh(`${kind.action}_${output}`))
  const src = kind.action === 'data' ? [] : feeding
  const layer = { dst, src, action: kind.action, settings: settingsFor(kind) }
  return rewrite(text, [], [...layers.slice(0, after), layer, ...layers.slice(after)])
}

/** Settings a new layer starts with. */
export function settingsFor(kind: LayerKind): unknown {
  const schema = asChoice(kind.schema)
  return initial(schema, schema)
}

export function withoutLayer(text: string, number: number): string {
  const layers = layersOf(text)
  return layers
    ? rewrite(
        text,
        [],
        layers.filter((_, index) => index !== number - 1),
      )
    : text
}

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)
