/** A class as a small coloured square with its name; neutral is hatched, so that colour alone never has to tell. */

import { Group, Text } from '@mantine/core'
import type { CSSProperties } from 'react'

import { t } from '../../shared/texts'
import type { LabelClass } from '../../shared/types'

type Look = Pick<LabelClass, 'colour' | 'pattern'>

export function swatchStyle({ colour, pattern }: Look, size = 12): CSSProperties {
  const stripes = `repeating-linear-gradient(45deg, ${colour} 0 2px, #ffffff 2px 4px)`
  return {
    width: size,
    height: size,
    borderRadius: 3,
    flexShrink: 0,
    display: 'inline-block',
    border: `1px solid color-mix(in srgb, ${colour} 70%, #000)`,
    background: pattern === 'hatch' ? stripes : colour,
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
