import { findMetric } from '../../kernel/metrics/index.ts'
import type { TimeInRange } from '../contract.ts'
import { type Summary, summaryOfRollups, variance } from '../observation/statistics.ts'
import type { PermittedTelemetry } from '../permitted.ts'
import { hourUs, joinRollups, minuteUs } from './rollup.ts'
import { bandsOfMetric } from './write-rollups.ts'

/** Shorter than this, minutes are few enough to be read. */
const longestByMinutes = 6 * hourUs

/** What a patient's metric came to in [from, to), all devices together, and its share in each band. From roll-ups. */
export async function readTimeInRange(
  telemetry: PermittedTelemetry,
  what: { readonly patient: string; readonly metric: string; readonly from: number; readonly to: number },
): Promise<TimeInRange> {
  const { patient, metric, from, to } = what
  const bands = bandsOfMetric(metric)
  const width = to - from > longestByMinutes ? hourUs : minuteUs
  const series = telemetry.seriesOfPatient(patient).filter((one) => one.metric === metric)
  const parts = await Promise.all(
    series.map(({ id }) => telemetry.reading.rollups(id, width, from, to, bands)),
  )
  const rolled = joinRollups(parts, width)
  const summary = summaryOfRollups(rolled)
  const total = (column: Float64Array) => column.reduce((sum, one) => sum + one, 0)
  const inBand = bands.map((_, i) => (rolled.bands[i] ? total(rolled.bands[i]) : 0))
  return {
    metric,
    unit: findMetric(metric)?.unit ?? '1',
    readings: total(rolled.readings),
    values: summary.count,
    ...statisticsOf(summary),
    bands: bands.map(({ id, below, through }, i) => ({
      id,
      ...(below === undefined ? {} : { below }),
      ...(through === undefined ? {} : { through }),
      values: inBand[i]!,
      share: summary.count === 0 ? null : inBand[i]! / summary.count,
    })),
  }
}

const statisticsOf = (summary: Summary) => {
  const spread = variance(summary)
  return {
    mean: summary.count === 0 ? null : summary.sum / summary.count,
    min: summary.count === 0 ? null : summary.min,
    max: summary.count === 0 ? null : summary.max,
    standardDeviation: spread === undefined ? null : Math.sqrt(spread),
  }
}
