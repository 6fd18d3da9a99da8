import type { Rollups } from '../rollups/rollup.ts'

/** The statistics of FHIR's `$stats` (CodeSystem observation-statistics), over finite values in any order. */
export const statisticsSystem = 'http://terminology.hl7.org/CodeSystem/observation-statistics'

/** What values come to, and what can be added up from parts. */
export interface Summary {
  readonly count: number
  readonly sum: number
  readonly squares: number
  readonly min: number
  readonly max: number
}

export const noSummary: Summary = {
  count: 0,
  sum: 0,
  squares: 0,
  min: Number.POSITIVE_INFINITY,
  max: Number.NEGATIVE_INFINITY,
}

export const addSummary = (a: Summary, b: Summary): Summary => ({
  count: a.count + b.count,
  sum: a.sum + b.sum,
  squares: a.squares + b.squares,
  min: Math.min(a.min, b.min),
  max: Math.max(a.max, b.max),
})

/** In plain variables: of medians there may be millions of values. */
export function summaryOf(values: Float64Array): Summary {
  let { sum, squares, min, max } = noSummary
  for (const value of values) {
    sum += value
    squares += value * value
    if (value < min) min = value
    if (value > max) max = value
  }
  return { count: values.length, sum, squares, min, max }
}

export function summaryOfRollups(rolled: Rollups): Summary {
  let all = noSummary
  for (let i = 0; i < rolled.length; i++) {
    if (rolled.values[i] === 0) continue
    all = addSummary(all, {
      count: rolled.values[i]!,
      sum: rolled.sum[i]!,
      squares: rolled.squares[i]!,
      min: rolled.min[i]!,
      max: rolled.max[i]!,
    })
  }
  return all
}

/** Of a sample, so by n − 1; undefined of fewer than two. */
export function variance({ count, sum, squares }: Summary): number | undefined {
  if (count < 2) return undefined
  return Math.max(0, (squares - (sum * sum) / count) / (count - 1))
}

/** Between the two nearest ranks, linearly. */
function percentile(values: Float64Array, share: number): number {
  const sorted = values.toSorted()
  const rank = share * (sorted.length - 1)
  const below = Math.floor(rank)
  const low = sorted[below]!
  return low + (rank - below) * ((sorted[below + 1] ?? low) - low)
}

/** Those that a summary can tell. */
export const summarised: Readonly<Record<string, (summary: Summary) => number | undefined>> = {
  average: ({ sum, count }) => sum / count,
  maximum: ({ max }) => max,
  minimum: ({ min }) => min,
  count: ({ count }) => count,
  sum: ({ sum }) => sum,
  variance,
  'std-dev': (summary) => {
    const found = variance(summary)
    return found === undefined ? undefined : Math.sqrt(found)
  },
}

/** Those that need every value. */
export const ranked: Readonly<Record<string, (values: Float64Array) => number>> = {
  median: (values) => percentile(values, 0.5),
  '20-percent': (values) => percentile(values, 0.2),
  '80-percent': (values) => percentile(values, 0.8),
  '5-percent': (values) => percentile(values, 0.05),
  '95-percent': (values) => percentile(values, 0.95),
}

export const statisticNames: readonly string[] = [...Object.keys(summarised), ...Object.keys(ranked)]

/** Those whose result is a number of values and has no unit. */
export const unitless = new Set(['count'])
