import type { Trend } from '../../../../src/telemetry/contract.ts'

const rows = 48

/** The last value of each metric in each of equal pieces of time; undefined where nothing was measured. */
export function tabulate(trends: readonly Trend[], fromMs: number, toMs: number) {
  const stepMs = (toMs - fromMs) / rows
  const table = Array.from({ length: rows }, (_, i) => ({
    endMs: fromMs + (i + 1) * stepMs,
    values: trends.map((): number | undefined => undefined),
  }))
  trends.forEach(({ timesMs, values }, column) => {
    timesMs.forEach((ms, i) => {
      const row = table[Math.min(rows - 1, Math.floor((ms - fromMs) / stepMs))]
      const value = values[i]
      if (row && value != null) row.values[column] = value
    })
  })
  return table.filter((row) => row.values.some((value) => value !== undefined)).reverse()
}
