import type { Micros } from '../../kernel/time.ts'
import type {
  LatestValue,
  SampleBatch,
  Series,
  StoredListener,
  Telemetry,
  WaveformChunk,
} from '../../telemetry/model.ts'

interface Stored {
  readonly measuredAt: Micros
  readonly receivedAt: Micros
  readonly value: number
  readonly quality: number
}

/** Telemetry in memory, as its interface promises: durable at once, duplicates told once. Survives a "restart". */
export class FakeTelemetry implements Telemetry {
  readonly #series: Series[] = []
  readonly #samples = new Map<number, Stored[]>()
  #listeners = new Set<StoredListener>()

  /** What a killed process leaves: the samples, none of the listeners. */
  crash(): void {
    this.#listeners = new Set()
  }

  addSeries(patient: string | null, device: string, metric: string): number {
    const known = this.knownSeriesId(patient, device, metric)
    if (known !== undefined) return known
    const id = this.#series.length + 1
    this.#series.push({ id, patient, device, metric })
    this.#samples.set(id, [])
    return id
  }

  async seriesId(patient: string | null, device: string, metric: string): Promise<number> {
    return this.addSeries(patient, device, metric)
  }
  knownSeriesId(patient: string | null, device: string, metric: string): number | undefined {
    return this.#series.find((s) => s.patient === patient && s.device === device && s.metric === metric)?.id
  }
  series(id: number): Series | undefined {
    return this.#series[id - 1]
  }
  seriesOfPatient(patient: string): readonly Series[] {
    return this.#series.filter((series) => series.patient === patient)
  }

  async append(batch: SampleBatch): Promise<void> {
    this.store(batch)
  }

  /** As `append`, at once: for tests that step a clock. */
  store(batch: SampleBatch): void {
    const fresh: number[] = []
    for (let i = 0; i < batch.count; i++) {
      const samples = this.#samples.get(batch.series[i]!)!
      if (samples.some(({ measuredAt }) => measuredAt === batch.measuredAt[i])) continue
      samples.push({
        measuredAt: batch.measuredAt[i] as Micros,
        receivedAt: batch.receivedAt[i] as Micros,
        value: batch.value[i]!,
        quality: batch.quality[i]!,
      })
      fresh.push(i)
    }
    const told: SampleBatch = {
      count: fresh.length,
      series: Uint32Array.from(fresh, (i) => batch.series[i]!),
      measuredAt: Float64Array.from(fresh, (i) => batch.measuredAt[i]!),
      receivedAt: Float64Array.from(fresh, (i) => batch.receivedAt[i]!),
      value: Float64Array.from(fresh, (i) => batch.value[i]!),
      quality: Uint8Array.from(fresh, (i) => batch.quality[i]!),
    }
    if (told.count > 0) for (const listener of this.#listeners) listener.samples?.(told)
  }

  async appendWaveforms(chunks: readonly WaveformChunk[]): Promise<void> {
    for (const listener of this.#listeners) listener.waveforms?.(chunks)
  }

  latest(patient: string): readonly LatestValue[] {
    const newest = new Map<string, LatestValue>()
    for (const series of this.seriesOfPatient(patient)) {
      for (const stored of this.#samples.get(series.id)!) {
        const before = newest.get(series.metric)
        if (!before || stored.measuredAt >= before.measuredAt)
          newest.set(series.metric, { series, ...stored })
      }
    }
    return [...newest.values()]
  }

  async range(series: number, from: Micros, to: Micros) {
    const found = this.#samples
      .get(series)!
      .filter(({ measuredAt }) => measuredAt >= from && measuredAt < to)
      .sort((a, b) => a.measuredAt - b.measuredAt)
    return {
      measuredAt: Float64Array.from(found, ({ measuredAt }) => measuredAt),
      value: Float64Array.from(found, ({ value }) => value),
      quality: Uint8Array.from(found, ({ quality }) => quality),
    }
  }

  async downsampled(series: number, from: Micros, to: Micros) {
    const { measuredAt, value } = await this.range(series, from, to)
    return { measuredAt, value, rawCount: value.length }
  }
  async waveform(): Promise<readonly WaveformChunk[]> {
    return []
  }
  onStored(listener: StoredListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
  pending() {
    return { samples: 0, bytes: 0 }
  }
}
