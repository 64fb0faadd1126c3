/** Training: a new one, and all there have been. */

import { Button } from '@mantine/core'
import { IconPlus, IconSchool } from '@tabler/icons-react'
import { useState } from 'react'
import { Trans } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'

import { EmptyState, Loading, PageHeader, ProblemAlert } from '../shared/parts'
import { t } from '../shared/texts'
import { useProjectNames } from './dtl/records'
import { NewTraining } from './train/NewTraining'
import { useModels, useRuns, useTrainingSchema } from './train/records'
import { RunsTable } from './train/RunsTable'

export default function TrainingPage() {
  const [search, setSearch] = useSearchParams()
  const [page, setPage] = useState(1)
  const runs = useRuns(page)
  const isNew = ['new', 'project', 'model'].some((name) => search.has(name))
  const open = () => setSearch({ new: '1' })
  return (
    <>
      <PageHeader title={t('training:training')} subtitle={t('training:subtitle')}>
        {!isNew && (
          <Button leftSection={<IconPlus size={17} />} onClick={open}>
            {t('training:new')}
          </Button>
        )}
      </PageHeader>
      {isNew && (
        <NewForm
          projectId={Number(search.get('project')) || null}
          modelId={Number(search.get('model')) || null}
          onClose={() => setSearch({})}
        />
      )}
      <ProblemAlert error={runs.error} />
      {runs.isPending && !isNew && <Loading />}
      {runs.data && runs.data.count > 0 && (
        <RunsTable runs={runs.data.results} count={runs.data.count} page={page} onPage={setPage} />
      )}
      {runs.data?.count === 0 && !isNew && (
        <EmptyState
          icon={<IconSchool size={48} stroke={1.2} />}
          title={t('training:none')}
          action={
            <Button leftSection={<IconPlus size={17} />} onClick={open}>
              {t('training:new')}
            </Button>
          }
        >
          <Trans ns="training" i18nKey="none_what" components={{ dtl: <Link to="/dtl" /> }} />
        </EmptyState>
      )}
    </>
  )
}

function NewForm(props: { projectId: number | null; modelId: number | null; onClose: () => void }) {
  const schema = useTrainingSchema()
  const projects = useProjectNames()
  const models = useModels(false, 1, 500)
  const error = schema.error ?? projects.error ?? models.error
  if (error) return <ProblemAlert error={error} />
  if (!schema.data || !projects.data || !models.data) return <Loading />
  return <NewTraining schema={schema.data} projects={projects.data} models={models.data.results} {...props} />
}
