/** Pins on the photo, each with the number its comment has in the list. */

import { type Draw, svg } from '../canvas/layers'
import type { Point } from '../painting/box'
import type { Talk } from './talk'

const RADIUS = 10

/** Draw the pins, the one that is read, and the one being written. Resolved ones only while they are read. */
export const drawPins =
  (talk: Talk): Draw =>
  (group, { toScreen, width, height }) => {
    const { pins, open, draft } = talk.get()
    const shown = pins.filter(({ id, isResolved }) => !isResolved || id === open)
    // The one that is read lies above the others.
    shown.sort((one, other) => Number(one.id === open) - Number(other.id === open))
    const marks = shown.flatMap(({ id, number, at }) => {
      const place = toScreen(at)
      const isFar =
        place.x < -RADIUS ||
        place.y < -RADIUS * 3 ||
        place.x > width + RADIUS ||
        place.y > height + RADIUS * 3
      return isFar ? [] : [mark(place, String(number), id === open ? 'open' : 'pin', String(id))]
    })
    if (draft?.at) marks.push(mark(toScreen(draft.at), '+', 'draft'))
    group.replaceChildren(...marks)
  }

/** A drop whose tip is the place. */
function mark({ x, y }: Point, text: string, kind: 'pin' | 'open' | 'draft', id = ''): SVGElement {
  const root = svg('g', { transform: `translate(${x} ${y})`, 'data-pin': id || kind })
  const scale = kind === 'pin' ? 1 : 1.25
  const drop = svg('path', {
    d: `M0 0C-3 -6 -${RADIUS} -9 -${RADIUS} -17A${RADIUS} ${RADIUS} 0 1 1 ${RADIUS} -17C${RADIUS} -9 3 -6 0 0Z`,
    transform: `scale(${scale})`,
    fill: kind === 'pin' ? '#8a3b00' : kind === 'open' ? '#ffffff' : '#0b5c66',
    stroke: kind === 'open' ? '#8a3b00' : '#ffffff',
    'stroke-width': 2,
    'paint-order': 'stroke',
  })
  const label = svg('text', {
    y: -17 * scale,
    'text-anchor': 'middle',
    'dominant-baseline': 'central',
    'font-size': text.length > 2 ? 9 : 12,
    'font-weight': 700,
    fill: kind === 'open' ? '#8a3b00' : '#ffffff',
  })
  label.textContent = text
  root.append(drop, label)
  return root
}
