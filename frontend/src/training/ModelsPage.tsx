/** My models: every trained network, where it comes from and what can be done with it. */

import { Anchor, Button, Group, Menu, Pagination, Switch, Table, Text } from '@mantine/core'
import { IconBoxModel2, IconDotsVertical } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Trans } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'

import { api } from '../shared/api'
import { bytes, when } from '../shared/format'
import { NameDialog } from '../shared/NameDialog'
import { EmptyState, Loading, PageHeader, ProblemAlert } from '../shared/parts'
import { t } from '../shared/texts'
import { ClassChips, ModelDetails } from './models/ModelDetails'
import { MODELS_PER_PAGE, type NetworkModel, useModels } from './train/records'
import { score } from './train/scores'
import classes from './train/train.module.css'

export default function ModelsPage() {
  const [search, setSearch] = useSearchParams()
  const [isTrash, setTrash] = useState(false)
  const [page, setPage] = useState(1)
  const models = useModels(isTrash, page)
  const [renaming, setRenaming] = useState<NetworkModel | null>(null)
  const [error, setError] = useState<unknown>(null)
  const queries = useQueryClient()
  const openId = Number(search.get('model')) || null

  const act = async (work: () => Promise<unknown>) => {
    setError(null)
    try {
      await work()
      await queries.invalidateQueries({ queryKey: ['models'] })
    } catch (problem) {
      setError(problem)
    }
  }
  return (
    <>
      <PageHeader title={t('models:title')} subtitle={t('models:subtitle')}>
        <Switch
          label={t('models:show_deleted')}
          checked={isTrash}
          onChange={(event) => {
            setTrash(event.currentTarget.checked)
            setPage(1)
          }}
        />
      </PageHeader>
      <ProblemAlert error={models.error ?? error} />
      {models.isPending && <Loading />}
      {models.data?.count === 0 &&
        (isTrash ? (
          <EmptyState
            title={t('models:none_deleted')}
            action={
              <Button variant="default" onClick={() => setTrash(false)}>
                {t('shared:show_all')}
              </Button>
            }
          >
            {t('models:none_deleted_what')}
          </EmptyState>
        ) : (
          <EmptyState
            icon={<IconBoxModel2 size={48} stroke={1.2} />}
            title={t('models:none')}
            action={
              <Button component={Link} to="/training?new=1">
                {t('models:new_training')}
              </Button>
            }
          >
            {t('models:none_what')}
          </EmptyState>
        ))}
      {models.data && models.data.count > 0 && (
        <Table.ScrollContainer minWidth={980} className={classes.table}>
          <Table highlightOnHover verticalSpacing="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('models:model_title')}</Table.Th>
                <Table.Th>{t('shared:classes')}</Table.Th>
                <Table.Th>{t('models:network')}</Table.Th>
                <Table.Th>{t('models:scores')}</Table.Th>
                <Table.Th>{t('models:trained_in')}</Table.Th>
                <Table.Th>{t('models:made')}</Table.Th>
                <Table.Th aria-label={t('models:actions')} />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {models.data.results.map((model) => (
                <Row
                  key={model.id}
                  model={model}
                  isTrash={isTrash}
                  onOpen={() => setSearch({ model: String(model.id) })}
                  onRename={() => setRenaming(model)}
                  onDelete={() => void act(() => api.delete(`/api/models/${model.id}/`))}
                  onRestore={() => void act(() => api.post(`/api/models/${model.id}/restore/`))}
                />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {models.data && models.data.count > MODELS_PER_PAGE && (
        <Group justify="center" mt="md">
          <Pagination
            total={Math.ceil(models.data.count / MODELS_PER_PAGE)}
            value={page}
            onChange={setPage}
            getItemProps={(number) => ({ 'aria-label': t('shared:page_n', { number }) })}
            getControlProps={(control) => ({
              'aria-label': t(control === 'previous' ? 'shared:page_before' : 'shared:page_after'),
            })}
          />
        </Group>
      )}
      <ModelDetails id={openId} onClose={() => setSearch({})} />
      {renaming && (
        <NameDialog
          title={t('models:rename_title')}
          label={t('models:model_title')}
          proposed={renaming.title}
          confirm={t('models:rename')}
          onClose={() => setRenaming(null)}
          onConfirm={async (title) => {
            await api.patch(`/api/models/${renaming.id}/`, { title })
            await queries.invalidateQueries({ queryKey: ['models'] })
            setRenaming(null)
          }}
        />
      )}
    </>
  )
}

function Row(props: {
  model: NetworkModel
  isTrash: boolean
  onOpen: () => void
  onRename: () => void
  onDelete: () => void
  onRestore: () => void
}) {
  const { model, isTrash } = props
  const { card } = model
  return (
    <Table.Tr>
      <Table.Td miw={200} maw={360}>
        <Anchor component="button" type="button" fw={600} ta="left" onClick={props.onOpen}>
          {model.title}
        </Anchor>
        {model.project && (
          <Text size="xs" c="dimmed">
            <Trans
              ns="models"
              i18nKey="on_project"
              values={{ name: model.project.name }}
              components={{
                project: <Anchor component={Link} to={`/projects/${model.project.id}`} inherit />,
              }}
            />
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <ClassChips card={card} />
      </Table.Td>
      <Table.Td className={classes.figures}>
        {model.network}
        {card.input_size && <Small>{`${card.input_size.width} × ${card.input_size.height} px`}</Small>}
      </Table.Td>
      <Table.Td className={classes.figures}>
        {t('models:iou', { value: score(card.scores?.iou) })}
        <Small>{t('models:dice', { value: score(card.scores?.dice) })}</Small>
      </Table.Td>
      <Table.Td>
        {model.run ? (
          <Anchor component={Link} to={`/training/runs/${model.run.id}`} size="sm">
            {model.run.title}
          </Anchor>
        ) : (
          '–'
        )}
        {model.checkpoint && <Small>{t('models:checkpoint', { number: model.checkpoint.number })}</Small>}
      </Table.Td>
      <Table.Td className={classes.figures}>
        {when(model.created_at)}
        <Small>{bytes(model.size)}</Small>
      </Table.Td>
      <Table.Td>
        <Group gap={4} wrap="nowrap" justify="flex-end">
          {isTrash ? (
            <Button size="xs" variant="light" onClick={props.onRestore}>
              {t('shared:restore')}
            </Button>
          ) : (
            <>
              <Button size="xs" variant="light" component={Link} to={`/predict?model=${model.id}`}>
                {t('models:predict')}
              </Button>
              <Menu position="bottom-end">
                <Menu.Target>
                  <Button
                    size="xs"
                    variant="subtle"
                    color="gray"
                    px={6}
                    aria-label={t('models:more', { title: model.title })}
                  >
                    <IconDotsVertical size={16} />
                  </Button>
                </Menu.Target>
                <Menu.Dropdown>
                  <Menu.Item onClick={props.onOpen}>{t('shared:details')}</Menu.Item>
                  <Menu.Item component="a" href={`/api/models/${model.id}/download/`} download>
                    {t('models:download')}
                  </Menu.Item>
                  <Menu.Item onClick={props.onRename}>{t('models:rename_open')}</Menu.Item>
                  <Menu.Item color="red" onClick={props.onDelete}>
                    {t('shared:delete')}
                  </Menu.Item>
                </Menu.Dropdown>
              </Menu>
            </>
          )}
        </Group>
      </Table.Td>
    </Table.Tr>
  )
}

function Small({ children }: { children: React.ReactNode }) {
  return (
    <Text size="xs" c="dimmed">
      {children}
    </Text>
  )
}
