/** Several trends onto one column of times. A time at which a metric has no point is undefined (drawn through), a gap null. */
import uPlot from 'uplot'
import type { Trend } from '../../../src/telemetry/contract.ts'

export function joinTrends(trends: readonly Trend[]): uPlot.AlignedData {
  if (trends.length === 0) return [[]]
  const tables = trends.map(({ timesMs, values }) => [[...timesMs], [...values]] as uPlot.AlignedData)
  return tables.length === 1 ? tables[0]! : uPlot.join(tables)
}
