import type { Micros } from '../kernel/time.ts'

/** A series: one metric of one device on one patient (or of the device alone). Its number is stable for ever. */
export interface Series {
  readonly id: number
  readonly patient: string | null
  readonly device: string
  readonly metric: string
}

/** Quality of a sample, a bit set that survives to the Observation. */
export const quality = {
  good: 0,
  artefact: 1,
  leadOff: 2,
  estimated: 4,
  /** A missing value: the sample says the sensor could not measure. */
  missing: 8,
  test: 16,
  /** Withdrawn: kept, and read as an Observation that says so, but no value any more for charts, screens and alarms. */
  enteredInError: 32,
} as const

/** Scalar samples in columns; index i is one reading. Columns may be longer than `count`. */
export interface SampleBatch {
  readonly count: number
  readonly series: Uint32Array
  /** µs since 1970. */
  readonly measuredAt: Float64Array
  readonly receivedAt: Float64Array
  /** In the metric's unit; NaN where missing. */
  readonly value: Float64Array
  readonly quality: Uint8Array
}

/** Samples at a fixed rate; the value of sample i is `samples[i] · scale + offset`, its time `startAt + i / rateHz`. */
export interface WaveformChunk {
  readonly series: number
  readonly startAt: Micros
  readonly receivedAt: Micros
  readonly rateHz: number
  readonly scale: number
  readonly offset: number
  readonly samples: Int16Array
}

export interface LatestValue {
  readonly series: Series
  readonly measuredAt: Micros
  readonly receivedAt: Micros
  readonly value: number
  readonly quality: number
}

/**
 * Told after durability, in the order of storing; duplicates of what was told before are left out, and so is what is
 * said about the past (withdrawals, readings moved between patients). The columns are used again after the call: a
 * listener copies what it keeps.
 */
export interface StoredListener {
  samples?(batch: SampleBatch): void
  waveforms?(chunks: readonly WaveformChunk[]): void
}

export interface Telemetry {
  /** The series' number, made if new. From memory once known. */
  seriesId(patient: string | null, device: string, metric: string): Promise<number>
  /** As `seriesId`, but only where it is in memory already: the hot path. */
  knownSeriesId(patient: string | null, device: string, metric: string): number | undefined
  series(id: number): Series | undefined
  seriesOfPatient(patient: string): readonly Series[]
  /** Resolves when every sample is on disk. Rejects when it could not be made durable. The columns are copied. */
  append(batch: SampleBatch): Promise<void>
  /** A chunk without samples withdraws what starts at the same time. */
  appendWaveforms(chunks: readonly WaveformChunk[]): Promise<void>
  /** Newest by measured time that is not withdrawn, one for each metric of the patient (across devices), from memory. */
  latest(patient: string): readonly LatestValue[]
  /** Samples of one series in [from, to), by time, each once; without those withdrawn. */
  range(
    series: number,
    from: Micros,
    to: Micros,
  ): Promise<{ measuredAt: Float64Array; value: Float64Array; quality: Uint8Array }>
  /** At most `points` points that keep the peaks, plus raw count; gaps stay gaps. */
  downsampled(
    series: number,
    from: Micros,
    to: Micros,
    points: number,
  ): Promise<{ measuredAt: Float64Array; value: Float64Array; rawCount: number }>
  /** Waveform pieces that overlap [from, to), by time; without those withdrawn. */
  waveform(series: number, from: Micros, to: Micros): Promise<readonly WaveformChunk[]>
  onStored(listener: StoredListener): () => void
  /** Samples accepted but not yet durable: what a gateway reads to push back. */
  pending(): { readonly samples: number; readonly bytes: number }
}
