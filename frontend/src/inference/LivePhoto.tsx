/** A photo with the windows a network has looked through so far drawn over it. */

import { useEffect, useRef } from 'react'

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
    for (const tile of tilesOf(width, height)) {
      const picture = new Image()
      picture.onload = () => !isGone && context.drawImage(picture, tile.x * TILE, tile.y * TILE)
      picture.src = `/api/images/${image}/photo/${tile.level}/${tile.x}_${tile.y}.jpg`
    }
    return () => {
      isGone = true
    }
  }, [image, width, height])

  const shown = levelFor(width, height)
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
function levelFor(width: number, height: number): { level: number; width: number; height: number } {
  const top = Math.ceil(Math.log2(Math.max(width, height, 1)))
  let level = top
  while (level > 0 && Math.max(width, height) / 2 ** (top - level) > LONGEST) level--
  const shrink = 2 ** (top - level)
  return { level, width: Math.ceil(width / shrink), height: Math.ceil(height / shrink) }
}

function tilesOf(width: number, height: number): { level: number; x: number; y: number }[] {
  const shown = levelFor(width, height)
  const tiles = []
  for (let y = 0; y * TILE < shown.height; y++) {
    for (let x = 0; x * TILE < shown.width; x++) tiles.push({ level: shown.level, x, y })
  }
  return tiles
}
