/** Training scale against inference scale: a network sees best what it was trained to see. */

import { Box, Group, Text } from '@mantine/core'

import { decimal } from '../shared/format'
import { t } from '../shared/texts'
import type { Scale } from '../shared/types'
import { gauge } from './scale'
import classes from './ScaleGauge.module.css'

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
        {t('inference:scale.unknown')}
      </Text>
    )
  }
  const { trained: a, inference: b, verdict } = gauge(trained, inference)
  return (
    <Box>
      <div
        className={classes.gauge}
        role="img"
        aria-label={t('inference:scale.about', {
          trained: range(trained),
          inference: range(inference),
          verdict: t(`inference:scale.${verdict}_word`),
        })}
      >
        <div className={classes.trained} style={{ left: share(a.from), width: share(a.to - a.from) }} />
        <div className={classes.mark} data-verdict={verdict} style={{ left: share(b.mean) }} />
      </div>
      <Group justify="space-between" mt={4}>
        <Text size="xs" c="dimmed">
          {t('inference:scale.trained', { range: range(trained) })}
        </Text>
        <Text size="xs" c="dimmed">
          {t('inference:scale.predicting', { range: range(inference) })}
        </Text>
      </Group>
      <Text size="sm" mt={6}>
        {t(`inference:scale.${verdict}`)}
        {verdict !== 'inside' && props.suggested
          ? ` ${t('inference:scale.suggest', { px: props.suggested })}`
          : ''}
      </Text>
    </Box>
  )
}

const share = (value: number) => `${100 * value}%`
const round = (value: number) => decimal(value, 2)
const range = (scale: Scale) =>
  round(scale.p5) === round(scale.p95) ? round(scale.mean) : `${round(scale.p5)}–${round(scale.p95)}`
