/** Curves that grow while one looks at them: hover for values, drag to look closer, double-click for all. */

import 'uplot/dist/uPlot.min.css'

import { Text } from '@mantine/core'
import { useEffect, useMemo, useRef, useState } from 'react'
import uPlot from 'uplot'

import { align, type Curve, nearest, reading } from './curves'
import classes from './LiveChart.module.css'
import { t } from './texts'

export type { Curve } from './curves'

export type LiveChartProps = {
  /** What is drawn, such as "Loss"; also the accessible name. */
  title: string
  /** What x counts, such as "epoch". */
  xLabel: string
  curves: readonly Curve[]
  /** The part of x to show; null shows all. */
  range?: [number, number] | null
  /** Asked for by dragging (a part) and double-clicking (null). */
  onRange?: (range: [number, number] | null) => void
  /** Fixed ends of y; without it y follows what is visible. */
  yRange?: [number, number]
  /** Charts of one group show the same x under the pointer. */
  group?: string
  height?: number
  formatX?: (x: number) => string
}

export function LiveChart(props: LiveChartProps) {
  const { title, xLabel, curves, range = null, yRange, group, height = 220, formatX = reading } = props
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const [hover, setHover] = useState<number | null>(null)
  const data = useMemo(() => align(curves) as uPlot.AlignedData, [curves])
  const latest = useRef({ range, yRange, onRange: props.onRange, data })
  useEffect(() => {
    latest.current = { range, yRange, onRange: props.onRange, data }
  })

  // The plot is made anew only when other curves are drawn, never because points were added.
  const drawn = JSON.stringify(
    curves.map(({ label, colour, style, isFaint }) => [label, colour, style, isFaint]),
  )
  useEffect(() => {
    const box = host.current!
    const made = new uPlot(
      {
        width: Math.max(box.clientWidth, 120),
        height,
        legend: { show: false },
        cursor: {
          y: false,
          points: { size: 7 },
          drag: { x: true, y: false, setScale: false },
          ...(group && { sync: { key: group, scales: ['x', null] as [string, null] } }),
          bind: {
            dblclick: () => () => {
              latest.current.onRange?.(null)
              return null
            },
          },
        },
        select: { show: true, left: 0, top: 0, width: 0, height: 0 },
        scales: {
          x: { time: false, range: (_, min, max) => latest.current.range ?? padded(min, max) },
          y: { range: (_, min, max) => latest.current.yRange ?? roomy(min, max) },
        },
        axes: [
          { stroke: INK, grid: { stroke: LINE, width: 1 }, ticks: { show: false }, size: 28, font: FONT },
          { stroke: INK, grid: { stroke: LINE, width: 1 }, ticks: { show: false }, size: 52, font: FONT },
        ],
        series: [{}, ...(JSON.parse(drawn) as Drawn[]).map(seriesOf)],
        hooks: {
          setCursor: [
            (chart) => {
              const x = chart.cursor.left! >= 0 ? chart.posToVal(chart.cursor.left!, 'x') : null
              setHover(x)
            },
          ],
          setSelect: [
            (chart) => {
              if (chart.select.width < 4) return
              const { left, width } = chart.select
              latest.current.onRange?.([chart.posToVal(left, 'x'), chart.posToVal(left + width, 'x')])
              chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
            },
          ],
        },
      },
      latest.current.data,
      box,
    )
    plot.current = made
    const observer = new ResizeObserver(() => {
      if (box.clientWidth > 0) made.setSize({ width: box.clientWidth, height })
    })
    observer.observe(box)
    return () => {
      observer.disconnect()
      plot.current = null
      made.destroy()
    }
  }, [drawn, height, group])

  useEffect(() => {
    plot.current?.setData(data, true)
  }, [data, range, yRange])

  const step = (by: number) => {
    const chart = plot.current
    const xs = data[0] as number[]
    if (!chart || !xs.length) return
    const at = hover === null ? (by > 0 ? 0 : xs.length - 1) : nearest(xs, hover) + by
    const x = xs[Math.min(Math.max(at, 0), xs.length - 1)]!
    chart.setCursor({ left: chart.valToPos(x, 'x'), top: 0 })
  }

  return (
    <figure className={classes.chart}>
      <figcaption className={classes.caption}>
        <Text fw={600} size="sm" component="span">
          {title}
        </Text>
        <Readings curves={curves} xLabel={xLabel} hover={hover} formatX={formatX} />
      </figcaption>
      <div
        ref={host}
        className={classes.plot}
        style={{ height }}
        role="img"
        aria-label={`${title}: ${summary(curves)}`}
        tabIndex={0}
        onKeyDown={(event) => {
          const by = { ArrowLeft: -1, ArrowRight: 1, PageUp: -20, PageDown: 20 }[event.key]
          if (by === undefined) return
          event.preventDefault()
          step(by)
        }}
        onBlur={() => plot.current?.setCursor({ left: -10, top: -10 })}
      />
    </figure>
  )
}

/** The values under the pointer, or the newest ones. Columns keep their width, so nothing moves. */
function Readings(props: {
  curves: readonly Curve[]
  xLabel: string
  hover: number | null
  formatX: (x: number) => string
}) {
  const { curves, hover } = props
  const last = Math.max(...curves.map((curve) => curve.x.at(-1) ?? -Infinity))
  const x = hover ?? (Number.isFinite(last) ? last : null)
  return (
    <span className={classes.readings}>
      {curves.map((curve) => {
        const at = x === null ? -1 : nearest(curve.x, x)
        return (
          <span key={curve.label} className={classes.reading}>
            <i
              className={curve.style === 'line' || !curve.style ? classes.line : classes.dot}
              style={{ background: curve.colour, opacity: curve.isFaint ? 0.5 : 1 }}
            />
            {curve.label}
            <b>{at < 0 ? '–' : reading(curve.y[at]!)}</b>
          </span>
        )
      })}
      <span className={classes.x}>
        {props.xLabel} {x === null ? '–' : props.formatX(x)}
      </span>
    </span>
  )
}

type Drawn = [label: string, colour: string, style: Curve['style'], isFaint?: boolean]

function seriesOf([label, colour, style = 'line', isFaint]: Drawn): uPlot.Series {
  return {
    label,
    stroke: isFaint ? `${colour}99` : colour,
    width: style === 'dots' ? 0 : isFaint ? 1 : 1.75,
    points: style === 'line' ? { show: false } : { show: true, size: 6, fill: colour, stroke: colour },
    spanGaps: true,
  }
}

function padded(min: number | null, max: number | null): [number, number] {
  if (min === null || max === null) return [0, 1]
  return min === max ? [min - 0.5, max + 0.5] : [min, max]
}

/** A little air above and below; a curve that never goes below zero is not given negative room. */
function roomy(min: number | null, max: number | null): [number, number] {
  if (min === null || max === null) return [0, 1]
  const air = (max - min || Math.abs(max) || 1) * 0.06
  return [min >= 0 ? Math.max(0, min - air) : min - air, max + air]
}

const summary = (curves: readonly Curve[]) =>
  curves
    .map((curve) => `${curve.label} ${curve.y.length ? reading(curve.y.at(-1)!) : t('shared:chart.nothing')}`)
    .join(', ')

const INK = '#5a6b73'
const LINE = '#eaeff1'
const FONT = '11px system-ui, sans-serif'
