/** OpenSeadragon finds and fetches the tiles of the photo; the canvas of the mask draws them. */

import OpenSeadragon from 'openseadragon'

import type { GlPhoto, PhotoTile } from './glPhoto'
import { takePictureAhead } from './photoAhead'

type Cache = { data: Blob }
type Drawn = { texture: WebGLTexture | null }
type TiledImage = { getTilesToDraw: () => { tile: Tile }[] }
type Tile = {
  positionedBounds: { x: number; y: number; width: number; height: number }
  getUrl(): string
}

/** What we use and replace of OpenSeadragon's drawers; its types know only those it brings along. */
interface Drawer {
  getDataToDraw(tile: Tile): Drawn | undefined
  destroyInternalCache(): void
  destroy(): void
}
const Base = (OpenSeadragon as unknown as { DrawerBase: new (options: object) => Drawer }).DrawerBase

/** A drawer that hands tiles to a canvas of ours. `canvas`: what the viewer puts into the page; `drawn`: what came or went. */
export function photoDrawer(
  canvas: HTMLCanvasElement,
  photo: GlPhoto,
  drawn: (changed: readonly PhotoTile[]) => void,
) {
  return class PhotoDrawer extends Base {
    static isSupported(): boolean {
      return true
    }

    get defaultOptions() {
      return { usePrivateCache: true, preloadCache: true }
    }

    getType(): string {
      return 'catenary'
    }

    getSupportedDataFormats(): string[] {
      // Compressed: a decoded tile takes a megabyte, and the device has it already.
      return ['rasterBlob']
    }

    _createDrawingElement(): HTMLElement {
      return canvas
    }

    draw(images: TiledImage[]): void {
      const before = photo.tiles
      photo.tiles = images.flatMap((image) => image.getTilesToDraw().flatMap(({ tile }) => this.found(tile)))
      drawn(changesOf(before, photo.tiles))
    }

    found(tile: Tile): PhotoTile[] {
      const texture = this.getDataToDraw(tile)?.texture
      if (!texture) return []
      const { x, y, width, height } = tile.positionedBounds
      return [{ texture, left: x, top: y, right: x + width, bottom: y + height }]
    }

    async internalCacheCreate(cache: Cache, tile: Tile): Promise<Drawn> {
      // Decoded on another thread; only the copy to the device happens here.
      const picture = takePictureAhead(tile.getUrl()) ?? (await createImageBitmap(cache.data))
      const texture = photo.upload(picture)
      picture.close()
      return { texture }
    }

    internalCacheFree(data: Drawn | undefined): void {
      if (data?.texture) photo.forget(data.texture)
      if (data) data.texture = null
    }

    canRotate(): boolean {
      return false
    }

    setImageSmoothingEnabled(): void {
      // Decided by the scale.
    }

    destroy(): void {
      photo.tiles = []
      this.destroyInternalCache()
      super.destroy()
    }
  }
}

/** Tiles that only one of two has. */
function changesOf(before: readonly PhotoTile[], now: readonly PhotoTile[]): PhotoTile[] {
  const missingIn = (others: readonly PhotoTile[]) => {
    const textures = new Set(others.map(({ texture }) => texture))
    return ({ texture }: PhotoTile) => !textures.has(texture)
  }
  return [...now.filter(missingIn(before)), ...before.filter(missingIn(now))]
}
