/** A photo with the windows a network has looked through so far drawn over it. */

import { useEffect, useRef } from 'react'

import { sourceOf } from '../annotator/canvas/photoSource'
import classes from './LivePhoto.module.css'
import type { Window } from './windows'

const TILE = 512
const LONGEST = 1024

export function LivePhoto(props: {
  image: number
  width: number
  height: number
  boxes: readonly Window[]
  label: string
}) {
  const { image, width, height, boxes } = props
  const canvas = useRef<HTMLCanvasElement>(null)

  useEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (!context) return
    let isGone = false
    const source = sourceOf({ image, width, height, tile: TILE })
    const shown = shownLevel(source)
    for (let y = 0; y * TILE < shown.height; y++) {
      for (let x = 0; x * TILE < shown.width; x++) {
        const picture = new Image()
        picture.onload = () => !isGone && context.drawImage(picture, x * TILE, y * TILE)
        picture.src = source.getTileUrl(shown.level, x, y)
      }
    }
    return () => {
      isGone = true
    }
  }, [image, width, height])

  const shown = shownLevel(sourceOf({ image, width, height, tile: TILE }))
  return (
    <div className={classes.frame} style={{ aspectRatio: `${width} / ${height}` }}>
      <canvas
        ref={canvas}
        key={image}
        width={shown.width}
        height={shown.height}
        role="img"
        aria-label={props.label}
      />
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden>
        {boxes.map(([left, top, right, bottom], number) => (
          <rect
            key={number}
            x={left}
            y={top}
            width={right - left}
            height={bottom - top}
            className={number === boxes.length - 1 ? classes.latest : classes.window}
          />
        ))}
      </svg>
    </div>
  )
}

/** The sharpest pyramid level whose longest side is at most LONGEST. */
function shownLevel(source: ReturnType<typeof sourceOf>): { level: number; width: number; height: number } {
  const { width, height, maxLevel } = source
  let level = maxLevel
  while (level > 0 && Math.max(width, height) / 2 ** (maxLevel - level) > LONGEST) level--
  const shrink = 2 ** (maxLevel - level)
  return { level, width: Math.ceil(width / shrink), height: Math.ceil(height / shrink) }
}
