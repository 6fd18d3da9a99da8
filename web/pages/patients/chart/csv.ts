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

export function saveFile(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/csv' }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  URL.revokeObjectURL(address)
}
