/** One photo in the gallery: what it shows, what is painted on it, what it is called. */

import { ActionIcon, Badge, Checkbox, Group, Text, Tooltip } from '@mantine/core'
import { IconBrush, IconCircleCheckFilled, IconCircleDashed } from '@tabler/icons-react'
import { memo } from 'react'
import { Link } from 'react-router'

import { t } from '../../shared/texts'
import type { Image } from '../../shared/types'
import { DaysLeft } from '../DaysLeft'
import { tagText } from '../records'
import { Standing } from '../workflow/Standing'
import styles from './gallery.module.css'

type Props = {
  image: Image
  hasOverlay: boolean
  isSelected: boolean
  /** null where nothing may be selected. `isRange`: Shift was held. */
  onSelect: ((id: number, isRange: boolean) => void) | null
  /** Where a click leads; null in the trash. */
  to: string | null
  /** The way to the annotator where a click leads elsewhere. */
  annotateTo: string | null
  /** Classes by index, for the tooltip. */
  className: (index: number) => string
}

export const ImageCard = memo(function ImageCard(props: Props) {
  const { image, hasOverlay, isSelected, onSelect, to, annotateTo } = props
  const painted = Object.keys(image.class_px).map((index) => props.className(Number(index)))
  const state = image.is_annotated
    ? t('gallery:annotated_with', { classes: painted.join(', ') })
    : t('gallery:not_annotated')
  return (
    <article className={`${styles.card} ${isSelected ? styles.selected : ''}`} aria-label={image.name}>
      <div className={styles.picture}>
        <img src={image.thumbnail} alt="" loading="lazy" decoding="async" draggable={false} />
        {hasOverlay && image.overlay && (
          <img
            src={image.overlay}
            alt=""
            loading="lazy"
            decoding="async"
            draggable={false}
            className={styles.mask}
          />
        )}
      </div>
      {onSelect && (
        <Checkbox
          className={styles.check}
          aria-label={t('gallery:select', { name: image.name })}
          checked={isSelected}
          onChange={(event) => onSelect(image.id, (event.nativeEvent as MouseEvent).shiftKey)}
        />
      )}
      {annotateTo && (
        <Tooltip label={t('gallery:open')}>
          <ActionIcon
            component={Link}
            to={annotateTo}
            className={styles.second}
            variant="default"
            aria-label={t('gallery:annotate', { name: image.name })}
          >
            <IconBrush size={17} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      )}
      <div className={styles.facts}>
        <Text size="sm" truncate title={`${image.dataset} / ${image.name}`}>
          {to ? (
            <Link to={to} className={styles.open}>
              {image.name}
            </Link>
          ) : (
            image.name
          )}
        </Text>
        <Group gap={6} wrap="nowrap">
          <Tooltip label={state}>
            <span
              role="img"
              aria-label={state}
              style={{ display: 'inline-flex', position: 'relative', zIndex: 1 }}
            >
              {image.is_annotated ? (
                <IconCircleCheckFilled size={16} color="var(--mantine-color-teal-7)" />
              ) : (
                <IconCircleDashed size={16} color="var(--mantine-color-gray-6)" />
              )}
            </span>
          </Tooltip>
          <Text size="xs" c="dimmed" truncate>
            {image.is_annotated
              ? t('shared:objects', { count: image.object_count })
              : `${image.width} × ${image.height}`}
          </Text>
          <Standing image={image} />
        </Group>
        <DaysLeft days={image.days_left} />
        <Group gap={4} wrap="nowrap" style={{ overflow: 'hidden' }}>
          {image.tags.slice(0, 3).map((tag, at) => (
            <Badge key={at} size="sm" variant="light" color="gray" tt="none" fw={500} title={tagText(tag)}>
              {tagText(tag)}
            </Badge>
          ))}
          {image.tags.length > 3 && (
            <Text size="xs" c="dimmed">
              +{image.tags.length - 3}
            </Text>
          )}
        </Group>
      </div>
    </article>
  )
})
