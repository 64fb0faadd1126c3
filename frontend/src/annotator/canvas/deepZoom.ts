/** OpenSeadragon as all our pages use it: a photo by its tiles, our own keys, and where the photo lies on the screen. */

import OpenSeadragon from 'openseadragon'

import { blobAhead } from './photoAhead'
import { type PhotoSource, sourceOf } from './photoSource'
import type { View } from './view'

/** A viewer of one photo, without buttons and keys of its own. */
export function openPhoto(
  element: HTMLElement,
  photo: PhotoSource,
  options: OpenSeadragon.Options,
): OpenSeadragon.Viewer {
  const viewer = OpenSeadragon({
    element,
    prefixUrl: '',
    showNavigationControl: false,
    minZoomImageRatio: 0.5,
    visibilityRatio: 0.2,
    animationTime: prefersStill() ? 0 : 0.25,
    springStiffness: 10,
    blendTime: 0,
    tileSources: { ...sourceOf(photo), downloadTileStart } as unknown as OpenSeadragon.TileSourceOptions,
    ...options,
  })
  // Keys are ours: the viewer would take letters and arrows that mean something else here.
  ;(viewer as unknown as { setKeyboardNavEnabled?: (on: boolean) => void }).setKeyboardNavEnabled?.(false)
  return viewer
}

type Job = { src: string; finish: (data: Blob, request: null, format: string) => void }

/** Tiles that were fetched ahead are there at once. */
function downloadTileStart(this: OpenSeadragon.TileSource, job: Job): void {
  const blob = blobAhead(job.src)
  if (blob) return job.finish(blob, null, 'rasterBlob')
  OpenSeadragon.TileSource.prototype.downloadTileStart.call(this, job as unknown as OpenSeadragon.ImageJob)
}

/** Where the photo lies now; null while there is none. */
export function viewOf(viewer: OpenSeadragon.Viewer, photo: PhotoSource): View | null {
  if (viewer.world.getItemCount() === 0) return null
  const { viewport } = viewer
  const ratio = devicePixelRatio
  const origin = viewport.pixelFromPoint(new OpenSeadragon.Point(0, 0), true)
  const end = viewport.pixelFromPoint(new OpenSeadragon.Point(1, 0), true)
  const size = viewport.getContainerSize()
  return {
    left: origin.x * ratio,
    top: origin.y * ratio,
    scale: ((end.x - origin.x) * ratio) / photo.width,
    width: Math.max(1, Math.round(size.x * ratio)),
    height: Math.max(1, Math.round(size.y * ratio)),
  }
}

const prefersStill = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches
