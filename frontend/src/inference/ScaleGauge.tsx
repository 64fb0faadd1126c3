/** Training scale against inference scale: a network sees best what it was trained to see. */

import { Box, Group, Text } from '@mantine/core'

import type { Scale } from '../shared/types'
import { gauge } from './scale'
import classes from './ScaleGauge.module.css'

const WORDS = {
  inside: 'The windows show isolators about as large as in training. Good.',
  edge: 'The windows are at the edge of the scales seen in training. Usually fine; a closer window may be better.',
  outside: 'The windows show isolators at a scale the network never saw. Expect poor masks.',
}

export function ScaleGauge(props: {
  trained: Scale | null
  inference: Scale | null
  suggested?: number | null
}) {
  const { trained, inference } = props
  if (!inference) return null
  if (!trained) {
    return (
      <Text size="sm" c="dimmed">
        This model does not say at which scale it was trained, so the two cannot be compared.
      </Text>
    )
  }
  const { trained: a, inference: b, verdict } = gauge(trained, inference)
  return (
    <Box>
      <div
        className={classes.gauge}
        role="img"
        aria-label={`Trained at ${range(trained)}, predicting at ${range(inference)}: ${verdict}`}
      >
        <div className={classes.trained} style={{ left: share(a.from), width: share(a.to - a.from) }} />
        <div className={classes.mark} data-verdict={verdict} style={{ left: share(b.mean) }} />
      </div>
      <Group justify="space-between" mt={4}>
        <Text size="xs" c="dimmed">
          trained at {range(trained)}
        </Text>
        <Text size="xs" c="dimmed">
          predicting at {range(inference)}
        </Text>
      </Group>
      <Text size="sm" mt={6}>
        {WORDS[verdict]}
        {verdict !== 'inside' && props.suggested
          ? ` A window of ${props.suggested} px matches the training.`
          : ''}
      </Text>
    </Box>
  )
}

const share = (value: number) => `${100 * value}%`
const round = (value: number) => value.toFixed(2)
const range = (scale: Scale) =>
  round(scale.p5) === round(scale.p95) ? round(scale.mean) : `${round(scale.p5)}–${round(scale.p95)}`
