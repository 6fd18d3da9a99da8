import { quality, type SampleBatch } from '../model.ts'
import { microsPerTenth } from '../segment.ts'
import type { TelemetryStore } from '../telemetry.ts'
import { isWithdrawn, lowerBound, sameValue, type Versions } from '../versions.ts'

/** Versions [from, to) of one reading: what was said of it since it was last withdrawn. */
type Said = readonly [from: number, to: number]

/**
 * Withdraws the readings of a series in [from, to); with a target, gives them to that series first, so that they are
 * never in neither. Done again after a crash it finds what is left to do. @returns how many readings were withdrawn.
 */
export async function restateSamples(
  telemetry: TelemetryStore,
  source: number,
  target: number | undefined,
  from: number,
  to: number,
): Promise<number> {
  const all = await telemetry.reading.versions(source, from, to)
  const said = saidOfEach(all)
  if (said.length === 0) return 0
  if (target !== undefined) {
    const there = await telemetry.reading.versions(target, from, to)
    const missing = said.filter((one) => !endsWith(there, all, one))
    await telemetry.restate(movedBatch(target, all, missing))
  }
  await telemetry.restate(withdrawalBatch(source, all, said, target !== undefined))
  return said.length
}

/** Of each reading that is not withdrawn, its versions since it last was. */
function saidOfEach(all: Versions): Said[] {
  const said: Said[] = []
  for (let start = 0; start < all.count; ) {
    let end = start
    let since = start
    for (; end < all.count && all.measuredAt[end] === all.measuredAt[start]; end++) {
      if (isWithdrawn(all.quality[end]!)) since = end + 1
    }
    if (since < end) said.push([since, end])
    start = end
  }
  return said
}

/** Whether the last that is known there of the reading is just this. */
function endsWith(there: Versions, all: Versions, [from, to]: Said): boolean {
  const time = all.measuredAt[from]!
  const end = lowerBound(there.measuredAt, time + 1, 0, there.count)
  const start = end - (to - from)
  if (start < 0 || there.measuredAt[start] !== time) return false
  for (let i = 0; i < to - from; i++) {
    if (there.quality[start + i] !== all.quality[from + i]) return false
    if (!sameValue(there.value[start + i]!, all.value[from + i]!)) return false
  }
  return true
}

/** Measured and received times, values and quality as they were. */
function movedBatch(series: number, all: Versions, said: readonly Said[]): SampleBatch {
  const indexes = said.flatMap(([from, to]) => Array.from({ length: to - from }, (_, i) => from + i))
  return {
    count: indexes.length,
    series: new Uint32Array(indexes.length).fill(series),
    measuredAt: Float64Array.from(indexes, (i) => all.measuredAt[i]!),
    receivedAt: Float64Array.from(indexes, (i) => all.received[i]! * microsPerTenth),
    value: Float64Array.from(indexes, (i) => all.value[i]!),
    quality: Uint8Array.from(indexes, (i) => all.quality[i]!),
  }
}

/** What was another's leaves no value behind; what was wrong keeps the value that is said to be wrong. */
function withdrawalBatch(series: number, all: Versions, said: readonly Said[], moved: boolean): SampleBatch {
  const last = said.map(([, to]) => to - 1)
  return {
    count: last.length,
    series: new Uint32Array(last.length).fill(series),
    measuredAt: Float64Array.from(last, (i) => all.measuredAt[i]!),
    receivedAt: Float64Array.from(last, (i) => all.received[i]! * microsPerTenth),
    value: Float64Array.from(last, (i) => (moved ? Number.NaN : all.value[i]!)),
    quality: Uint8Array.from(last, (i) =>
      moved ? quality.enteredInError | quality.missing : all.quality[i]! | quality.enteredInError,
    ),
  }
}
