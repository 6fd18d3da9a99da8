/**
 * One flush's samples as they lie in the journal: runs by series (ascending), in each run by measured time, equal times
 * in order of arrival. Received and stored times are kept in tenths of a second: finer, they would cost more bytes than
 * the values themselves.
 */
export interface Segment {
  /** Ascending, each once. */
  readonly series: Uint32Array
  /** Run i is [starts[i], starts[i + 1]). */
  readonly starts: Uint32Array
  readonly measuredAt: Float64Array
  readonly value: Float64Array
  readonly quality: Uint8Array
  /** Tenths of a second since 1970. */
  readonly received: Float64Array
  /** Tenths of a second since 1970, of the whole flush. */
  readonly stored: number
}

export const microsPerTenth = 100_000

/** Index of the series' run, or -1. */
export function runOf(segment: Segment, series: number): number {
  const ids = segment.series
  let low = 0
  let high = ids.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const id = ids[middle]!
    if (id === series) return middle
    if (id < series) low = middle + 1
    else high = middle - 1
  }
  return -1
}

export const segmentBytes = (segment: Segment): number =>
  segment.measuredAt.length * 25 + segment.series.length * 8 + 200
