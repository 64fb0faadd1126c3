/** A photo made small, with the rectangle that is chosen on it. */

import { Text } from '@mantine/core'
import { type KeyboardEvent, type PointerEvent, useRef } from 'react'

import { t } from '../../shared/texts'
import type { Image } from '../../shared/types'
import { between, nudged, type Region } from './region'
import css from './workflow.module.css'

const STEPS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

export function RegionPicker(props: {
  image: Image
  region: Region
  showsMask: boolean
  onChange: (region: Region) => void
}) {
  const { image, region, showsMask, onChange } = props
  const from = useRef<{ x: number; y: number } | null>(null)
  const place = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    return {
      x: ((event.clientX - box.left) / box.width) * image.width,
      y: ((event.clientY - box.top) / box.height) * image.height,
    }
  }
  const walk = (event: KeyboardEvent) => {
    const step = STEPS[event.key]
    if (!step) return
    event.preventDefault()
    const far = Math.max(1, Math.round(Math.max(image.width, image.height) / 100))
    onChange(nudged(region, step[0] * far, step[1] * far, image, event.shiftKey))
  }
  const share = (value: number, of: number) => `${(100 * value) / of}%`
  const size = {
    width: region.right - region.left,
    height: region.bottom - region.top,
    left: region.left,
    top: region.top,
  }
  return (
    <div>
      <div
        className={css.picker}
        style={{ aspectRatio: `${image.width} / ${image.height}` }}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          from.current = place(event)
        }}
        onPointerMove={(event) => from.current && onChange(between(from.current, place(event), image))}
        onPointerUp={() => (from.current = null)}
        onPointerCancel={() => (from.current = null)}
      >
        <img src={image.thumbnail} alt="" draggable={false} />
        {showsMask && image.overlay && <img src={image.overlay} alt="" draggable={false} />}
        <div
          className={css.region}
          tabIndex={0}
          role="application"
          aria-label={t('workflow:guide.region')}
          aria-description={t('workflow:guide.region_hint')}
          onKeyDown={walk}
          style={{
            left: share(region.left, image.width),
            top: share(region.top, image.height),
            width: share(size.width, image.width),
            height: share(size.height, image.height),
          }}
        />
      </div>
      <Text size="sm" mt={4}>
        {t('workflow:guide.region_is', size)}
      </Text>
      <Text size="xs" c="dimmed">
        {t('workflow:guide.region_hint')}
      </Text>
    </div>
  )
}
