import { type Downsampled, gapFactor, PointList, pointsPerBucket } from '../downsample.ts'
import { hourUs, minuteUs, type Rollups, type RollupWidth } from './rollup.ts'

/** The coarsest roll-up of which a bucket holds at least two; undefined: the readings themselves. */
export function widthFor(from: number, to: number, points: number): RollupWidth | undefined {
  const bucketUs = (to - from) / bucketCount(points)
  return [hourUs, minuteUs].find((width) => bucketUs >= 2 * width) as RollupWidth | undefined
}

/** One less than of raw readings: buckets begin on whole periods, so a range may touch one more. */
const bucketCount = (points: number): number => Math.max(1, Math.floor(points / pointsPerBucket) - 1)

/**
 * M4 as `downsample` does it, from roll-ups: buckets are whole multiples of their period, so first, lowest, highest and
 * last of each are exactly those of its readings.
 */
export function downsampleRollups(all: Rollups, from: number, to: number, points: number): Downsampled {
  const widthUs = Math.ceil((to - from) / bucketCount(points) / all.widthUs) * all.widthUs
  const gapUs = Math.max(gapFactor * usualInterval(all), widthUs)
  const out = new PointList(points)
  let rawCount = 0
  for (let start = 0; start < all.length; ) {
    const bucket = Math.floor(all.start[start]! / widthUs)
    let end = start
    for (; end < all.length && Math.floor(all.start[end]! / widthUs) === bucket; end++) {
      rawCount += all.readings[end]!
    }
    if (start > 0 && all.firstAt[start]! - all.lastAt[start - 1]! > gapUs) out.gapBefore(all.firstAt[start]!)
    addBucket(out, all, start, end)
    start = end
  }
  return out.done(rawCount)
}

function addBucket(out: PointList, all: Rollups, start: number, end: number): void {
  let first = -1
  let low = -1
  let high = -1
  let last = -1
  for (let i = start; i < end; i++) {
    if (all.values[i] === 0) continue
    if (first < 0) first = i
    if (low < 0 || all.min[i]! < all.min[low]!) low = i
    if (high < 0 || all.max[i]! > all.max[high]!) high = i
    last = i
  }
  if (first < 0) {
    out.add(all.firstAt[start]!, Number.NaN)
    return
  }
  const points = [
    { at: all.firstAt[first]!, value: all.first[first]! },
    { at: all.minAt[low]!, value: all.min[low]! },
    { at: all.maxAt[high]!, value: all.max[high]! },
    { at: all.lastAt[last]!, value: all.last[last]! },
  ].sort((a, b) => a.at - b.at)
  points.forEach(({ at, value }, i) => {
    if (points[i - 1]?.at !== at) out.add(at, value)
  })
}

/** The usual time between readings, by what entries with more than one say; else between entries. */
function usualInterval(all: Rollups): number {
  const intervals: number[] = []
  for (let i = 0; i < all.length; i++) {
    if (all.values[i]! > 1) intervals.push((all.lastAt[i]! - all.firstAt[i]!) / (all.values[i]! - 1))
    else if (i > 0) intervals.push(all.firstAt[i]! - all.lastAt[i - 1]!)
  }
  return intervals.sort((a, b) => a - b)[intervals.length >> 1] ?? Number.POSITIVE_INFINITY
}
