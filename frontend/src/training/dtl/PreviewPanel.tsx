/** A handful of real results of the query, with their masks. */

import { Badge, Button, Checkbox, Group, Loader, Text } from '@mantine/core'
import { IconDice5 } from '@tabler/icons-react'
import { useState } from 'react'

import { ProblemAlert } from '../../shared/parts'
import { t } from '../../shared/texts'
import type { Preview, PreviewSample } from './records'
import classes from './dtl.module.css'

export function PreviewPanel(props: {
  preview: Preview | undefined
  isPending: boolean
  /** The text changed since this preview was made. */
  isStale: boolean
  error: unknown
  canRun: boolean
  onPreview: () => void
  onOthers: () => void
}) {
  const [hasMasks, setHasMasks] = useState(true)
  const { preview } = props
  return (
    <div className={classes.scroll} aria-busy={props.isPending}>
      <Group justify="space-between" mb="sm">
        <Group gap="sm">
          <Button size="xs" loading={props.isPending} disabled={!props.canRun} onClick={props.onPreview}>
            {preview ? t('dtl:sample.again') : t('dtl:sample.show')}
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconDice5 size={15} />}
            disabled={!props.canRun || props.isPending}
            onClick={props.onOthers}
          >
            {t('dtl:sample.others')}
          </Button>
          {props.isPending && !preview && <Loader size="xs" />}
        </Group>
        <Checkbox
          size="sm"
          label={t('dtl:sample.masks')}
          checked={hasMasks}
          onChange={(event) => setHasMasks(event.currentTarget.checked)}
        />
      </Group>
      <ProblemAlert error={props.error} />
      {!props.canRun && (
        <Text size="sm" c="dimmed" mb="sm">
          {t('dtl:sample.needs')}
        </Text>
      )}
      {preview?.problem && <ProblemAlert error={new Error(preview.problem)} />}
      {preview && preview.samples.length > 0 && (
        <Text size="sm" c="dimmed" mb="sm">
          {t('dtl:sample.said', {
            results: t('dtl:sample.results', { count: preview.samples.length }),
            images: t('dtl:sample.images', { count: preview.kept }),
            sources: t('dtl:sample.sources', { count: preview.seen }),
          })}
          {props.isStale && ` ${t('dtl:sample.stale')}`}
        </Text>
      )}
      <div className={classes.samples} style={{ opacity: props.isStale || props.isPending ? 0.55 : 1 }}>
        {preview?.samples.map((sample, index) => (
          <Sample key={`${sample.name}-${index}`} sample={sample} hasMasks={hasMasks} />
        ))}
      </div>
    </div>
  )
}

function Sample({ sample, hasMasks }: { sample: PreviewSample; hasMasks: boolean }) {
  return (
    <figure className={classes.sample}>
      <div className={classes.picture}>
        <img src={sample.photo} alt={t('dtl:sample.result', { name: sample.name })} />
        {hasMasks && <img src={sample.overlay} alt="" />}
      </div>
      <figcaption className={classes.caption}>
        <Group gap={4} mb={2}>
          {sample.tags.map((tag) => (
            <Badge key={tag} size="xs" variant="light" tt="none">
              {tag}
            </Badge>
          ))}
          <span>
            {sample.width}×{sample.height}
          </span>
        </Group>
        <div>{sample.name}</div>
        <div>{t('dtl:sample.from', { name: sample.source.name })}</div>
      </figcaption>
    </figure>
  )
}
