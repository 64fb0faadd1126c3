/** A photo in deep zoom with a review screen over it; two of them can move as one. */

import type OpenSeadragon from 'openseadragon'
import { useEffect, useRef, useState } from 'react'

import { openPhoto, viewOf } from '../../annotator/canvas/deepZoom'
import type { PhotoSource } from '../../annotator/canvas/photoSource'
import { levelFor, type View } from '../../annotator/canvas/view'
import { Coverage } from '../../annotator/painting/coverage'
import type { Mask } from '../../annotator/painting/mask'
import { ProblemAlert } from '../../shared/parts'
import type { Probability } from '../../shared/types'
import type { ReviewLook } from './look'
import { ReviewScreen } from './reviewScreen'
import classes from './Stage.module.css'

/** Stages that share one of these show the same part of the photo. */
export class Together {
  private readonly viewers = new Set<OpenSeadragon.Viewer>()
  private isLeading = false

  join(viewer: OpenSeadragon.Viewer): () => void {
    this.viewers.add(viewer)
    const other = [...this.viewers].find((one) => one !== viewer)
    if (other) viewer.addOnceHandler('open', () => this.copy(other, viewer, true))
    viewer.addHandler('viewport-change', () => this.lead(viewer))
    return () => this.viewers.delete(viewer)
  }

  private lead(leader: OpenSeadragon.Viewer): void {
    if (this.isLeading) return
    this.isLeading = true
    for (const viewer of this.viewers) if (viewer !== leader) this.copy(leader, viewer, false)
    this.isLeading = false
  }

  private copy(from: OpenSeadragon.Viewer, to: OpenSeadragon.Viewer, atOnce: boolean): void {
    if (!from.viewport || !to.viewport) return
    to.viewport.zoomTo(from.viewport.getZoom(), undefined, atOnce)
    to.viewport.panTo(from.viewport.getCenter(), atOnce)
  }
}

export type StageProps = {
  label: string
  photo: PhotoSource
  predicted: Mask | null
  annotated: Mask | null
  probability: Probability | null
  look: ReviewLook
  windows: readonly (readonly number[])[] | null
  together: Together
}

export function Stage(props: StageProps) {
  const { photo, predicted, annotated, probability, look, together } = props
  const host = useRef<HTMLDivElement>(null)
  const scene = useRef<Scene | null>(null)
  const [view, setView] = useState<View | null>(null)
  const [error, setError] = useState<unknown>(null)

  useEffect(() => {
    try {
      scene.current = new Scene(host.current!, photo, together, setView)
    } catch (problem) {
      // eslint-disable-next-line react-hooks/set-state-in-effect -- the browser only says so when it is asked
      setError(problem)
    }
    return () => {
      scene.current?.dispose()
      scene.current = null
    }
  }, [photo, together])
  useEffect(() => scene.current?.show('predicted', predicted), [photo, predicted])
  useEffect(() => scene.current?.show('annotated', annotated), [photo, annotated])
  useEffect(() => scene.current?.set(look, probability), [photo, look, probability])

  return (
    <div className={classes.stage}>
      <div ref={host} className={classes.host} role="img" aria-label={props.label} />
      {props.windows && view && <Grid windows={props.windows} view={view} />}
      {error !== null && <ProblemAlert error={error} />}
    </div>
  )
}

function Grid({ windows, view }: { windows: readonly (readonly number[])[]; view: View }) {
  const ratio = devicePixelRatio
  const { left, top, scale } = view
  return (
    <svg className={classes.grid} aria-hidden>
      <g transform={`translate(${left / ratio} ${top / ratio}) scale(${scale / ratio})`}>
        {windows.map(([l, t, r, b], number) => (
          <rect key={number} x={l} y={t} width={r! - l!} height={b! - t!} />
        ))}
      </g>
    </svg>
  )
}

/** What lives outside of React: the viewer, the screen over it, and when to draw. */
class Scene {
  private readonly viewer: OpenSeadragon.Viewer
  private readonly screen: ReviewScreen
  private readonly leave: () => void
  private view: View = { left: 0, top: 0, scale: 1, width: 0, height: 0 }
  private look: ReviewLook | null = null
  private frame = 0
  private isGone = false

  constructor(
    host: HTMLElement,
    private readonly photo: PhotoSource,
    together: Together,
    private readonly onView: (view: View) => void,
  ) {
    this.viewer = openPhoto(host, photo, {
      showNavigator: false,
      maxZoomPixelRatio: 16,
      gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true },
      drawer: ['webgl', 'canvas'],
    })
    const canvas = document.createElement('canvas')
    canvas.dataset.layer = 'review'
    canvas.style.cssText = 'position:absolute;inset:0;width:100%;height:100%;pointer-events:none'
    this.viewer.canvas.append(canvas)
    this.screen = new ReviewScreen(canvas, photo, () => this.request())
    for (const event of ['update-viewport', 'open', 'resize'] as const)
      this.viewer.addHandler(event, () => this.follow())
    this.leave = together.join(this.viewer)
  }

  show(name: 'predicted' | 'annotated', mask: Mask | null): void {
    this.screen.forget(name)
    this.screen[name] = mask && { mask, coverage: new Coverage(mask) }
    this.request()
  }

  set(look: ReviewLook, probability: Probability | null): void {
    this.look = look
    this.screen.probability = probability
    this.request()
  }

  dispose(): void {
    this.isGone = true
    cancelAnimationFrame(this.frame)
    this.leave()
    this.screen.dispose()
    this.viewer.destroy()
  }

  private follow(): void {
    const view = this.isGone ? null : viewOf(this.viewer, this.photo)
    if (!view) return
    this.view = view
    const { canvas } = this.screen
    if (canvas.width !== this.view.width || canvas.height !== this.view.height) {
      canvas.width = this.view.width
      canvas.height = this.view.height
    }
    this.draw()
    this.onView(this.view)
  }

  private request(): void {
    if (this.frame || this.isGone) return
    this.frame = requestAnimationFrame(() => {
      this.frame = 0
      this.draw()
    })
  }

  private draw(): void {
    if (this.look && !this.isGone) this.screen.draw(this.view, levelFor(this.view.scale), this.look)
  }
}
