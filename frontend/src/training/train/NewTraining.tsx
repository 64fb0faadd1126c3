/** Asking for a training: on which project, from which weights, with which settings. */

import { Button, Group, NumberInput, Select, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useNavigate } from 'react-router'

import { api } from '../../shared/api'
import { photos } from '../../shared/format'
import { JsonEditor } from '../../shared/JsonEditor'
import { places, revise } from '../../shared/jsonPlaces'
import { ProblemAlert } from '../../shared/parts'
import { SchemaForm } from '../../shared/SchemaForm'
import { t } from '../../shared/texts'
import type { ProjectName } from '../dtl/records'
import { CheckSummary, Estimate } from './CheckSummary'
import {
  type NetworkModel,
  type Request,
  type Run,
  type Start,
  type TrainingSchema,
  useTrainingCheck,
} from './records'
import classes from './train.module.css'
import { WeightsState } from './Weights'

export function NewTraining(props: {
  schema: TrainingSchema
  projects: readonly ProjectName[]
  models: readonly NetworkModel[]
  projectId: number | null
  modelId: number | null
  onClose?: () => void
}) {
  const { schema, projects, models } = props
  const [project, setProject] = useState(props.projectId)
  const [network, setNetwork] = useState(
    models.find((one) => one.id === props.modelId)?.network ?? schema.networks[0]?.name ?? 'unet_v2',
  )
  const [start, setStart] = useState<Start>(props.modelId ? 'model' : 'imagenet')
  const [model, setModel] = useState(props.modelId)
  const [title, setTitle] = useState<string | null>(null)
  const [seed, setSeed] = useState(0)
  const [text, setText] = useState(() => `${JSON.stringify(schema.template, null, 2)}\n`)
  const queries = useQueryClient()
  const navigate = useNavigate()

  const found = useMemo(() => places(text), [text])
  const config = found.problem ? null : found.value
  const chosenNetwork = schema.networks.find((one) => one.name === network)
  const suggested = suggestion(chosenNetwork?.title ?? network, config)
  const request = useMemo<Request>(
    () => ({
      project,
      title: (title ?? suggested).trim(),
      config,
      network,
      start_from: start,
      start_model: start === 'model' ? model : null,
      seed,
    }),
    [project, title, suggested, config, network, start, model, seed],
  )
  const about = useMemo(
    () =>
      request.project === null || request.config === null
        ? null
        : {
            project: request.project,
            config: request.config,
            network: request.network,
            start_from: request.start_from,
            start_model: request.start_model,
          },
    [request],
  )
  const [settled] = useDebouncedValue(about, 250)
  const check = useTrainingCheck(settled)
  const isCurrent = settled === about && !check.isPlaceholderData && !!check.data
  const complaints = check.data?.complaints ?? []
  const canRun = about !== null && isCurrent && check.data!.ok && !found.problem
  const errors = complaints.filter((one) => one.level !== 'info')

  const fields = Object.keys(schema.config.properties ?? {})
  // What the tutorial's config does not speak of is rarely needed.
  const rare = fields.filter((name) => !(name in (schema.template as object)))
  const isOfConfig = (path: string) => fields.includes(path.split('.')[0]!)

  const begin = useMutation({
    mutationFn: () => api.post<Run>('/api/training/runs/', request),
    onSuccess: async (run) => {
      await queries.invalidateQueries({ queryKey: ['training'] })
      void navigate(`/training/runs/${run.id}`)
    },
  })
  const at = (field: string) => errors.find((one) => one.path === field)?.message

  return (
    <section className={classes.new} aria-label={t('training:new')}>
      <div className={classes.main}>
        <div className={classes.panel}>
          <Group justify="space-between" mb="sm">
            <Title order={2}>{t('training:new')}</Title>
            {props.onClose && (
              <Button size="xs" variant="subtle" color="gray" onClick={props.onClose}>
                {t('shared:close')}
              </Button>
            )}
          </Group>
          <SimpleGrid cols={2} spacing="md" verticalSpacing="sm">
            <Select
              label={t('training:project')}
              description={t('training:form.project_about')}
              placeholder={t('training:form.choose_project')}
              searchable
              allowDeselect={false}
              nothingFoundMessage={t('training:form.no_project')}
              value={project === null ? null : String(project)}
              data={projects.map((one) => ({
                value: String(one.id),
                label: `${one.name} (${photos(one.image_count)})`,
              }))}
              error={at('project')}
              onChange={(id) => setProject(id === null ? null : Number(id))}
            />
            <TextInput
              label={t('training:title')}
              description={t('training:form.title_about')}
              value={title ?? suggested}
              error={at('title')}
              onChange={(event) => setTitle(event.currentTarget.value)}
            />
            <Select
              label={t('training:network')}
              description={chosenNetwork?.help}
              allowDeselect={false}
              value={network}
              data={schema.networks.map((one) => ({ value: one.name, label: one.title }))}
              error={at('network')}
              onChange={(name) => name !== null && setNetwork(name)}
            />
            <Select
              label={t('training:form.start')}
              description={schema.starts.find((one) => one.name === start)?.help}
              allowDeselect={false}
              value={start}
              data={schema.starts.map((one) => ({ value: one.name, label: one.title }))}
              error={at('start_from')}
              onChange={(name) => name !== null && setStart(name as Start)}
            />
            {start === 'model' && (
              <Select
                label={t('training:form.model')}
                placeholder={models.length ? t('training:form.choose_model') : t('training:form.no_model')}
                searchable
                allowDeselect={false}
                value={model === null ? null : String(model)}
                data={models.map((one) => ({
                  value: String(one.id),
                  label: `${one.title} · ${one.network}`,
                }))}
                error={at('start_model')}
                onChange={(id) => setModel(id === null ? null : Number(id))}
              />
            )}
            <NumberInput
              label={t('training:form.seed')}
              description={t('training:form.seed_about')}
              min={0}
              allowDecimal={false}
              value={seed}
              onChange={(value) => setSeed(Number(value) || 0)}
            />
          </SimpleGrid>
          {start === 'imagenet' && (
            <div style={{ marginTop: 16 }}>
              <WeightsState />
            </div>
          )}
        </div>
        <div className={classes.config}>
          <div className={classes.panel}>
            <Title order={2} mb="sm">
              {t('training:form.settings')}
            </Title>
            {found.problem ? (
              <Text size="sm" c="dimmed">
                {t('training:form.broken')}
              </Text>
            ) : (
              <SchemaForm
                schema={schema.config}
                value={config}
                errors={errors}
                fold={rare}
                onChange={(value) => setText(revise(text, value))}
              />
            )}
          </div>
          <div className={classes.json}>
            <JsonEditor
              label={t('training:form.json')}
              value={text}
              onChange={setText}
              marks={complaints
                .filter((one) => isOfConfig(one.path))
                .map((one) => ({
                  path: one.path,
                  message: one.message,
                  level: one.level === 'info' ? 'info' : 'error',
                }))}
              height={560}
            />
          </div>
        </div>
      </div>
      <aside className={`${classes.panel} ${classes.side}`} aria-label={t('training:form.check')}>
        <Stack gap="md">
          <Title order={2}>{t('training:form.before')}</Title>
          {found.problem ? (
            <Text size="sm" c="red.8">
              {t('training:form.not_json', { message: found.problem.message })}
            </Text>
          ) : (
            <CheckSummary check={about ? check.data : undefined} project={project} error={check.error} />
          )}
          <Estimate request={request} canRun={canRun} />
          <Button
            size="md"
            onClick={() => begin.mutate()}
            loading={begin.isPending}
            disabled={!canRun || !request.title}
          >
            {t('training:form.begin')}
          </Button>
          <ProblemAlert error={begin.error} />
        </Stack>
      </aside>
    </section>
  )
}

/** "UNetV2 10ep 1e-4", as people name their models. */
function suggestion(network: string, config: unknown): string {
  const { epochs, lr } = (config ?? {}) as { epochs?: unknown; lr?: unknown }
  const parts = [network]
  if (typeof epochs === 'number') parts.push(`${epochs}ep`)
  if (typeof lr === 'number') parts.push(lr < 0.01 ? lr.toExponential() : String(lr))
  return parts.join(' ')
}
