/** A class as a small square in its colour and pattern, with its name: colour alone never has to tell. */

import { Group, Text } from '@mantine/core'
import type { CSSProperties } from 'react'

import { t } from '../../shared/texts'
import type { LabelClass } from '../../shared/types'
import { swatchBackground } from '../canvas/patterns'

type Look = Pick<LabelClass, 'colour' | 'pattern'>

export function swatchStyle(look: Look, size = 12): CSSProperties {
  return {
    width: size,
    height: size,
    borderRadius: 3,
    flexShrink: 0,
    display: 'inline-block',
    border: `1px solid color-mix(in srgb, ${look.colour} 70%, #000)`,
    background: swatchBackground(look),
  }
}

export function Swatch({ look, size }: { look: Look; size?: number }) {
  return <span style={swatchStyle(look, size)} aria-hidden />
}

export function ClassChip({ label }: { label: Look & { name: string } }) {
  return (
    <Group gap={5} wrap="nowrap" component="span" display="inline-flex" maw={180}>
      <Swatch look={label} />
      <Text size="sm" component="span" truncate title={label.name}>
        {label.name}
      </Text>
    </Group>
  )
}

/** The first few classes, then how many more there are. */
export function ClassChips({ classes, most = 4 }: { classes: LabelClass[]; most?: number }) {
  if (!classes.length) {
    return (
      <Text size="sm" c="dimmed">
        {t('projects:classes.none')}
      </Text>
    )
  }
  return (
    <Group gap="sm" wrap="nowrap" style={{ overflow: 'hidden' }}>
      {classes.slice(0, most).map((label) => (
        <ClassChip key={label.id} label={label} />
      ))}
      {classes.length > most && (
        <Text size="sm" c="dimmed" style={{ flexShrink: 0 }}>
          +{classes.length - most}
        </Text>
      )}
    </Group>
  )
}
