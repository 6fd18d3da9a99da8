/** The statistics of FHIR's `$stats` (CodeSystem observation-statistics), over finite values in any order. */
export const statisticsSystem = 'http://terminology.hl7.org/CodeSystem/observation-statistics'

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0)
const mean = (values: Float64Array): number => sum(values) / values.length

/** Of a sample, so by n − 1; undefined of fewer than two. */
function variance(values: Float64Array): number | undefined {
  if (values.length < 2) return undefined
  const middle = mean(values)
  return values.reduce((total, value) => total + (value - middle) ** 2, 0) / (values.length - 1)
}

/** Between the two nearest ranks, linearly. */
function percentile(values: Float64Array, share: number): number {
  const sorted = values.toSorted()
  const rank = share * (sorted.length - 1)
  const below = Math.floor(rank)
  const low = sorted[below]!
  return low + (rank - below) * ((sorted[below + 1] ?? low) - low)
}

type Statistic = (values: Float64Array) => number | undefined

export const statistics: Readonly<Record<string, Statistic>> = {
  average: mean,
  maximum: (values) => values.reduce((a, b) => Math.max(a, b)),
  minimum: (values) => values.reduce((a, b) => Math.min(a, b)),
  count: (values) => values.length,
  median: (values) => percentile(values, 0.5),
  sum,
  variance,
  'std-dev': (values) => {
    const found = variance(values)
    return found === undefined ? undefined : Math.sqrt(found)
  },
  '20-percent': (values) => percentile(values, 0.2),
  '80-percent': (values) => percentile(values, 0.8),
  '5-percent': (values) => percentile(values, 0.05),
  '95-percent': (values) => percentile(values, 0.95),
}

/** Those whose result is a number of values and has no unit. */
export const unitless = new Set(['count'])
