import { microsPerTenth, type Segment } from './segment.ts'
import type { LatestRow } from './store/series-store.ts'
import { isWithdrawn } from './versions.ts'

export interface NewestSample {
  readonly measuredAt: number
  readonly receivedAt: number
  readonly value: number
  readonly quality: number
}

/** More than latency and the grain of kept times explain. */
const aheadUs = 2_000_000

/**
 * First and newest sample of each series, in columns indexed by the series' number. Invariant: `at` is never before the
 * newest durable sample, so a sample after it is surely new.
 */
export class Newest {
  firstAt = new Float64Array(0)
  at = new Float64Array(0)
  receivedAt = new Float64Array(0)
  value = new Float64Array(0)
  quality = new Uint8Array(0)
  /** Starts of the first and the newest waveform chunk. */
  waveFirstAt = new Float64Array(0)
  waveAt = new Float64Array(0)
  /** What is shown of a series whose newest sample is withdrawn; none where everything is. */
  readonly #standIns = new Map<number, NewestSample>()
  readonly #toReadBack = new Set<number>()
  /** What came after a newest sample that was measured before its time: a clock that ran ahead was put right. */
  readonly #overtaking = new Map<number, NewestSample>()

  /** Makes room for series numbers up to `largest`. */
  reach(largest: number): void {
    if (largest < this.at.length) return
    const length = Math.max(1024, largest + 1, this.at.length * 2)
    this.firstAt = grow(this.firstAt, length, Number.POSITIVE_INFINITY)
    this.at = grow(this.at, length, Number.NEGATIVE_INFINITY)
    this.receivedAt = grow(this.receivedAt, length, 0)
    this.value = grow(this.value, length, Number.NaN)
    this.waveFirstAt = grow(this.waveFirstAt, length, Number.POSITIVE_INFINITY)
    this.waveAt = grow(this.waveAt, length, Number.NEGATIVE_INFINITY)
    const quality = new Uint8Array(length)
    quality.set(this.quality)
    this.quality = quality
  }

  has(series: number): boolean {
    return series < this.at.length && this.at[series]! !== Number.NEGATIVE_INFINITY
  }

  hasWave(series: number): boolean {
    return series < this.waveAt.length && this.waveAt[series]! !== Number.NEGATIVE_INFINITY
  }

  /** The newest sample that is not withdrawn. */
  standing(series: number): NewestSample | undefined {
    if (!this.has(series)) return undefined
    if (isWithdrawn(this.quality[series]!)) return this.#standIns.get(series)
    const overtaking = this.#overtaking.get(series)
    if (overtaking) return overtaking
    return {
      measuredAt: this.at[series]!,
      receivedAt: this.receivedAt[series]!,
      value: this.value[series]!,
      quality: this.quality[series]!,
    }
  }

  /** Series whose newest sample is withdrawn and of which something was stored since they were last read back. */
  toReadBack(): readonly number[] {
    return [...this.#toReadBack]
  }

  standIn(series: number, sample: NewestSample): void {
    this.#standIns.set(series, sample)
  }

  wasReadBack(series: number): void {
    this.#toReadBack.delete(series)
  }

  /** Until it is read back, a series whose newest sample is withdrawn shows nothing. */
  #noteWithdrawn(series: number): void {
    if (this.#standIns.size > 0) this.#standIns.delete(series)
    if (isWithdrawn(this.quality[series]!)) this.#toReadBack.add(series)
  }

  tell(series: number, measuredAt: number, receivedAt: number, value: number, quality: number): void {
    this.reach(series)
    if (measuredAt < this.firstAt[series]!) this.firstAt[series] = measuredAt
    if (measuredAt < this.at[series]!) {
      if (this.at[series]! - this.receivedAt[series]! > aheadUs) {
        this.#overtake(series, { measuredAt, receivedAt, value, quality })
      }
      return
    }
    if (this.#overtaking.size > 0) this.#overtaking.delete(series)
    this.at[series] = measuredAt
    this.receivedAt[series] = receivedAt
    this.value[series] = value
    this.quality[series] = quality
  }

  /** Not a sample that is only late: it was measured after the one ahead was received. */
  #overtake(series: number, sample: NewestSample): void {
    const shown = this.#overtaking.get(series)
    const since = shown?.measuredAt ?? this.receivedAt[series]! - aheadUs
    if (sample.measuredAt < since) return
    if (!isWithdrawn(sample.quality)) this.#overtaking.set(series, sample)
    else if (shown?.measuredAt === sample.measuredAt) this.#overtaking.delete(series)
  }

  tellWave(series: number, startAt: number): void {
    this.reach(series)
    if (startAt < this.waveFirstAt[series]!) this.waveFirstAt[series] = startAt
    if (startAt > this.waveAt[series]!) this.waveAt[series] = startAt
  }

  /** Nothing of the series is left. */
  forget(series: number): void {
    if (series >= this.at.length) return
    this.firstAt[series] = Number.POSITIVE_INFINITY
    this.at[series] = Number.NEGATIVE_INFINITY
    this.receivedAt[series] = 0
    this.value[series] = Number.NaN
    this.quality[series] = 0
  }

  forgetWave(series: number): void {
    if (series >= this.waveAt.length) return
    this.waveFirstAt[series] = Number.POSITIVE_INFINITY
    this.waveAt[series] = Number.NEGATIVE_INFINITY
  }

  tellSegment(segment: Segment): void {
    this.reach(segment.series.at(-1) ?? 0)
    for (let run = 0; run < segment.series.length; run++) {
      const first = segment.starts[run]!
      const last = segment.starts[run + 1]! - 1
      this.#tellIndex(segment, run, first)
      if (last > first) this.#tellIndex(segment, run, last)
      this.#noteWithdrawn(segment.series[run]!)
    }
  }

  #tellIndex(segment: Segment, run: number, i: number): void {
    const received = segment.received[i]! * microsPerTenth
    this.tell(segment.series[run]!, segment.measuredAt[i]!, received, segment.value[i]!, segment.quality[i]!)
  }

  tellRow(row: LatestRow): void {
    this.reach(row.series)
    if (row.kind === 1) {
      this.tellWave(row.series, row.firstAt)
      this.tellWave(row.series, row.lastAt)
      return
    }
    this.tell(row.series, row.lastAt, row.receivedAt, row.value, row.quality)
    if (row.firstAt < this.firstAt[row.series]!) this.firstAt[row.series] = row.firstAt
    this.#noteWithdrawn(row.series)
  }
}

function grow(column: Float64Array<ArrayBuffer>, length: number, empty: number): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(length).fill(empty)
  grown.set(column)
  return grown
}
