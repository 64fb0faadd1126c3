/** What made a project, with links to the job, the source and the model. */

import { Text } from '@mantine/core'
import { IconPencil, IconRobot, IconTransform, IconUpload } from '@tabler/icons-react'
import { Fragment } from 'react'
import { Link } from 'react-router'

import { t } from '../../shared/texts'
import type { Project } from '../../shared/types'
import { story } from './lineage'

const ICONS: Record<string, typeof IconPencil> = {
  import: IconUpload,
  dtl: IconTransform,
  predict: IconRobot,
}

export function Story({ project }: { project: Project }) {
  const pieces = story(project) ?? [{ text: t('projects:story.by_hand') }]
  const Icon = ICONS[project.lineage.kind ?? project.made_by?.kind ?? ''] ?? IconPencil
  return (
    <Text size="sm" c="dimmed" component="span" style={{ overflowWrap: 'anywhere' }}>
      <Icon size={15} stroke={1.6} style={{ verticalAlign: '-2px', marginRight: 6 }} aria-hidden />
      {pieces.map(({ text, to }, at) => (
        <Fragment key={at}>
          {at > 0 && ' '}
          {to ? <Link to={to}>{text}</Link> : text}
        </Fragment>
      ))}
    </Text>
  )
}
