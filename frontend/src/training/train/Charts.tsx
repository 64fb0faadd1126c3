/** The curves of a run: loss, accuracy, Dice and IoU against the epoch. */

import { Button, Group, RangeSlider, Text } from '@mantine/core'
import { useMemo, useState } from 'react'

import { decimal } from '../../shared/format'
import { type Curve, LiveChart } from '../../shared/LiveChart'
import { t } from '../../shared/texts'
import { curveOf, type Metric, reached, type Story } from './story'
import classes from './train.module.css'

const CHARTS: Metric[] = ['loss', 'iou', 'dice', 'accuracy']

export function Charts({ story, about }: { story: Story; about: string }) {
  const [range, setRange] = useState<[number, number] | null>(null)
  const end = Math.max(Math.ceil(reached(story)), 1)
  return (
    <>
      <Group gap="md" mb="sm" wrap="nowrap">
        <Text size="sm" style={{ flexShrink: 0 }}>
          {t('training:chart.epochs')}
        </Text>
        <RangeSlider
          flex={1}
          maw={520}
          min={0}
          max={end}
          step={end > 20 ? 1 : 0.1}
          minRange={end > 20 ? 1 : 0.1}
          value={range ?? [0, end]}
          onChange={([from, to]) => setRange(from <= 0 && to >= end ? null : [from, to])}
          label={(value) => decimal(value, 1)}
          thumbFromLabel={t('training:chart.first')}
          thumbToLabel={t('training:chart.last')}
        />
        <Text size="sm" c="dimmed" w={90} style={{ fontVariantNumeric: 'tabular-nums' }}>
          {decimal(range?.[0] ?? 0, 1)} – {decimal(range?.[1] ?? end, 1)}
        </Text>
        <Button size="xs" variant="subtle" disabled={!range} onClick={() => setRange(null)}>
          {t('shared:show_all')}
        </Button>
        <Text size="xs" c="dimmed" visibleFrom="lg">
          {t('training:chart.hint')}
        </Text>
      </Group>
      <div className={classes.charts}>
        {CHARTS.map((metric) => (
          <MetricChart
            key={metric}
            story={story}
            metric={metric}
            title={[t(`training:metric.${metric}`), metric === 'iou' || metric === 'dice' ? about : '']
              .join(' ')
              .trim()}
            range={range}
            onRange={setRange}
          />
        ))}
      </div>
    </>
  )
}

function MetricChart(props: {
  story: Story
  metric: Metric
  title: string
  range: [number, number] | null
  onRange: (range: [number, number] | null) => void
}) {
  const { story, metric } = props
  const curves = useMemo<Curve[]>(
    () => [
      {
        label: t('training:training'),
        colour: '#257783',
        style: 'line',
        isFaint: true,
        ...curveOf(story.train, metric),
      },
      {
        label: t('training:chart.validation'),
        colour: '#d9480f',
        style: 'both',
        ...curveOf(story.val, metric),
      },
    ],
    [story, metric],
  )
  return (
    <LiveChart
      title={props.title}
      xLabel={t('training:chart.epoch')}
      curves={curves}
      range={props.range}
      onRange={props.onRange}
      group="training"
      formatX={(x) => decimal(x, 2)}
    />
  )
}
