/** The curves of a run: loss, accuracy, Dice and IoU against the epoch. */

import { Button, Group, RangeSlider, Text } from '@mantine/core'
import { useMemo, useState } from 'react'

import { type Curve, LiveChart } from '../../shared/LiveChart'
import { curveOf, type Metric, reached, type Story } from './story'
import classes from './train.module.css'

const CHARTS: { metric: Metric; title: string }[] = [
  { metric: 'loss', title: 'Loss' },
  { metric: 'iou', title: 'IoU' },
  { metric: 'dice', title: 'Dice' },
  { metric: 'accuracy', title: 'Accuracy' },
]

export function Charts({ story, about }: { story: Story; about: string }) {
  const [range, setRange] = useState<[number, number] | null>(null)
  const end = Math.max(Math.ceil(reached(story)), 1)
  return (
    <>
      <Group gap="md" mb="sm" wrap="nowrap">
        <Text size="sm" style={{ flexShrink: 0 }}>
          Epochs
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
          label={(value) => value.toFixed(1)}
          thumbFromLabel="First epoch shown"
          thumbToLabel="Last epoch shown"
        />
        <Text size="sm" c="dimmed" w={90} style={{ fontVariantNumeric: 'tabular-nums' }}>
          {(range?.[0] ?? 0).toFixed(1)} – {(range?.[1] ?? end).toFixed(1)}
        </Text>
        <Button size="xs" variant="subtle" disabled={!range} onClick={() => setRange(null)}>
          Show all
        </Button>
        <Text size="xs" c="dimmed" visibleFrom="lg">
          Drag over a chart to look closer, double-click for all.
        </Text>
      </Group>
      <div className={classes.charts}>
        {CHARTS.map(({ metric, title }) => (
          <MetricChart
            key={metric}
            story={story}
            metric={metric}
            title={metric === 'iou' || metric === 'dice' ? `${title} ${about}`.trim() : title}
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
      { label: 'Training', colour: '#257783', style: 'line', isFaint: true, ...curveOf(story.train, metric) },
      { label: 'Validation', colour: '#d9480f', style: 'both', ...curveOf(story.val, metric) },
    ],
    [story, metric],
  )
  return (
    <LiveChart
      title={props.title}
      xLabel="epoch"
      curves={curves}
      range={props.range}
      onRange={props.onRange}
      group="training"
      formatX={(x) => x.toFixed(2)}
    />
  )
}
