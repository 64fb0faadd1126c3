/** Choosing model, project and config, checked while one types. */

import { Button, Grid, Group, Paper, Select, Stack, Tabs, Text, TextInput, Title } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Trans } from 'react-i18next'
import { useNavigate, useSearchParams } from 'react-router'

import { api, type Page } from '../shared/api'
import { photos } from '../shared/format'
import { JsonEditor } from '../shared/JsonEditor'
import { Loading, ProblemAlert } from '../shared/parts'
import { SchemaForm } from '../shared/SchemaForm'
import { t } from '../shared/texts'
import type { Card, InferencePlan, NetworkModel, PredictionRun, Project } from '../shared/types'
import { useInferenceSchema } from './records'
import { ScaleGauge } from './ScaleGauge'

type Choice = { model: string | null; project: string | null; result: string }

export function NewPrediction({ onClose }: { onClose: () => void }) {
  const [search] = useSearchParams()
  const schema = useInferenceSchema()
  const models = useQuery({
    queryKey: ['models', 'choice'],
    queryFn: () => api.get<Page<NetworkModel>>('/api/models/', { page_size: 500 }),
  })
  const projects = useQuery({
    queryKey: ['projects', 'choice'],
    queryFn: () => api.get<Page<Project>>('/api/projects/', { page_size: 500 }),
  })
  const [choice, setChoice] = useState<Choice>({
    model: search.get('model'),
    project: search.get('project'),
    result: '',
  })
  const [written, setWritten] = useState<string | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)
  const navigate = useNavigate()

  const model = models.data?.results.find((one) => String(one.id) === choice.model)
  const text = written ?? (schema.data ? pretty(proposed(schema.data.template, model?.card)) : '')
  const config = parsed(text)
  const { check, isCurrent } = useCheck(choice, text)
  const project = projects.data?.results.find((one) => String(one.id) === choice.project)
  const complaints = check.data?.complaints.filter((one) => one.level === 'error') ?? []
  const isReady = !!choice.model && !!choice.project && !config.problem && isCurrent && check.data!.ok

  const start = async () => {
    setBusy(true)
    setError(null)
    try {
      const run = await api.post<PredictionRun>('/api/inference/runs/', {
        model: Number(choice.model),
        project: Number(choice.project),
        config: config.value,
        result: choice.result || (project ? `inf_${project.name}` : ''),
      })
      void navigate(`/predictions/${run.id}`)
    } catch (problem) {
      setError(problem)
      setBusy(false)
    }
  }

  if (schema.isPending || models.isPending || projects.isPending) return <Loading />
  return (
    <Paper withBorder p="lg" mb="xl" component="section" aria-label={t('inference:new.title')}>
      <Title order={2} mb="md">
        {t('inference:new.title')}
      </Title>
      <ProblemAlert error={schema.error ?? models.error ?? projects.error} />
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Stack>
            <Group grow align="flex-start">
              <Select
                label={t('inference:model')}
                placeholder={
                  models.data?.results.length ? t('inference:new.choose_model') : t('inference:new.no_model')
                }
                data={models.data?.results.map((one) => ({ value: String(one.id), label: one.title })) ?? []}
                value={choice.model}
                onChange={(value) => setChoice({ ...choice, model: value })}
                searchable
                required
              />
              <Select
                label={t('inference:new.project')}
                placeholder={t('inference:new.whose')}
                data={
                  projects.data?.results.map((one) => ({
                    value: String(one.id),
                    label: `${one.name} (${photos(one.image_count)})`,
                  })) ?? []
                }
                value={choice.project}
                onChange={(value) => setChoice({ ...choice, project: value })}
                searchable
                required
              />
            </Group>
            <TextInput
              label={t('inference:new.result')}
              description={t('inference:new.result_about')}
              placeholder={project ? `inf_${project.name}` : 'inf_…'}
              value={choice.result}
              onChange={(event) => setChoice({ ...choice, result: event.currentTarget.value })}
            />
            <Tabs defaultValue="form" keepMounted={false}>
              <Tabs.List mb="sm">
                <Tabs.Tab value="form">{t('inference:new.form')}</Tabs.Tab>
                <Tabs.Tab value="json">{t('inference:new.json')}</Tabs.Tab>
              </Tabs.List>
              <Tabs.Panel value="form">
                {config.problem ? (
                  <ProblemAlert
                    error={new Error(t('inference:new.unreadable', { problem: config.problem }))}
                  />
                ) : (
                  <SchemaForm
                    schema={schema.data!.config}
                    value={config.value}
                    onChange={(value) => setWritten(pretty(value))}
                    errors={complaints}
                    suggest={{
                      save_classes: ['__all__', ...(model?.card.classes.map((one) => one.title) ?? [])],
                    }}
                  />
                )}
              </Tabs.Panel>
              <Tabs.Panel value="json">
                <JsonEditor
                  label={t('inference:new.config')}
                  value={text}
                  onChange={setWritten}
                  marks={complaints.map((one) => ({ path: one.path, message: one.message }))}
                  height={420}
                />
              </Tabs.Panel>
            </Tabs>
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Summary
            check={check.data}
            isChosen={!!choice.model && !!choice.project}
            problem={config.problem}
          />
          <ProblemAlert error={error ?? check.error} />
          <Group mt="lg">
            <Button onClick={() => void start()} disabled={!isReady} loading={isBusy}>
              {t('inference:new.start')}
            </Button>
            <Button variant="default" onClick={onClose}>
              {t('shared:close')}
            </Button>
          </Group>
        </Grid.Col>
      </Grid>
    </Paper>
  )
}

function Summary(props: { check?: InferencePlan; isChosen: boolean; problem: string }) {
  const { check } = props
  if (props.problem)
    return <ProblemAlert error={new Error(props.problem)} title={t('inference:new.not_json')} />
  if (!check) return <Text c="dimmed">{t('inference:new.choose')}</Text>
  const { summary } = check
  return (
    <Stack gap="md" aria-live="polite">
      {check.complaints.map((one) => (
        <ProblemAlert
          key={one.path + one.message}
          error={new Error(one.path ? `${one.path}: ${one.message}` : one.message)}
        />
      ))}
      {!props.isChosen && <Text c="dimmed">{t('inference:new.choose')}</Text>}
      {props.isChosen && (
        <>
          <Text>
            <Trans
              ns="inference"
              i18nKey="new.over"
              count={summary.windows}
              values={{ photos: photos(summary.images) }}
              components={{ b: <b /> }}
            />
          </Text>
          <Group gap="xs">
            <Text>{t('inference:new.classes')}</Text>
            {summary.result_classes.map((one) => (
              <Group key={one.name} gap={6}>
                <span style={{ width: 12, height: 12, borderRadius: 3, background: one.colour }} />
                <Text fw={500}>{one.name}</Text>
              </Group>
            ))}
            {summary.result_classes.length === 0 && <Text c="dimmed">{t('inference:new.no_classes')}</Text>}
          </Group>
          <ScaleGauge
            trained={summary.scale_train}
            inference={summary.scale_inference}
            suggested={summary.suggested_window}
          />
        </>
      )}
    </Stack>
  )
}

/** isCurrent: the check is of what is written now. Until then a click on Start would come too early, and be lost. */
function useCheck({ model, project }: Choice, text: string) {
  // The text, not what it says: a string stays the same from one drawing to the next.
  const [asked] = useDebouncedValue(text, 300)
  const check = useQuery({
    queryKey: ['inference', 'check', model, project, asked],
    queryFn: ({ signal }) =>
      api.post<InferencePlan>(
        '/api/inference/check/',
        {
          model: model ? Number(model) : null,
          project: project ? Number(project) : null,
          config: parsed(asked).value,
        },
        signal,
      ),
    enabled: parsed(asked).value !== undefined,
    placeholderData: keepPreviousData,
  })
  return { check, isCurrent: asked === text && !!check.data && !check.isPlaceholderData && !check.isFetching }
}

/** The template with the model's classes to keep: all but its background, which nobody wants painted. */
function proposed(template: unknown, card: Card | undefined): unknown {
  const [, ...foreground] = card?.classes ?? []
  if (!foreground.length) return template
  const { model_classes, ...rest } = template as { model_classes?: object }
  return { ...rest, model_classes: { ...model_classes, save_classes: foreground.map((one) => one.title) } }
}

const pretty = (value: unknown) => JSON.stringify(value, null, 2)

function parsed(text: string): { value: unknown; problem: string } {
  try {
    return { value: text ? JSON.parse(text) : undefined, problem: '' }
  } catch (error) {
    return { value: undefined, problem: (error as Error).message }
  }
}
