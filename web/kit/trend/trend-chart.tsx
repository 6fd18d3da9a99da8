/** One trend on the page's shared time axis: limits as bands, alarms as ticks, gaps as gaps, values in a fixed legend. */
import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { useTranslation } from 'react-i18next'
import type { AlarmView } from '../../../src/monitoring/contract.ts'
import type { Trend } from '../../../src/telemetry/contract.ts'
import { hueOf, labelOf, titleOf, unitTextOf } from '../parameters.ts'
import './trend.css'
import { wordsOf } from '../reading-words.ts'
import { joinTrends } from './join.ts'
import { drawLimits, drawTicks, type Limits } from './marks.ts'
import { trendRange, trendSteps } from './trend-scale.ts'

export interface TrendChartProps {
  readonly trends: readonly Trend[]
  readonly fromMs: number
  readonly toMs: number
  readonly limits: Limits | undefined
  readonly alarms: readonly AlarmView[]
  readonly syncKey: string
  readonly theme: string
  readonly last: boolean
  readonly onZoom: (fromMs: number, toMs: number) => void
  readonly onPick: (timeMs: number) => void
}

const heightPixels = 96
const axisPixels = 24
const zoomLeastPixels = 6

interface Latest extends TrendChartProps {
  readonly say: (metric: string, value: number) => { readonly text: string; readonly unit: string }
}

function build(host: HTMLElement, legend: HTMLElement, latest: { current: Latest }): uPlot {
  const { trends, syncKey, last } = latest.current
  const main = trends[0]?.metric ?? ''
  const styles = getComputedStyle(host)
  const token = (name: string): string => styles.getPropertyValue(`--${name}`).trim()
  const values = [...legend.querySelectorAll<HTMLElement>('[data-value]')]
  const showValues = (plot: uPlot): void => {
    trends.forEach(({ metric }, i) => {
      const column = plot.data[i + 1] as (number | null)[] | undefined
      const index = plot.cursor.idx ?? lastIndex(column)
      const value = index === undefined ? undefined : column?.[index]
      const element = values[i]
      const words = value == null ? undefined : latest.current.say(metric, value)
      if (!element) return
      element.textContent = words?.text ?? '–'
      const unit = element.nextElementSibling
      if (unit) unit.textContent = words?.unit ?? unitTextOf(metric)
    })
  }
  const axis = {
    stroke: token('text-dim'),
    grid: { stroke: token('trace-grid'), width: 1 },
    ticks: { show: false },
  }
  const font = `11px ${token('font')}`
  return new uPlot(
    {
      width: host.clientWidth,
      height: heightPixels + (last ? axisPixels : 0),
      ms: 1,
      padding: [6, 8, last ? 0 : 6, 0],
      legend: { show: false },
      cursor: {
        sync: { key: syncKey },
        y: false,
        points: { size: 5 },
        drag: { x: true, y: false, setScale: false },
      },
      select: { show: true, left: 0, top: 0, width: 0, height: 0 },
      scales: {
        x: { time: true, range: () => [latest.current.fromMs, latest.current.toMs] },
        y: { range: (_, low, high) => trendRange(main, low, high) },
      },
      axes: [
        { ...axis, font, show: last, size: axisPixels, space: 90, values: timeLabels },
        { ...axis, font, size: 44, space: 22, incrs: trendSteps(main) },
      ],
      series: [
        {},
        ...trends.map(({ metric }, i) => ({
          stroke: token(hueOf(metric)),
          width: i === 0 ? 1.6 : 1.2,
          ...(i === 0 ? {} : { dash: metric.includes('mean') || metric === 'pulse-rate' ? [3, 3] : [] }),
          spanGaps: false,
          points: { show: (trends[0]?.timesMs.length ?? 0) < 40, size: 4 },
        })),
      ],
      hooks: {
        drawClear: [
          (plot) =>
            drawLimits(
              plot,
              latest.current.limits,
              token('limit-band'),
              /-bp$|^arterial/.test(main) ? token('edge') : undefined,
            ),
        ],
        draw: [(plot) => drawTicks(plot, latest.current.alarms, token)],
        setCursor: [showValues],
        setData: [showValues],
        setSelect: [
          (plot) => {
            const { left, width } = plot.select
            if (width < zoomLeastPixels) return
            const { onZoom } = latest.current
            onZoom(plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x'))
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
          },
        ],
      },
    },
    joinTrends(trends),
    host,
  )
}

function lastIndex(column: readonly (number | null)[] | undefined): number | undefined {
  const index = column?.findLastIndex((value) => value !== null) ?? -1
  return index < 0 ? undefined : index
}

const dayMs = 86_400_000

function timeLabels(_: uPlot, splits: number[], __: number, ___: number, stepMs: number): string[] {
  return splits.map((ms) => {
    const date = new Date(ms)
    const two = (n: number): string => String(n).padStart(2, '0')
    if (stepMs >= dayMs) return `${two(date.getDate())}.${two(date.getMonth() + 1)}.`
    const clock = `${two(date.getHours())}:${two(date.getMinutes())}`
    return stepMs < 60_000 ? `${clock}:${two(date.getSeconds())}` : clock
  })
}

export function TrendChart(props: TrendChartProps) {
  const host = useRef<HTMLDivElement>(null)
  const legend = useRef<HTMLDListElement>(null)
  const plot = useRef<uPlot | undefined>(undefined)
  const { t } = useTranslation()
  const full = { ...props, say: (metric: string, value: number) => wordsOf(t, metric, value) }
  const latest = useRef<Latest>(full)
  latest.current = full
  const names = props.trends.map(({ metric }) => metric).join(' ')

  // biome-ignore lint/correctness/useExhaustiveDependencies: rebuilt only for other series, colours or place.
  useEffect(() => {
    const element = host.current!
    const built = build(element, legend.current!, latest)
    plot.current = built
    const observer = new ResizeObserver(() =>
      built.setSize({ width: element.clientWidth, height: built.height }),
    )
    observer.observe(element)
    return () => {
      observer.disconnect()
      built.destroy()
    }
  }, [names, props.syncKey, props.theme, props.last])

  // biome-ignore lint/correctness/useExhaustiveDependencies: the range is read through `latest` while drawing.
  useEffect(() => {
    plot.current?.setData(joinTrends(props.trends))
  }, [props.trends, props.fromMs, props.toMs, props.limits, props.alarms])

  const pick = (event: React.MouseEvent): void => {
    const built = plot.current
    if (!built) return
    const left = event.clientX - built.over.getBoundingClientRect().left
    if (left >= 0) props.onPick(built.posToVal(left, 'x'))
  }

  return (
    <div className="trend ltr">
      <dl className="trend-legend" ref={legend}>
        {props.trends.map(({ metric }) => (
          <div key={metric} data-hue={hueOf(metric)}>
            <dt title={titleOf(metric)}>{labelOf(metric)}</dt>
            <dd>
              <b data-value>–</b> <span className="dim">{unitTextOf(metric)}</span>
            </dd>
          </div>
        ))}
      </dl>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the same moment is reached by keys on the whole stack. */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: see above. */}
      <div className="trend-plot" ref={host} onClick={pick} />
    </div>
  )
}
