import type { Trend } from '../../../../src/telemetry/contract.ts'

/** One line a point: time in UTC, metric, value, unit. Gaps have no line. */
export function csvOf(trends: readonly Trend[]): string {
  const lines = trends.flatMap(({ metric, unit, timesMs, values }) =>
    timesMs.flatMap((ms, i) => {
      const value = values[i]
      return value == null ? [] : [`${new Date(ms).toISOString()},${metric},${value},${unit}`]
    }),
  )
  return ['time,metric,value,unit', ...lines, ''].join('\r\n')
}
