import { findMetric } from '../kernel/metrics/index.ts'
import type { Trend } from './contract.ts'
import { clamp } from './periods.ts'
import type { PermittedTelemetry } from './permitted.ts'
import { readDownsampled } from './rollups/read-downsampled.ts'

/**
 * One metric of a patient over time, all devices together; where two measured at one moment, the later stored counts
 * (in a roll-up, both).
 */
export async function readTrend(
  telemetry: PermittedTelemetry,
  query: {
    readonly patient: string
    readonly metric: string
    readonly from: number
    readonly to: number
    readonly points: number
  },
): Promise<Trend> {
  const series = telemetry.seriesOfPatient(query.patient).filter((one) => one.metric === query.metric)
  const spans = series.flatMap((one) => telemetry.spans(one.id).filter((span) => span.kind === 'samples'))
  const [from, to] = clamp(
    Math.max(query.from, Math.min(...spans.map((span) => span.firstAt))),
    Math.min(query.to, Math.max(...spans.map((span) => span.lastAt)) + 1),
  )
  const unit = findMetric(query.metric)?.unit ?? '1'
  const empty = { metric: query.metric, unit, timesMs: [], values: [], rawCount: 0 }
  if (spans.length === 0 || from >= to) return empty
  const {
    measuredAt: times,
    value: values,
    rawCount,
  } = await readDownsampled(
    telemetry.reading,
    series.map((one) => one.id),
    from,
    to,
    query.points,
  )
  return {
    metric: query.metric,
    unit,
    timesMs: Array.from(times, (time) => time / 1_000),
    values: Array.from(values, (one) => (Number.isFinite(one) ? one : null)),
    rawCount,
  }
}
