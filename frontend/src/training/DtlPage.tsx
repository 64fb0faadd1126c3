/** Building a dataset: a query as text and as a picture, checked while typing, tried out, run. */

import { Button, Menu, Tabs, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconEye, IconPlayerPlay, IconPlus } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useLocation, useSearchParams } from 'react-router'

import { api } from '../shared/api'
import { JsonEditor, type JsonEditorHandle, type Mark } from '../shared/JsonEditor'
import { places } from '../shared/jsonPlaces'
import { Loading, PageHeader, ProblemAlert } from '../shared/parts'
import { t } from '../shared/texts'
import classes from './dtl/dtl.module.css'
import { LayerForm } from './dtl/LayerForm'
import { PreviewPanel } from './dtl/PreviewPanel'
import { Problems } from './dtl/Problems'
import { layerAt, layersOf, sourceOf, withLayer, withSource } from './dtl/query'
import { QueryBar } from './dtl/QueryBar'
import {
  type Complaint,
  type DtlSchema,
  type Graph,
  type Preview,
  type ProjectName,
  type SavedQuery,
  useChecked,
  useDtlSchema,
  useProjectNames,
  useSavedQueries,
} from './dtl/records'
import { type RunOptions, RunPanel } from './dtl/RunPanel'

const GraphView = lazy(() => import('./dtl/GraphView'))
const DRAFT = 'catenary.dtl.draft'
const SAMPLES = 8

export default function DtlPage() {
  const schema = useDtlSchema()
  const saved = useSavedQueries()
  const projects = useProjectNames()
  const [search] = useSearchParams()
  const error = schema.error ?? saved.error ?? projects.error
  if (error) {
    return (
      <>
        <PageHeader title={t('dtl:title')} />
        <ProblemAlert error={error} />
      </>
    )
  }
  if (!schema.data || !saved.data || !projects.data) {
    return (
      <>
        <PageHeader title={t('dtl:title')} />
        <Loading />
      </>
    )
  }
  // What an address asks for is taken over once; from then on the draft is what a reload brings back.
  return (
    <Workbench key={search.toString()} schema={schema.data} saved={saved.data} projects={projects.data} />
  )
}

type Opened = { text: string; id: number | null }

/** What the page opens with: what the address asks for, else what was being written, else the tutorial's query. */
function opening(
  search: URLSearchParams,
  schema: DtlSchema,
  saved: SavedQuery[],
  projects: ProjectName[],
): Opened {
  const template =
    schema.templates.find((one) =>
      one.name.toLowerCase().includes(search.get('template')?.toLowerCase() ?? ''),
    ) ?? schema.templates[0]
  const wanted = saved.find((one) => one.id === Number(search.get('query')))
  const project = projects.find((one) => one.id === Number(search.get('project')))
  if (wanted) return { text: project ? withSource(wanted.text, project.name) : wanted.text, id: wanted.id }
  const draft = readDraft()
  if (draft && !search.has('template')) {
    const id = saved.some((one) => one.id === draft.id) ? draft.id : null
    return { text: project ? withSource(draft.text, project.name) : draft.text, id }
  }
  const text = template?.text ?? '[]\n'
  return { text: project ? withSource(text, project.name) : text, id: null }
}

/** What was being written when the page was left or reloaded. */
function readDraft(): Opened | null {
  try {
    return JSON.parse(sessionStorage.getItem(DRAFT) ?? 'null') as Opened | null
  } catch {
    return null
  }
}

function Workbench(props: { schema: DtlSchema; saved: SavedQuery[]; projects: ProjectName[] }) {
  const { schema, saved, projects } = props
  const [search, setSearch] = useSearchParams()
  // A project's page hands over its query, repaired.
  const handed = (useLocation().state as { text?: string } | null)?.text
  const [opened, setOpened] = useState(() =>
    handed ? { text: handed, id: null } : opening(search, schema, saved, projects),
  )
  const { text } = opened
  const [selected, setSelected] = useState<number | null>(null)
  const [tab, setTab] = useState<string | null>('graph')
  const [options, setOptions] = useState<RunOptions>({ seed: 0, lossless: false })
  const [jobId, setJobId] = useState<number | null>(null)
  const editor = useRef<JsonEditorHandle>(null)

  useEffect(() => {
    if (!search.size) return
    sessionStorage.setItem(DRAFT, JSON.stringify(opened))
    setSearch({}, { replace: true })
    // Only when the page opens.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [])
  const setText = (next: string, id = opened.id) => {
    setOpened({ text: next, id })
    sessionStorage.setItem(DRAFT, JSON.stringify({ text: next, id }))
  }
  const [settled] = useDebouncedValue(text, 250)
  const check = useChecked(settled)
  const isCurrent = settled === text && !check.isPlaceholderData && !check.isFetching
  const checked = check.data
  const canRun = isCurrent && !!checked?.ok

  // While the text is no JSON for a moment, the picture stays as it was.
  const [graph, setGraph] = useState<Graph | null>(null)
  if (checked && checked.graph !== graph && (checked.graph.nodes.length || layersOf(settled)?.length === 0)) {
    setGraph(checked.graph)
  }
  const found = useMemo(() => places(text), [text])
  const layers = useMemo(() => layersOf(text), [text])
  const [kept, setKept] = useState(layers ?? [])
  if (layers && layers !== kept) setKept(layers)
  const [source, setSource] = useState(() => sourceOf(text))
  if (layers && sourceOf(text) !== source) setSource(sourceOf(text))
  const complaints = useMemo<Complaint[]>(() => {
    if (!found.problem) return checked?.complaints ?? []
    const line = text.slice(0, found.problem.from).split('\n').length
    return [{ layer: null, path: '', message: found.problem.message, level: 'error', line }]
  }, [found, checked, text])
  const marks = useMemo(() => marksOf(complaints), [complaints])
  const wrong = useMemo(
    () =>
      new Set(
        (checked?.complaints ?? []).flatMap((one) => (one.level !== 'info' && one.layer ? [one.layer] : [])),
      ),
    [checked],
  )
  const names = useMemo(() => {
    const from = projects.find((one) => one.name === source)
    const known = [...(from?.classes ?? []), ...(checked?.result?.classes ?? [])].map((one) => one.name)
    return [...new Set(known)]
  }, [projects, source, checked])

  const preview = useMutation({
    mutationFn: (seed: number) =>
      api
        .post<Preview>('/api/dtl/preview/', { text, seed, count: SAMPLES })
        .then((answer) => ({ ...answer, of: text })),
  })
  const [previewSeed, setPreviewSeed] = useState(0)
  const showPreview = (seed: number) => {
    setPreviewSeed(seed)
    setTab('preview')
    preview.mutate(seed)
  }

  const openTab = (name: string | null) => {
    // Whoever opens the tab wants to see something; what was seen of this very text stays.
    if (name === 'preview' && canRun && !preview.isPending && preview.data?.of !== text)
      showPreview(previewSeed)
    else setTab(name)
  }

  const select = useCallback((number: number) => {
    setSelected(number)
    editor.current?.show([number - 1], { focus: false })
  }, [])
  const jump = (complaint: Complaint) => {
    if (complaint.layer) {
      setSelected(complaint.layer)
      setTab('graph')
      editor.current?.show([complaint.layer - 1, ...complaint.path.split('.').filter(Boolean)])
    } else editor.current?.show('', complaint.line ? { line: complaint.line } : {})
  }
  const isOpenLayer = selected !== null && !!kept[selected - 1]

  return (
    <div className={classes.page}>
      <PageHeader title={t('dtl:title')} subtitle={t('dtl:subtitle')}>
        <Button
          variant="default"
          leftSection={<IconEye size={17} />}
          disabled={!canRun}
          loading={preview.isPending}
          onClick={() => showPreview(previewSeed)}
        >
          {t('dtl:preview')}
        </Button>
        <Button leftSection={<IconPlayerPlay size={17} />} onClick={() => setTab('run')}>
          {t('dtl:run_open')}
        </Button>
      </PageHeader>
      <QueryBar
        text={text}
        saved={saved}
        templates={schema.templates}
        openId={opened.id}
        onOpen={(next, id) => {
          setText(next, id)
          if (next !== text) setSelected(null)
        }}
        projects={projects}
        source={source}
        onSource={(name) => setText(withSource(text, name))}
      />
      <div className={classes.body}>
        <div className={classes.left}>
          <div className={classes.editor}>
            <JsonEditor
              ref={editor}
              label={t('dtl:json')}
              value={text}
              onChange={(next) => setText(next)}
              marks={marks}
              highlight={selected === null ? null : String(selected - 1)}
              onCursor={(offset) => setSelected((before) => layerAt(text, offset) ?? before)}
              height="100%"
            />
          </div>
          <Problems
            checked={checked}
            complaints={complaints}
            error={check.error}
            onJump={jump}
            onFix={(fixed) => setText(fixed)}
          />
        </div>
        <div className={classes.right}>
          <Tabs value={tab} onChange={openTab} className={classes.tabs} keepMounted={false}>
            <AddLayer
              schema={schema}
              isDisabled={!layers}
              onAdd={(action) => {
                const kind = schema.layers.find((one) => one.action === action)!
                const after = selected ?? Math.max((layers?.length ?? 1) - 1, 0)
                setText(withLayer(text, kind, after))
                setSelected(after + 1)
                setTab('graph')
              }}
            />
            <Tabs.List>
              <Tabs.Tab value="graph">{t('dtl:graph.tab')}</Tabs.Tab>
              <Tabs.Tab value="preview">{t('dtl:preview')}</Tabs.Tab>
              <Tabs.Tab value="run">{t('dtl:run')}</Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="graph" className={classes.tab} data-kind="graph">
              <div className={classes.graph}>
                <Suspense fallback={<Loading label={t('dtl:graph.loading')} />}>
                  {graph && (
                    <GraphView
                      graph={graph}
                      kinds={schema.layers}
                      selected={selected}
                      wrong={wrong}
                      onSelect={select}
                    />
                  )}
                </Suspense>
              </div>
              {isOpenLayer ? (
                <div className={classes.form} key={selected}>
                  <LayerForm
                    text={text}
                    layers={kept}
                    isDisabled={!layers}
                    number={selected}
                    kinds={schema.layers}
                    complaints={complaints}
                    projects={projects.map((one) => one.name)}
                    classNames={names}
                    tags={checked?.result?.tags ?? []}
                    onChange={(next) => setText(next)}
                    onClose={() => setSelected(null)}
                  />
                </div>
              ) : (
                <Text size="sm" c="dimmed" px={4}>
                  {t('dtl:graph.click')}
                </Text>
              )}
            </Tabs.Panel>
            <Tabs.Panel value="preview" className={classes.tab}>
              <PreviewPanel
                preview={preview.data}
                isPending={preview.isPending}
                isStale={!!preview.data && preview.data.of !== text}
                error={preview.error}
                canRun={canRun}
                onPreview={() => showPreview(previewSeed)}
                onOthers={() => showPreview(previewSeed + 1)}
              />
            </Tabs.Panel>
            <Tabs.Panel value="run" className={classes.tab}>
              <RunPanel
                text={text}
                checked={checked}
                canRun={canRun}
                options={options}
                onOptions={setOptions}
                jobId={jobId}
                onStarted={setJobId}
              />
            </Tabs.Panel>
          </Tabs>
        </div>
      </div>
    </div>
  )
}

function AddLayer(props: { schema: DtlSchema; isDisabled: boolean; onAdd: (action: string) => void }) {
  return (
    <Menu position="bottom-end" width={320}>
      <Menu.Target>
        <Button
          className={classes.add}
          size="compact-sm"
          variant="subtle"
          disabled={props.isDisabled}
          leftSection={<IconPlus size={14} />}
        >
          {t('dtl:layer.add')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={420} style={{ overflowY: 'auto' }}>
        {props.schema.layers.map((kind) => (
          <Menu.Item key={kind.action} onClick={() => props.onAdd(kind.action)}>
            <Text size="sm" fw={600}>
              {kind.title}
            </Text>
            <Text size="xs" c="dimmed" lineClamp={2}>
              {kind.help}
            </Text>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function marksOf(complaints: readonly Complaint[]): Mark[] {
  return complaints.map((one) => {
    const about = { message: one.message, level: one.level }
    if (one.layer)
      return { ...about, path: [one.layer - 1, one.path].filter((part) => part !== '').join('.') }
    return one.line ? { ...about, line: one.line, column: one.column } : { ...about, path: '' }
  })
}
