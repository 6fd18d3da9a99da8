/**
 * What a series measured in each minute or hour, in columns: entry i stands for [start[i], start[i] + width). It counts
 * readings as charts show them (the last version of each, none that was withdrawn); values that are missing count as
 * readings and as nothing else. Entries without a reading are left out; they are sorted by start.
 */
export interface Rollups {
  readonly widthUs: number
  readonly length: number
  readonly start: Float64Array
  readonly readings: Float64Array
  /** Of them those with a finite value; 0: the value columns say NaN. */
  readonly values: Float64Array
  readonly sum: Float64Array
  readonly squares: Float64Array
  readonly min: Float64Array
  readonly max: Float64Array
  readonly first: Float64Array
  readonly last: Float64Array
  /** µs of the first and the last reading with a value; where there is none, of the first and last reading. */
  readonly firstAt: Float64Array
  readonly lastAt: Float64Array
  /** µs of the first that is the lowest, and of the first that is the highest. */
  readonly minAt: Float64Array
  readonly maxAt: Float64Array
  /** Values in each band of the metric, one column a band; none where the metric has no bands. */
  readonly bands: readonly Float64Array[]
}

export const minuteUs = 60_000_000
export const hourUs = 3_600_000_000
export const dayUs = 24 * hourUs

export type RollupWidth = typeof minuteUs | typeof hourUs

/** The number columns, in the order in which they are coded. */
export const columnNames = [
  'start',
  'readings',
  'values',
  'sum',
  'squares',
  'min',
  'max',
  'first',
  'last',
  'firstAt',
  'lastAt',
  'minAt',
  'maxAt',
] as const

export type RollupColumn = (typeof columnNames)[number]

export function allocateRollups(widthUs: number, length: number, bandCount: number): Rollups {
  const columns = Object.fromEntries(columnNames.map((name) => [name, new Float64Array(length)]))
  return {
    ...(columns as Record<RollupColumn, Float64Array>),
    widthUs,
    length,
    bands: Array.from({ length: bandCount }, () => new Float64Array(length)),
  }
}

/** Entries [from, to). */
export const sliceRollups = (all: Rollups, from: number, to: number): Rollups => ({
  ...(Object.fromEntries(columnNames.map((name) => [name, all[name].subarray(from, to)])) as Record<
    RollupColumn,
    Float64Array
  >),
  widthUs: all.widthUs,
  length: to - from,
  bands: all.bands.map((band) => band.subarray(from, to)),
})

/** Entry `from` of one becomes entry `to` of another of the same width. */
function copyEntry(target: Rollups, to: number, source: Rollups, from: number): void {
  for (const name of columnNames) target[name][to] = source[name][from]!
  target.bands.forEach((band, i) => {
    band[to] = source.bands[i]?.[from] ?? 0
  })
}

/** Sums, and what is lowest, highest, first and last of both; for series that measured in the same period. */
function combineInto(target: Rollups, to: number, source: Rollups, from: number): void {
  target.readings[to]! += source.readings[from]!
  if (source.values[from] === 0) return
  if (target.values[to] === 0) {
    const { readings } = target
    const all = readings[to]!
    copyEntry(target, to, source, from)
    readings[to] = all
    return
  }
  target.values[to]! += source.values[from]!
  target.sum[to]! += source.sum[from]!
  target.squares[to]! += source.squares[from]!
  target.bands.forEach((band, i) => {
    band[to]! += source.bands[i]?.[from] ?? 0
  })
  takeWhere(target, to, source, from, 'min', 'minAt', source.min[from]! < target.min[to]!)
  takeWhere(target, to, source, from, 'max', 'maxAt', source.max[from]! > target.max[to]!)
  takeWhere(target, to, source, from, 'first', 'firstAt', source.firstAt[from]! < target.firstAt[to]!)
  takeWhere(target, to, source, from, 'last', 'lastAt', source.lastAt[from]! > target.lastAt[to]!)
}

function takeWhere(
  target: Rollups,
  to: number,
  source: Rollups,
  from: number,
  value: RollupColumn,
  at: RollupColumn,
  better: boolean,
): void {
  if (!better) return
  target[value][to] = source[value][from]!
  target[at][to] = source[at][from]!
}

/** All parts as one, by start; entries of the same period are combined. */
export function joinRollups(parts: readonly Rollups[], widthUs: number): Rollups {
  const entries = parts.flatMap((part) => Array.from({ length: part.length }, (_, i) => ({ part, i })))
  entries.sort((a, b) => a.part.start[a.i]! - b.part.start[b.i]!)
  const bandCount = Math.max(0, ...parts.map((part) => part.bands.length))
  const joined = allocateRollups(widthUs, entries.length, bandCount)
  let length = 0
  for (const { part, i } of entries) {
    if (length > 0 && joined.start[length - 1] === part.start[i]) combineInto(joined, length - 1, part, i)
    else copyEntry(joined, length++, part, i)
  }
  return sliceRollups(joined, 0, length)
}
