import type { SampleBatch, WaveformChunk } from './model.ts'

/** A person's command says something about the past: it overrules what was withdrawn before, and is news to no one. */
export interface GatheredChunk extends WaveformChunk {
  readonly commanded: boolean
}

/** Waits for the commit that carries what it gave. */
export interface Waiter {
  resolve(): void
  reject(error: Error): void
}

/**
 * What came in since the last flush began, in order of arrival. Two of these take turns: one gathers while the other is
 * being written, and their columns are used again and again.
 */
export class Gather implements SampleBatch {
  count = 0
  series = new Uint32Array(4096)
  measuredAt = new Float64Array(4096)
  receivedAt = new Float64Array(4096)
  value = new Float64Array(4096)
  quality = new Uint8Array(4096)
  chunks: GatheredChunk[] = []
  chunkSamples = 0
  waiters: Waiter[] = []
  /** Stretches of the columns that were given by a person's command. */
  commanded: (readonly [from: number, to: number])[] = []

  get empty(): boolean {
    return this.waiters.length === 0
  }

  isCommanded(i: number): boolean {
    return this.commanded.some(([from, to]) => i >= from && i < to)
  }

  add(batch: SampleBatch, commanded = false): void {
    const { count } = batch
    this.#reserve(this.count + count)
    if (commanded) this.commanded.push([this.count, this.count + count])
    this.series.set(batch.series.subarray(0, count), this.count)
    this.measuredAt.set(batch.measuredAt.subarray(0, count), this.count)
    this.receivedAt.set(batch.receivedAt.subarray(0, count), this.count)
    this.value.set(batch.value.subarray(0, count), this.count)
    this.quality.set(batch.quality.subarray(0, count), this.count)
    this.count += count
  }

  addChunks(chunks: readonly WaveformChunk[], commanded = false): void {
    for (const chunk of chunks) {
      this.chunks.push({ ...chunk, samples: chunk.samples.slice(), commanded })
      this.chunkSamples += chunk.samples.length
    }
  }

  clear(): void {
    this.count = 0
    this.chunks = []
    this.chunkSamples = 0
    this.waiters = []
    this.commanded = []
  }

  #reserve(needed: number): void {
    if (needed <= this.series.length) return
    const length = Math.max(needed, this.series.length * 2)
    this.series = widen(this.series, new Uint32Array(length))
    this.measuredAt = widen(this.measuredAt, new Float64Array(length))
    this.receivedAt = widen(this.receivedAt, new Float64Array(length))
    this.value = widen(this.value, new Float64Array(length))
    this.quality = widen(this.quality, new Uint8Array(length))
  }
}

function widen<T extends Uint32Array | Float64Array | Uint8Array>(column: T, wider: T): T {
  wider.set(column)
  return wider
}
