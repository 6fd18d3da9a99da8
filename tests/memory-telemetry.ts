import type { Micros } from '../src/kernel/time.ts'
import type { SampleBatch, Series, StoredListener, Telemetry, WaveformChunk } from '../src/telemetry/model.ts'

export interface StoredReading {
  readonly patient: string | null
  readonly device: string
  readonly metric: string
  readonly measuredAt: number
  readonly value: number
  readonly quality: number
}

/** Telemetry in memory that can be told to hold, or to fail: for what stands above it. Drops duplicates. */
export class MemoryTelemetry implements Telemetry {
  readonly #series: Series[] = []
  readonly #byName = new Map<string, number>()
  readonly #stored = new Map<string, StoredReading>()
  readonly chunks: WaveformChunk[] = []
  readonly listeners = new Set<StoredListener>()
  batches = 0
  failing = false
  pendingBytes = 0
  #gate: { readonly open: Promise<void>; readonly release: () => void } | undefined

  get readings(): readonly StoredReading[] {
    return [...this.#stored.values()]
  }

  /** From now on nothing becomes durable, until `release`. */
  hold(): void {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#gate = { open: promise, release: resolve }
  }
  release(): void {
    this.#gate?.release()
    this.#gate = undefined
  }

  async seriesId(patient: string | null, device: string, metric: string): Promise<number> {
    const known = this.knownSeriesId(patient, device, metric)
    if (known !== undefined) return known
    this.#series.push({ id: this.#series.length, patient, device, metric })
    this.#byName.set(`${patient}\n${device}\n${metric}`, this.#series.length - 1)
    return this.#series.length - 1
  }
  knownSeriesId(patient: string | null, device: string, metric: string): number | undefined {
    return this.#byName.get(`${patient}\n${device}\n${metric}`)
  }
  series(id: number): Series | undefined {
    return this.#series[id]
  }
  seriesOfPatient(patient: string): readonly Series[] {
    return this.#series.filter((series) => series.patient === patient)
  }

  async #durable(): Promise<void> {
    await this.#gate?.open
    if (this.failing) throw new Error('the disk is full')
  }
  async append(given: SampleBatch): Promise<void> {
    const batch = copyOf(given)
    await this.#durable()
    this.batches++
    for (let i = 0; i < batch.count; i++) {
      const { patient, device, metric } = this.#series[batch.series[i]!]!
      const measuredAt = batch.measuredAt[i]!
      const reading = {
        patient,
        device,
        metric,
        measuredAt,
        value: batch.value[i]!,
        quality: batch.quality[i]!,
      }
      this.#stored.set(`${batch.series[i]} ${measuredAt}`, reading)
    }
  }
  async appendWaveforms(chunks: readonly WaveformChunk[]): Promise<void> {
    await this.#durable()
    this.chunks.push(...chunks)
  }
  latest(patient: string) {
    return this.seriesOfPatient(patient).flatMap((series) => {
      const own = this.readings.filter((r) => r.device === series.device && r.metric === series.metric)
      const newest = own.sort((a, b) => b.measuredAt - a.measuredAt)[0]
      if (!newest) return []
      const measuredAt = newest.measuredAt as Micros
      return [{ series, measuredAt, receivedAt: measuredAt, value: newest.value, quality: newest.quality }]
    })
  }
  range(): never {
    throw new Error('not kept here')
  }
  downsampled(): never {
    throw new Error('not kept here')
  }
  waveform(): never {
    throw new Error('not kept here')
  }
  onStored(listener: StoredListener): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
  pending() {
    return { samples: 0, bytes: this.pendingBytes }
  }
}

const copyOf = ({ count, ...columns }: SampleBatch): SampleBatch => ({
  count,
  series: columns.series.slice(0, count),
  measuredAt: columns.measuredAt.slice(0, count),
  receivedAt: columns.receivedAt.slice(0, count),
  value: columns.value.slice(0, count),
  quality: columns.quality.slice(0, count),
})
