import type { Image } from '../useAnnotation'
import css from './HistoryPanel.module.css'

/** Sides of the picture, in CSS pixels. */
const MOST_PX = 40
/** A place that is hardly a point is still to be seen. */
const LEAST_PX = 4

/** The photo in small, and where on it something happened. */
export function PlaceMap({ image, box }: { image: Image; box: readonly number[] }) {
  const scale = MOST_PX / Math.max(image.width, image.height)
  const [width, height] = [image.width * scale, image.height * scale]
  const [left, top, right, bottom] = box.map((side) => side * scale) as [number, number, number, number]
  const [across, down] = [Math.max(right - left, LEAST_PX), Math.max(bottom - top, LEAST_PX)]
  const place = {
    x: Math.min(Math.max(0, (left + right - across) / 2), width - across),
    y: Math.min(Math.max(0, (top + bottom - down) / 2), height - down),
    width: across,
    height: down,
  }
  return (
    <svg className={css.map} width={width} height={height} aria-hidden>
      <image href={image.thumbnail} width={width} height={height} preserveAspectRatio="none" />
      <rect {...place} className={css.mapShadow} />
      <rect {...place} className={css.mapBox} />
    </svg>
  )
}
