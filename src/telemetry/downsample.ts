/**
 * M4 (Jugel et al., VLDB 2014): of each bucket the first, lowest, highest and last sample, in their order. Chosen over
 * LTTB because a one-sample peak is never lost, and a peak is what a clinician looks for.
 *
 * A gap is more than three times the usual interval and wider than a bucket; it stays a gap: one NaN inside it. Usual
 * is what is usual there, too: a memory read out minute by minute is no row of gaps before a stream of each second.
 */
export interface Downsampled {
  readonly measuredAt: Float64Array
  readonly value: Float64Array
  readonly rawCount: number
}

export const gapFactor = 3
/** How many intervals to either side say what is usual there. */
const neighbours = 5
/** Four samples and one gap a bucket. */
export const pointsPerBucket = 5

export function downsample(
  times: Float64Array,
  values: Float64Array,
  from: number,
  to: number,
  points: number,
): Downsampled {
  const out = new PointList(points)
  const gapUs = gapFactor * medianInterval(times)
  if (countWithGaps(times, gapUs) <= points) {
    for (let i = 0; i < times.length; i++) {
      if (isGap(times, i, gapUs)) out.gapBefore(times[i]!)
      out.add(times[i]!, values[i]!)
    }
    return out.done(times.length)
  }
  const buckets = Math.max(1, Math.floor(points / pointsPerBucket))
  const width = (to - from) / buckets
  const visibleGapUs = Math.max(gapUs, width)
  for (let start = 0; start < times.length; ) {
    const bucket = Math.floor((times[start]! - from) / width)
    let end = start + 1
    while (end < times.length && Math.floor((times[end]! - from) / width) === bucket) end++
    if (isGap(times, start, visibleGapUs)) out.gapBefore(times[start]!)
    addBucket(out, times, values, start, end)
    start = end
  }
  return out.done(times.length)
}

function addBucket(
  out: PointList,
  times: Float64Array,
  values: Float64Array,
  start: number,
  end: number,
): void {
  let first = -1
  let low = -1
  let high = -1
  let last = -1
  for (let i = start; i < end; i++) {
    const value = values[i]!
    if (Number.isNaN(value)) continue
    if (first < 0) first = i
    if (low < 0 || value < values[low]!) low = i
    if (high < 0 || value > values[high]!) high = i
    last = i
  }
  if (first < 0) {
    out.add(times[start]!, Number.NaN)
    return
  }
  let before = -1
  for (const i of [first, Math.min(low, high), Math.max(low, high), last]) {
    if (i === before) continue
    out.add(times[i]!, values[i]!)
    before = i
  }
}

export class PointList {
  readonly #times: Float64Array
  readonly #values: Float64Array
  #count = 0
  constructor(capacity: number) {
    this.#times = new Float64Array(capacity)
    this.#values = new Float64Array(capacity)
  }
  add(time: number, value: number): void {
    this.#times[this.#count] = time
    this.#values[this.#count++] = value
  }
  gapBefore(time: number): void {
    if (this.#count > 0) this.add(Math.floor((this.#times[this.#count - 1]! + time) / 2), Number.NaN)
  }
  done(rawCount: number): Downsampled {
    return {
      measuredAt: this.#times.slice(0, this.#count),
      value: this.#values.slice(0, this.#count),
      rawCount,
    }
  }
}

/** The usual time between samples, from at most about two thousand of them. */
export function medianInterval(times: Float64Array): number {
  const stride = Math.max(1, Math.floor(times.length / 2_000))
  const intervals: number[] = []
  for (let i = stride; i < times.length; i += stride) intervals.push(times[i]! - times[i - 1]!)
  if (intervals.length === 0) return Number.POSITIVE_INFINITY
  return intervals.sort((a, b) => a - b)[intervals.length >> 1]!
}

function countWithGaps(times: Float64Array, gapUs: number): number {
  let count = times.length
  for (let i = 1; i < times.length; i++) if (isGap(times, i, gapUs)) count++
  return count
}

/** Whether nothing was measured before sample `i` for longer than `gapUs`, and than is usual on either side of it. */
function isGap(times: Float64Array, i: number, gapUs: number): boolean {
  if (i === 0 || !(times[i]! - times[i - 1]! > gapUs)) return false
  const before = times.subarray(Math.max(0, i - 1 - neighbours), i)
  const after = times.subarray(i, i + 1 + neighbours)
  const usualUs = Math.max(...[before, after].map((side) => (side.length > 1 ? medianInterval(side) : 0)))
  return times[i]! - times[i - 1]! > gapFactor * usualUs
}
