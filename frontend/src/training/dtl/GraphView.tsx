/** The picture of a query: layers as boxes, variables as arrows, what nobody reads as grey stubs. */

import '@xyflow/react/dist/style.css'

import { VisuallyHidden } from '@mantine/core'
import {
  Background,
  Controls,
  type Edge,
  Handle,
  MarkerType,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  useStore,
} from '@xyflow/react'
import { useEffect, useMemo } from 'react'

import { t } from '../../shared/texts'
import classes from './GraphView.module.css'
import { HEIGHT, layout, WIDTH } from './layout'
import { branchOf, type Graph, type LayerKind } from './records'

export type GraphViewProps = {
  graph: Graph
  kinds: readonly LayerKind[]
  selected: number | null
  /** Layers with something wrong. */
  wrong: ReadonlySet<number>
  onSelect: (layer: number) => void
}

export default function GraphView(props: GraphViewProps) {
  return (
    <ReactFlowProvider>
      <Picture {...props} />
    </ReactFlowProvider>
  )
}

type LayerData = {
  number: number
  title: string
  summary: string
  isSelected: boolean
  isWrong: boolean
  colour: string
  onSelect: (layer: number) => void
}
type LayerNode = Node<LayerData, 'layer'>
type StubNode = Node<{ name: string }, 'stub'>

const NODE_TYPES = { layer: LayerBox, stub: Stub }

function Picture({ graph, kinds, selected, wrong, onSelect }: GraphViewProps) {
  const flow = useReactFlow()
  const view = { width: useStore((state) => state.width), height: useStore((state) => state.height) }
  const isReady = view.width > 0
  const picture = useMemo(() => layout(graph), [graph])
  const kindOf = useMemo(() => new Map(kinds.map((kind) => [kind.action, kind])), [kinds])

  const nodes = useMemo<(LayerNode | StubNode)[]>(
    () =>
      picture.boxes.map((box) => {
        const place = { id: box.id, position: { x: box.x, y: box.y }, width: box.width, height: box.height }
        if (box.layer === null) return { ...place, type: 'stub' as const, data: { name: box.label } }
        const node = graph.nodes.find((one) => one.layer === box.layer)!
        return {
          ...place,
          type: 'layer' as const,
          data: {
            number: node.layer,
            title: node.title,
            summary: node.summary,
            isSelected: node.layer === selected,
            isWrong: wrong.has(node.layer),
            colour: colourOf(node.action),
            onSelect,
          },
        }
      }),
    [picture, graph, selected, wrong, onSelect],
  )
  const edges = useMemo<Edge[]>(
    () =>
      picture.arrows.map((arrow) => {
        const from = graph.nodes.find((node) => `layer-${node.layer}` === arrow.from)
        const outputs = kindOf.get(from?.action ?? '')?.outputs ?? []
        const branch = outputs.length > 1 ? branchOf(outputs[arrow.output] ?? '') : ''
        const to = graph.nodes.find((node) => `layer-${node.layer}` === arrow.to)
        return {
          id: arrow.id,
          source: arrow.from,
          target: arrow.to,
          label: [branch, arrow.label].filter(Boolean).join(' · '),
          ariaLabel: to
            ? t('dtl:graph.edge', { from: from?.layer ?? '', to: to.layer })
            : t('dtl:graph.dead_edge', { from: from?.layer ?? '' }),
          className: arrow.to.startsWith('stub') ? classes.dead : undefined,
          markerEnd: { type: MarkerType.ArrowClosed, width: 14, height: 14, color: '#93a1a8' },
          labelShowBg: true,
          focusable: false,
        }
      }),
    [picture, graph, kindOf],
  )

  // The view is fitted when the shape of the graph changes, not at every keystroke, nor while a layer is worked on.
  const shape = picture.boxes.map((box) => `${box.id}@${box.x},${box.y}`).join(' ')
  useEffect(() => {
    if (isReady && selected === null) void flow.fitView(FIT)
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [flow, isReady, shape])
  useEffect(() => {
    const box = picture.boxes.find((one) => one.layer === selected)
    if (!isReady || !box) return
    const { x, y, zoom } = flow.getViewport()
    const left = box.x * zoom + x
    const top = box.y * zoom + y
    const isVisible =
      left >= 0 && top >= 0 && left + WIDTH * zoom <= view.width && top + HEIGHT * zoom <= view.height
    if (!isVisible) void flow.setCenter(box.x + WIDTH / 2, box.y + HEIGHT / 2, { zoom })
    // Only a new selection or a smaller picture may move the view.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [selected, shape, isReady, view.width, view.height])

  return (
    <section className={classes.graph} aria-label={t('dtl:graph.title')}>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        elementsSelectable={false}
        zoomOnDoubleClick={false}
        minZoom={0.2}
        maxZoom={1.5}
        fitView
        fitViewOptions={FIT}
        ariaLabelConfig={labels()}
        onNodeClick={(_, node) => {
          if (node.type === 'layer') onSelect((node as LayerNode).data.number)
        }}
      >
        <Background gap={22} color="#dfe6e9" />
        <Controls showInteractive={false} fitViewOptions={FIT} position="bottom-left" />
      </ReactFlow>
    </section>
  )
}

const labels = () => ({
  'controls.ariaLabel': t('dtl:graph.controls'),
  'controls.zoomIn.ariaLabel': t('dtl:graph.zoom_in'),
  'controls.zoomOut.ariaLabel': t('dtl:graph.zoom_out'),
  'controls.fitView.ariaLabel': t('dtl:graph.fit'),
  // Neither boxes nor arrows are chosen by the picture's own keys; the boxes hold buttons.
  'node.a11yDescription.default': '',
  'edge.a11yDescription.default': '',
})

const FIT = { padding: 0.08, maxZoom: 1 }

function LayerBox({ data }: NodeProps<LayerNode>) {
  return (
    <>
      <Handle type="target" position={Position.Top} className={classes.handle} />
      <button
        type="button"
        className={`nodrag nopan ${classes.box}`}
        data-selected={data.isSelected || undefined}
        data-wrong={data.isWrong || undefined}
        aria-pressed={data.isSelected}
        title={data.summary}
        style={{ borderLeftColor: data.colour }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' || event.key === ' ') data.onSelect(data.number)
        }}
      >
        <span className={classes.title}>
          <VisuallyHidden>{t('dtl:graph.layer')}</VisuallyHidden> <b>{data.number}</b> {data.title}
          {data.isWrong && <VisuallyHidden>{t('dtl:graph.wrong')}</VisuallyHidden>}
        </span>
        <span className={classes.summary}>{data.summary || ' '}</span>
      </button>
      <Handle type="source" position={Position.Bottom} className={classes.handle} />
    </>
  )
}

function Stub({ data }: NodeProps<StubNode>) {
  return (
    <div className={classes.stub} title={t('dtl:graph.unread', { name: data.name })}>
      <Handle type="target" position={Position.Top} className={classes.handle} />
      {t('dtl:graph.discarded')}
    </div>
  )
}

function colourOf(action: string): string {
  if (action === 'data') return '#2f7ed8'
  if (action === 'supervisely') return '#2b8a3e'
  if (action === 'if') return '#e8890c'
  if (action === 'tag' || action === 'dataset' || action === 'rename') return '#8a63d2'
  return '#257783'
}
