import { quality } from './model.ts'

/**
 * Samples of one series, sorted by measured time; equal times are versions of one reading, the oldest first. What is
 * visible of a reading is its last version; a version that repeats the one before it is none.
 */
export interface Versions {
  readonly count: number
  readonly measuredAt: Float64Array
  readonly value: Float64Array
  readonly quality: Uint8Array
  /** Tenths of a second since 1970. */
  readonly received: Float64Array
  readonly stored: Float64Array
}

export const noVersions: Versions = {
  count: 0,
  measuredAt: new Float64Array(0),
  value: new Float64Array(0),
  quality: new Uint8Array(0),
  received: new Float64Array(0),
  stored: new Float64Array(0),
}

/** Same number to the bit, so that 0 and -0 differ; every NaN says the same: missing. */
export const sameValue = (a: number, b: number): boolean => Object.is(a, b)

/** First index whose time is not before `time`. */
export function lowerBound(times: Float64Array, time: number, from = 0, to = times.length): number {
  let low = from
  let high = to
  while (low < high) {
    const middle = (low + high) >>> 1
    if (times[middle]! < time) low = middle + 1
    else high = middle
  }
  return low
}

export function slice(all: Versions, from: number, to: number): Versions {
  return {
    count: to - from,
    measuredAt: all.measuredAt.subarray(from, to),
    value: all.value.subarray(from, to),
    quality: all.quality.subarray(from, to),
    received: all.received.subarray(from, to),
    stored: all.stored.subarray(from, to),
  }
}

/** The part with times in [from, to). */
export function between(all: Versions, from: number, to: number): Versions {
  const start = lowerBound(all.measuredAt, from, 0, all.count)
  return slice(all, start, lowerBound(all.measuredAt, to, start, all.count))
}

export function allocateVersions(count: number): Versions {
  return {
    count,
    measuredAt: new Float64Array(count),
    value: new Float64Array(count),
    quality: new Uint8Array(count),
    received: new Float64Array(count),
    stored: new Float64Array(count),
  }
}

function copyRun(target: Versions, at: number, source: Versions): void {
  if (source.count < 16) {
    for (let i = 0; i < source.count; i++) copyOne(target, at + i, source, i)
    return
  }
  target.measuredAt.set(source.measuredAt, at)
  target.value.set(source.value, at)
  target.quality.set(source.quality, at)
  target.received.set(source.received, at)
  target.stored.set(source.stored, at)
}

function copyOne(target: Versions, to: number, source: Versions, from: number): void {
  target.measuredAt[to] = source.measuredAt[from]!
  target.value[to] = source.value[from]!
  target.quality[to] = source.quality[from]!
  target.received[to] = source.received[from]!
  target.stored[to] = source.stored[from]!
}

/** Columns that were filled in the order of storing, in the form of `Versions`. */
export function orderVersions(all: Versions): Versions {
  for (let i = 1; i < all.count; i++) {
    if (all.measuredAt[i]! < all.measuredAt[i - 1]!) return withoutRepeats(sortStable(all))
  }
  return withoutRepeats(all)
}

/** Merges parts given in the order they were stored, and leaves out versions that repeat the one before. */
export function mergeVersions(parts: readonly Versions[]): Versions {
  const filled = parts.filter((part) => part.count > 0)
  if (filled.length === 0) return noVersions
  if (filled.length === 1) return withoutRepeats(filled[0]!)
  const joined = allocateVersions(filled.reduce((sum, part) => sum + part.count, 0))
  let at = 0
  let sorted = true
  for (const part of filled) {
    if (at > 0 && joined.measuredAt[at - 1]! > part.measuredAt[0]!) sorted = false
    copyRun(joined, at, part)
    at += part.count
  }
  return withoutRepeats(sorted ? joined : sortStable(joined))
}

function sortStable(all: Versions): Versions {
  const order = new Uint32Array(all.count)
  for (let i = 0; i < order.length; i++) order[i] = i
  order.sort((a, b) => all.measuredAt[a]! - all.measuredAt[b]! || a - b)
  return pick(all, order)
}

function pick(all: Versions, order: Uint32Array): Versions {
  const picked = allocateVersions(order.length)
  for (let i = 0; i < order.length; i++) copyOne(picked, i, all, order[i]!)
  return picked
}

const repeats = (all: Versions, i: number): boolean =>
  all.measuredAt[i] === all.measuredAt[i - 1] &&
  all.quality[i] === all.quality[i - 1] &&
  sameValue(all.value[i]!, all.value[i - 1]!)

function withoutRepeats(all: Versions): Versions {
  let repeated = 0
  for (let i = 1; i < all.count; i++) if (repeats(all, i)) repeated++
  if (repeated === 0) return all
  const order = new Uint32Array(all.count - repeated)
  let to = 0
  for (let i = 0; i < all.count; i++) if (i === 0 || !repeats(all, i)) order[to++] = i
  return pick(all, order)
}

/** Only the last version of each reading. */
export function visible(all: Versions): Versions {
  let hidden = 0
  for (let i = 1; i < all.count; i++) if (all.measuredAt[i] === all.measuredAt[i - 1]) hidden++
  if (hidden === 0) return all
  const order = new Uint32Array(all.count - hidden)
  let to = 0
  for (let i = 0; i < all.count; i++) {
    if (i + 1 === all.count || all.measuredAt[i] !== all.measuredAt[i + 1]) order[to++] = i
  }
  return pick(all, order)
}

export const isWithdrawn = (bits: number): boolean => (bits & quality.enteredInError) !== 0

/** What charts, screens and statistics take: the last version of each reading, but of those withdrawn none. */
export function standing(all: Versions): Versions {
  const last = visible(all)
  if (!last.quality.some(isWithdrawn)) return last
  const kept = Uint32Array.from(last.quality.keys()).filter((i) => !isWithdrawn(last.quality[i]!))
  return pick(last, kept)
}

/** The last `count` readings with all their versions. */
export function newestReadings(all: Versions, count: number): Versions {
  let from = all.count
  for (let left = count; from > 0; from--) {
    if (from < all.count && all.measuredAt[from - 1] === all.measuredAt[from]) continue
    if (left-- === 0) break
  }
  return slice(all, from, all.count)
}

/** Readings, whatever their versions. */
export function countReadings(all: Versions): number {
  let count = 0
  for (let i = 0; i < all.count; i++) if (i === 0 || all.measuredAt[i] !== all.measuredAt[i - 1]) count++
  return count
}
