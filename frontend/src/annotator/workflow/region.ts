/** Choosing a rectangle of a photo, by dragging or by keys. Boxes are in whole photo pixels. */

export type Region = { left: number; top: number; right: number; bottom: number }
type Size = { width: number; height: number }
type Point = { x: number; y: number }

/** The server takes no smaller ones. */
export const LEAST_PX = 8

/** The middle of a photo: what is proposed before somebody chooses. */
export function middle({ width, height }: Size): Region {
  const side = Math.max(LEAST_PX, Math.round(Math.min(width, height) / 3))
  const [left, top] = [Math.round((width - side) / 2), Math.round((height - side) / 2)]
  return inside({ left, top, right: left + side, bottom: top + side }, { width, height })
}

/** The rectangle between two corners, in whichever order. */
export function between(a: Point, b: Point, photo: Size): Region {
  const round = (one: number, most: number) => Math.min(most, Math.max(0, Math.round(one)))
  const [x1, x2] = [round(a.x, photo.width), round(b.x, photo.width)].sort((one, other) => one - other)
  const [y1, y2] = [round(a.y, photo.height), round(b.y, photo.height)].sort((one, other) => one - other)
  return inside({ left: x1!, top: y1!, right: x2!, bottom: y2! }, photo)
}

/** Move a region, or with `isSizing` its right and lower edge, without leaving the photo. */
export function nudged(region: Region, dx: number, dy: number, photo: Size, isSizing: boolean): Region {
  if (isSizing) return inside({ ...region, right: region.right + dx, bottom: region.bottom + dy }, photo)
  const x = Math.min(photo.width - region.right, Math.max(-region.left, dx))
  const y = Math.min(photo.height - region.bottom, Math.max(-region.top, dy))
  return { left: region.left + x, top: region.top + y, right: region.right + x, bottom: region.bottom + y }
}

/** At least the smallest size, and within the photo. */
function inside({ left, top, right, bottom }: Region, { width, height }: Size): Region {
  const [least, lowest] = [Math.min(LEAST_PX, width), Math.min(LEAST_PX, height)]
  const l = Math.min(Math.max(0, left), width - least)
  const t = Math.min(Math.max(0, top), height - lowest)
  return {
    left: l,
    top: t,
    right: Math.min(width, Math.max(l + least, right)),
    bottom: Math.min(height, Math.max(t + lowest, bottom)),
  }
}
