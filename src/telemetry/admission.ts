import type { StoredChunk } from './codec/waveforms.ts'
import type { Gather, GatheredChunk } from './gather.ts'
import type { Newest } from './newest.ts'
import { sameChunk } from './parts.ts'
import { samplePeriod } from './periods.ts'
import type { Reading } from './reading.ts'
import { microsPerTenth, type Segment } from './segment.ts'
import { BatchSorter, type SortedBatch } from './sorting.ts'
import { isWithdrawn, lowerBound, mergeVersions, sameValue, type Versions } from './versions.ts'

const lookUpsAtOnce = 4

export interface AdmittedChunk extends StoredChunk {
  readonly commanded: boolean
}

/** What of a flush is new, sorted for the journal; `fresh[i]` tells whether the i-th sample as it arrived is in it. */
export interface Admitted {
  readonly segment: Segment
  readonly fresh: Uint8Array
}

/**
 * Leaves out what is stored already. The key of a reading is (series, measured time): the same value again is the same
 * reading; another value is a correction, and a new version. A sample after the series' newest is surely new, which
 * costs one comparison; only older ones are looked up in the store. What was withdrawn stays so when its device sends it
 * once more: only another value, or a person, brings it back.
 */
export class Admission {
  readonly #sorter = new BatchSorter()
  readonly #newest: Newest
  readonly #reading: Reading
  constructor(newest: Newest, reading: Reading) {
    this.#newest = newest
    this.#reading = reading
  }

  async admit(batch: Gather, stored: number): Promise<Admitted> {
    const sorted = this.#sorter.sort(batch)
    const existing = await this.#lookUp(batch, sorted)
    const fresh = new Uint8Array(batch.count)
    let kept = 0
    for (let run = 0; run < sorted.series.length; run++) {
      kept += markFresh(batch, sorted, run, existing.get(run), fresh)
    }
    return { segment: buildSegment(batch, sorted, fresh, kept, stored), fresh }
  }

  async admitChunks(chunks: readonly GatheredChunk[], stored: number): Promise<AdmittedChunk[]> {
    const admitted: AdmittedChunk[] = []
    for (const chunk of chunks) {
      const candidate = { ...chunk, stored }
      const earlier: StoredChunk[] = admitted.filter(
        (c) => c.series === chunk.series && c.startAt === chunk.startAt,
      )
      if (earlier.length === 0 && this.#newest.hasWave(chunk.series)) {
        if (chunk.startAt <= this.#newest.waveAt[chunk.series]!) {
          const there = await this.#reading.chunks(chunk.series, chunk.startAt, chunk.startAt + 1)
          earlier.unshift(...there.filter((c) => c.startAt === chunk.startAt))
        }
      }
      if (isNewChunk(candidate, earlier)) admitted.push(candidate)
    }
    return admitted
  }

  /** What is stored of each run's times that are not after the series' newest. */
  async #lookUp(batch: Gather, sorted: SortedBatch): Promise<Map<number, Versions>> {
    const old: number[] = []
    for (let run = 0; run < sorted.series.length; run++) {
      const series = sorted.series[run]!
      const first = batch.measuredAt[sorted.order[sorted.starts[run]!]!]!
      if (this.#newest.has(series) && first <= this.#newest.at[series]!) old.push(run)
    }
    const found = new Map<number, Versions>()
    for (let i = 0; i < old.length; i += lookUpsAtOnce) {
      await Promise.all(
        old.slice(i, i + lookUpsAtOnce).map(async (run) => {
          const until = this.#newest.at[sorted.series[run]!]!
          found.set(
            run,
            await this.#readStretches(sorted.series[run]!, stretchesOf(batch, sorted, run, until)),
          )
        }),
      )
    }
    return found
  }

  async #readStretches(series: number, stretches: readonly (readonly [number, number])[]): Promise<Versions> {
    const parts: Versions[] = []
    for (const [from, to] of stretches) parts.push(await this.#reading.versions(series, from, to))
    return mergeVersions(parts)
  }
}

function isNewChunk(candidate: AdmittedChunk, earlier: readonly StoredChunk[]): boolean {
  const last = earlier.at(-1)
  if (!last) return candidate.samples.length > 0
  const resent = last.samples.length === 0 && !candidate.commanded
  return !(resent ? earlier : [last]).some((one) => sameChunk(one, candidate))
}

/** Times of a run up to `until` as few ranges that leave out whole periods without any. */
function stretchesOf(
  batch: Gather,
  { order, starts }: SortedBatch,
  run: number,
  until: number,
): (readonly [number, number])[] {
  const stretches: [number, number][] = []
  for (let at = starts[run]!; at < starts[run + 1]!; at++) {
    const time = batch.measuredAt[order[at]!]!
    if (time > until) break
    const open = stretches.at(-1)
    if (open && time - open[1] < samplePeriod) open[1] = time + 1
    else stretches.push([time, time + 1])
  }
  return stretches
}

function markFresh(
  batch: Gather,
  { order, starts }: SortedBatch,
  run: number,
  existing: Versions | undefined,
  fresh: Uint8Array,
): number {
  let kept = 0
  let time = -1
  let known = false
  let value = 0
  let quality = 0
  for (let at = starts[run]!; at < starts[run + 1]!; at++) {
    const i = order[at]!
    if (batch.measuredAt[i] !== time) {
      time = batch.measuredAt[i]!
      known = false
      if (existing) {
        const before = lowerBound(existing.measuredAt, time + 1, 0, existing.count) - 1
        if (before >= 0 && existing.measuredAt[before] === time) {
          known = true
          value = existing.value[before]!
          quality = existing.quality[before]!
        }
      }
    }
    if (known && quality === batch.quality[i] && sameValue(value, batch.value[i]!)) continue
    if (known && isWithdrawn(quality) && isResent(batch, order, at, starts[run]!, existing)) continue
    fresh[i] = 1
    kept++
    known = true
    value = batch.value[i]!
    quality = batch.quality[i]!
  }
  return kept
}

/** Whether a withdrawn reading is sent once more, as it was before: in the store, or earlier in this flush. */
function isResent(
  batch: Gather,
  order: Uint32Array,
  at: number,
  start: number,
  existing: Versions | undefined,
): boolean {
  const i = order[at]!
  if (isWithdrawn(batch.quality[i]!) || batch.isCommanded(i)) return false
  const time = batch.measuredAt[i]!
  const isSame = (value: number, quality: number) =>
    quality === batch.quality[i] && sameValue(value, batch.value[i]!)
  for (let before = at - 1; before >= start; before--) {
    const j = order[before]!
    if (batch.measuredAt[j] !== time) break
    if (isSame(batch.value[j]!, batch.quality[j]!)) return true
  }
  if (!existing) return false
  for (let j = lowerBound(existing.measuredAt, time, 0, existing.count); j < existing.count; j++) {
    if (existing.measuredAt[j] !== time) return false
    if (isSame(existing.value[j]!, existing.quality[j]!)) return true
  }
  return false
}

function buildSegment(
  batch: Gather,
  sorted: SortedBatch,
  fresh: Uint8Array,
  kept: number,
  stored: number,
): Segment {
  const series: number[] = []
  const starts: number[] = [0]
  const segment = {
    measuredAt: new Float64Array(kept),
    value: new Float64Array(kept),
    quality: new Uint8Array(kept),
    received: new Float64Array(kept),
    stored,
  }
  let to = 0
  for (let run = 0; run < sorted.series.length; run++) {
    for (let at = sorted.starts[run]!; at < sorted.starts[run + 1]!; at++) {
      const i = sorted.order[at]!
      if (fresh[i] === 0) continue
      segment.measuredAt[to] = batch.measuredAt[i]!
      segment.value[to] = batch.value[i]!
      segment.quality[to] = batch.quality[i]!
      segment.received[to++] = Math.floor(batch.receivedAt[i]! / microsPerTenth)
    }
    if (to === starts.at(-1)) continue
    series.push(sorted.series[run]!)
    starts.push(to)
  }
  return { ...segment, series: Uint32Array.from(series), starts: Uint32Array.from(starts) }
}
