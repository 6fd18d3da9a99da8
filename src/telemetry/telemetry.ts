import type { Registry } from 'prom-client'
import type { Micros } from '../kernel/time.ts'
import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import type { Database } from '../platform/postgres/database.ts'
import { Admission } from './admission.ts'
import { decodeJournalSamples } from './codec/journal-samples.ts'
import { chunkEnd, decodeJournalWaveforms } from './codec/waveforms.ts'
import { type CompactionResult, createCompaction } from './compaction.ts'
import { createJournalConnection } from './journal-connection.ts'
import { JournalTail } from './journal-tail.ts'
import { JournalWriter } from './journal-writer.ts'
import { createMemory } from './keeping/memory.ts'
import type { TelemetryMemory } from './keeping/model.ts'
import type { LatestValue, SampleBatch, Series, StoredListener, Telemetry, WaveformChunk } from './model.ts'
import { Newest } from './newest.ts'
import { standingChunks } from './parts.ts'
import { clamp, endOfTime, longestChunkUs } from './periods.ts'
import { problems } from './problems.ts'
import { readBack } from './read-back.ts'
import { createReading, type Reading } from './reading.ts'
import { readDownsampled } from './rollups/read-downsampled.ts'
import { bandsOfMetric } from './rollups/write-rollups.ts'
import { createSeriesRegistry, type SeriesRegistry } from './series-registry.ts'
import { journalKind, readJournal } from './store/journal-store.ts'
import { loadLatest } from './store/series-store.ts'
import { createTelemetryMetrics } from './telemetry-metrics.ts'
import { standing } from './versions.ts'

export interface TelemetryDeps {
  readonly db: Database
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Registry
  /** Most bytes that may wait for the disk; beyond, append is refused. */
  readonly pendingLimitBytes?: number
  /** Most bytes of journal kept decoded. */
  readonly tailLimitBytes?: number
  /** How long a flush is tried again before its senders are refused. */
  readonly giveUpMs?: number
  /** How long one statement of the writer may take. */
  readonly statementTimeoutMs?: number
}

/** What is known of a series without reading it. */
export interface SeriesSpan {
  readonly kind: 'samples' | 'waveform'
  readonly firstAt: Micros
  /** Of a waveform: where its newest chunk starts. */
  readonly lastAt: Micros
}

/** The store, with what its own faces need beyond the `Telemetry` the other domains use. */
export interface TelemetryStore extends Telemetry {
  /** For jobs: moves the journal into blocks when that is due (with `all`: whatever is there). */
  compactOnce(options?: { readonly all?: boolean }): Promise<CompactionResult>
  /** Writes what waits, then lets go of the connection; later appends are refused. */
  close(): Promise<void>
  readonly reading: Reading
  /** As `append`, for what a person's command says about the past: it overrules withdrawals, and is told to no one. */
  restate(batch: SampleBatch): Promise<void>
  restateWaveforms(chunks: readonly WaveformChunk[]): Promise<void>
  /** Resolves when whatever was appended before is durable, or was refused. */
  settled(): Promise<void>
  allSeries(): Iterable<Series>
  spans(series: number): readonly SeriesSpan[]
  /** For what deletes, erases or imports rows. */
  readonly memory: TelemetryMemory
}

const mib = 1 << 20

export async function createTelemetry(deps: TelemetryDeps): Promise<TelemetryStore> {
  const { db, clock, log } = deps
  const registry = await createSeriesRegistry(db)
  const tail = new JournalTail(deps.tailLimitBytes ?? 64 * mib)
  const newest = new Newest()
  newest.reach(registry.largest())
  await warm(db, tail, newest)
  const reading = createReading(db, tail)
  await readBack(newest, reading)
  const listeners = new Set<StoredListener>()
  const writer = new JournalWriter({
    connection: createJournalConnection({ db, clock, log, timeoutMs: deps.statementTimeoutMs ?? 15_000 }),
    admission: new Admission(newest, reading),
    tail,
    newest,
    clock,
    log,
    metrics: () => metrics,
    readBack: () => readBack(newest, reading),
    stored: (batch, chunks) => tellListeners(listeners, log, batch, chunks),
    limitBytes: deps.pendingLimitBytes ?? 64 * mib,
    giveUpMs: deps.giveUpMs ?? 5_000,
  })
  const metrics = createTelemetryMetrics(deps.metrics, () => writer.pending().samples)
  const compaction = createCompaction({
    db,
    tail,
    clock,
    metrics: () => metrics,
    bandsOf: (series) => bandsOfMetric(registry.get(series)?.metric),
  })

  return {
    reading,
    compactOnce: (options) => compaction.compactOnce(options),
    close: () => writer.close(),
    allSeries: () => registry.all(),
    spans: (series) => spansOf(newest, series),
    memory: createMemory({ registry, newest, settled: () => writer.settled() }),
    seriesId: (patient, device, metric) => registry.id(patient, device, metric),
    knownSeriesId: (patient, device, metric) => registry.known(patient, device, metric),
    series: (id) => registry.get(id),
    seriesOfPatient: (patient) => registry.ofPatient(patient),
    settled: () => writer.settled(),
    async restate(batch) {
      checkBatch(batch, registry)
      if (batch.count > 0) await writer.append(batch, true)
    },
    async restateWaveforms(chunks) {
      for (const chunk of chunks) checkChunk(chunk, registry)
      if (chunks.length > 0) await writer.appendWaveforms(chunks, true)
    },
    async append(batch) {
      checkBatch(batch, registry)
      if (batch.count > 0) await writer.append(batch)
    },
    async appendWaveforms(chunks) {
      for (const chunk of chunks) checkChunk(chunk, registry)
      const pieces = chunks.flatMap(cutLong)
      if (pieces.length > 0) await writer.appendWaveforms(pieces)
    },
    latest: (patient) => latestOf(registry, newest, patient),
    async range(series, from, to) {
      const { measuredAt, value, quality } = standing(await reading.versions(series, ...clamp(from, to)))
      return { measuredAt, value, quality }
    },
    async downsampled(series, from, to, points) {
      const [start, end] = clamp(from, to)
      return readDownsampled(reading, [series], start, end, points)
    },
    async waveform(series, from, to) {
      return standingChunks(await reading.chunks(series, ...clamp(from, to)))
    },
    onStored(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    pending: () => writer.pending(),
  }
}

/** Latest values as compaction left them, then the journal's tail over them. */
async function warm(db: Database, tail: JournalTail, newest: Newest): Promise<void> {
  for (const row of await loadLatest(db)) newest.tellRow(row)
  for (let after = 0; ; ) {
    const entries = await readJournal(db, after, { rows: 500, samples: 500_000 })
    for (const entry of entries) {
      after = entry.id
      if (entry.kind === journalKind.samples) {
        const segment = decodeJournalSamples(entry.payload!)
        newest.tellSegment(segment)
        const min = segment.measuredAt.reduce((a, b) => Math.min(a, b), endOfTime)
        const max = segment.measuredAt.reduce((a, b) => Math.max(a, b), 0)
        tail.holdSegment(entry.id, segment, min, max)
        continue
      }
      const chunks = decodeJournalWaveforms(entry.payload!)
      for (const chunk of chunks) newest.tellWave(chunk.series, chunk.startAt)
      const min = chunks.reduce((least, chunk) => Math.min(least, chunk.startAt), endOfTime)
      const max = chunks.reduce((most, chunk) => Math.max(most, chunkEnd(chunk)), 0)
      tail.holdChunks(entry.id, chunks, min, max)
    }
    if (entries.length === 0) return
  }
}

function tellListeners(
  listeners: ReadonlySet<StoredListener>,
  log: Log,
  batch: SampleBatch,
  chunks: readonly WaveformChunk[],
): void {
  for (const listener of listeners) {
    try {
      if (batch.count > 0) listener.samples?.(batch)
      if (chunks.length > 0) listener.waveforms?.(chunks)
    } catch (error) {
      log.error({ error: (error as Error).name }, 'a listener to stored telemetry failed')
    }
  }
}

function latestOf(registry: SeriesRegistry, newest: Newest, patient: string): readonly LatestValue[] {
  const byMetric = new Map<string, LatestValue>()
  for (const series of registry.ofPatient(patient)) {
    const { metric } = series
    const sample = newest.standing(series.id)
    if (!sample) continue
    const measuredAt = sample.measuredAt as Micros
    if (measuredAt < (byMetric.get(metric)?.measuredAt ?? -1)) continue
    byMetric.set(metric, {
      series,
      measuredAt,
      receivedAt: sample.receivedAt as Micros,
      value: sample.value,
      quality: sample.quality,
    })
  }
  return [...byMetric.values()]
}

function spansOf(newest: Newest, series: number): SeriesSpan[] {
  const spans: SeriesSpan[] = []
  if (newest.has(series)) {
    const firstAt = newest.firstAt[series]! as Micros
    spans.push({ kind: 'samples', firstAt, lastAt: newest.at[series]! as Micros })
  }
  if (newest.hasWave(series)) {
    const firstAt = newest.waveFirstAt[series]! as Micros
    spans.push({ kind: 'waveform', firstAt, lastAt: newest.waveAt[series]! as Micros })
  }
  return spans
}

const isTime = (time: number): boolean => Number.isInteger(time) && time >= 0 && time < endOfTime

/** One bad sample refuses the batch before any of it is taken: the caller's bug, not the device's. */
function checkBatch(batch: SampleBatch, registry: SeriesRegistry): void {
  const { count, series, measuredAt, receivedAt, value, quality } = batch
  const shortest = Math.min(series.length, measuredAt.length, receivedAt.length, value.length, quality.length)
  if (!Number.isInteger(count) || count < 0 || count > shortest) {
    throw problems.badBatch('count does not fit the columns')
  }
  const largest = registry.largest()
  const { gone } = registry
  for (let i = 0; i < count; i++) {
    const id = series[i]!
    if (id === 0 || id > largest) throw problems.badBatch(`sample ${i} has an unknown series`)
    if (gone.size > 0 && gone.has(id)) throw problems.seriesErased()
    if (!isTime(measuredAt[i]!) || !isTime(receivedAt[i]!)) {
      throw problems.badBatch(`sample ${i} has a time that is no whole microsecond between 1970 and 2112`)
    }
  }
}

function checkChunk(chunk: WaveformChunk, registry: SeriesRegistry): void {
  if (registry.gone.has(chunk.series)) throw problems.seriesErased()
  if (!registry.get(chunk.series)) throw problems.badBatch('chunk of an unknown series')
  if (!isTime(chunk.startAt) || !isTime(chunk.receivedAt))
    throw problems.badBatch('chunk without a proper time')
  if (!(chunk.rateHz > 0 && chunk.rateHz <= 1e6)) throw problems.badBatch('chunk without a proper rate')
  if (!Number.isFinite(chunk.scale) || !Number.isFinite(chunk.offset)) {
    throw problems.badBatch('chunk without a finite scale and offset')
  }
}

function cutLong(chunk: WaveformChunk): WaveformChunk[] {
  const longest = Math.max(1, Math.floor((chunk.rateHz * longestChunkUs) / 1e6))
  if (chunk.samples.length <= longest) return [chunk]
  const pieces: WaveformChunk[] = []
  for (let at = 0; at < chunk.samples.length; at += longest) {
    const startAt = (chunk.startAt + Math.round((at / chunk.rateHz) * 1e6)) as Micros
    pieces.push({ ...chunk, startAt, samples: chunk.samples.subarray(at, at + longest) })
  }
  return pieces
}
