/** Where the tiles of a photo's pyramid are. */

export type PhotoSource = { image: number; width: number; height: number; tile: number }

/** The pyramid of a photo: level 0 is one pixel, the last one the photo itself. */
export function sourceOf({ image, width, height, tile }: PhotoSource) {
  return {
    width,
    height,
    tileSize: tile,
    tileOverlap: 0,
    minLevel: 0,
    // Counted here, because a photo whose pyramid is still being made cannot tell.
    maxLevel: Math.ceil(Math.log2(Math.max(width, height))),
    getTileUrl: (level: number, x: number, y: number) => `/api/images/${image}/photo/${level}/${x}_${y}.jpg`,
  }
}
