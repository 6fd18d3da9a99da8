/**
 * A patient's readings as lines of JSON (NDJSON), an hour of a series at a time: as much is read as the reader takes, so a
 * year leaves in the memory of an hour. By series, then by time; the last line tells that nothing was cut off.
 */
import { findMetric } from '../kernel/metrics/index.ts'
import { isoFromMicros, type Micros } from '../kernel/time.ts'
import type { Series } from './model.ts'
import { samplePeriod } from './periods.ts'
import type { PermittedTelemetry } from './permitted.ts'
import { microsPerTenth } from './segment.ts'
import { standing, type Versions } from './versions.ts'

export interface StreamedRange {
  readonly patient: string
  /** Absent: all. */
  readonly metrics?: readonly string[]
  readonly from: number
  readonly to: number
}

export async function* streamReadings(
  telemetry: PermittedTelemetry,
  what: StreamedRange,
): AsyncGenerator<string> {
  const wanted = telemetry
    .seriesOfPatient(what.patient)
    .filter((series) => what.metrics?.includes(series.metric) ?? true)
  let readings = 0
  for (const series of wanted) {
    const span = telemetry.spans(series.id).find((one) => one.kind === 'samples')
    if (!span) continue
    const to = Math.min(what.to, span.lastAt + 1)
    for (let at = Math.max(what.from, span.firstAt); at < to; ) {
      const end = Math.min(to, (Math.floor(at / samplePeriod) + 1) * samplePeriod)
      const all = standing(await telemetry.reading.versions(series.id, at, end))
      readings += all.count
      if (all.count > 0) yield linesOf(series, all)
      at = all.count > 0 ? end : await nextHour(telemetry, series, end, to)
    }
  }
  yield `${JSON.stringify({ end: true, readings })}\n`
}

/** Skips what has no block and is not in the journal, however long. */
async function nextHour(
  telemetry: PermittedTelemetry,
  series: Series,
  from: number,
  to: number,
): Promise<number> {
  if (from >= to) return to
  return (await telemetry.reading.nextAt(series.id, from)) ?? to
}

function linesOf({ metric, device }: Series, all: Versions): string {
  const unit = findMetric(metric)?.unit ?? '1'
  const lines = Array.from({ length: all.count }, (_, i) => {
    const value = all.value[i]!
    return JSON.stringify({
      metric,
      device,
      measuredAt: isoFromMicros(all.measuredAt[i]! as Micros),
      receivedAt: isoFromMicros((all.received[i]! * microsPerTenth) as Micros),
      value: Number.isFinite(value) ? value : null,
      unit,
      quality: all.quality[i]!,
    })
  })
  return `${lines.join('\n')}\n`
}
