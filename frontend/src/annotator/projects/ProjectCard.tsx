/** One project in the list: what is in it, how far it is, where it came from. */

import { Box, Card, Group, Progress, Text } from '@mantine/core'
import { IconPhotoOff } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Link } from 'react-router'

import { ago, when } from '../../shared/format'
import { t } from '../../shared/texts'
import type { Project } from '../../shared/types'
import { DaysLeft } from '../DaysLeft'
import { ClassChips } from './ClassChip'
import styles from './projects.module.css'
import { Story } from './Story'

export function ProjectCard({ project, action }: { project: Project; action?: ReactNode }) {
  const isTrashed = project.deleted_at !== null
  return (
    <Card component="article" withBorder padding={0} className={styles.card} aria-label={project.name}>
      {/* What is in the trash gives out no photos. */}
      <Strip thumbnails={isTrashed ? [] : project.thumbnails} />
      <Box p="md" pt="sm" className={styles.body}>
        <Text fw={600} size="md" truncate title={project.name} component="h2">
          {isTrashed ? (
            project.name
          ) : (
            <Link to={`/projects/${project.id}`} className={styles.open}>
              {project.name}
            </Link>
          )}
        </Text>
        <AnnotatedBar annotated={project.annotated_count} all={project.image_count} />
        <ClassChips classes={project.classes} most={3} />
        <Group
          justify="space-between"
          gap="xs"
          mt="auto"
          wrap="nowrap"
          align="flex-end"
          className={styles.above}
        >
          <Story project={project} />
          <Text size="sm" c="dimmed" style={{ flexShrink: 0 }} title={when(project.created_at)}>
            {ago(project.created_at)}
          </Text>
        </Group>
        {action && (
          <Group className={styles.above} justify="space-between">
            {action}
            <DaysLeft days={project.days_left} />
          </Group>
        )}
      </Box>
    </Card>
  )
}

/** "12 of 22 annotated" with its bar. */
export function AnnotatedBar({ annotated, all }: { annotated: number; all: number }) {
  const text = all ? t('projects:annotated', { annotated, count: all }) : t('projects:no_photos')
  return (
    <Box>
      <Text size="sm" mb={4}>
        {text}
      </Text>
      <Progress value={all ? (100 * annotated) / all : 0} size="sm" aria-label={text} />
    </Box>
  )
}

function Strip({ thumbnails }: { thumbnails: string[] }) {
  if (!thumbnails.length) {
    return (
      <div className={styles.noPhotos}>
        <IconPhotoOff size={28} stroke={1.3} aria-hidden />
      </div>
    )
  }
  return (
    <div className={styles.strip}>
      {[0, 1, 2, 3].map((at) =>
        thumbnails[at] ? (
          <img key={at} src={thumbnails[at]} alt="" loading="lazy" className={styles.thumbnail} />
        ) : (
          <span key={at} />
        ),
      )}
    </div>
  )
}
