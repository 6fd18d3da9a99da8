import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import type { Admission, Admitted, AdmittedChunk } from './admission.ts'
import { encodeJournalSamples } from './codec/journal-samples.ts'
import { chunkEnd, encodeJournalWaveforms } from './codec/waveforms.ts'
import { Gather } from './gather.ts'
import type { JournalConnection } from './journal-connection.ts'
import type { JournalTail } from './journal-tail.ts'
import type { SampleBatch, WaveformChunk } from './model.ts'
import type { Newest } from './newest.ts'
import { problems } from './problems.ts'
import { microsPerTenth } from './segment.ts'
import { type JournalRow, journalKind } from './store/journal-store.ts'
import type { TelemetryMetrics } from './telemetry-metrics.ts'
import { isWithdrawn } from './versions.ts'

export interface JournalWriterDeps {
  readonly connection: JournalConnection
  readonly admission: Admission
  readonly tail: JournalTail
  readonly newest: Newest
  readonly clock: Clock
  readonly log: Log
  readonly metrics: () => TelemetryMetrics
  /** Reads back what is newest where the newest was withdrawn. */
  readonly readBack: () => Promise<void>
  /** What is stored and new: told after the commit; the columns are good only during the call. */
  readonly stored: (batch: SampleBatch, chunks: readonly WaveformChunk[]) => void
  readonly limitBytes: number
  /** How long a flush is tried again before those who wait are refused. */
  readonly giveUpMs: number
}

const bytesPerSample = 29
const longestPauseMs = 1_000

interface Prepared {
  readonly rows: readonly JournalRow[]
  readonly admitted: Admitted
  readonly chunks: readonly AdmittedChunk[]
}

/**
 * Group commit. Idle, an append is flushed at once; while a flush is under way others gather and go together in the
 * next, so that load makes batches larger instead of queues longer. One flush is one row for samples and one for
 * waveforms in one statement.
 */
export class JournalWriter {
  readonly #deps: JournalWriterDeps
  #gathering = new Gather()
  #writing = new Gather()
  #busy: Promise<void> | undefined
  #closed = false

  constructor(deps: JournalWriterDeps) {
    this.#deps = deps
  }

  pending(): { samples: number; bytes: number } {
    const both = [this.#gathering, this.#writing]
    const samples = both.reduce((sum, gather) => sum + gather.count, 0)
    const waveSamples = both.reduce((sum, gather) => sum + gather.chunkSamples, 0)
    return { samples: samples + waveSamples, bytes: samples * bytesPerSample + waveSamples * 2 }
  }

  append(batch: SampleBatch, commanded = false): Promise<void> {
    return this.#take(batch.count * bytesPerSample, (gather) => gather.add(batch, commanded))
  }

  appendWaveforms(chunks: readonly WaveformChunk[], commanded = false): Promise<void> {
    const bytes = chunks.reduce((sum, chunk) => sum + chunk.samples.length * 2, 0)
    return this.#take(bytes, (gather) => gather.addChunks(chunks, commanded))
  }

  /** Resolves when everything taken so far is durable, or was refused. */
  settled(): Promise<void> {
    return this.#take(0, () => {})
  }

  /** Writes what is there and takes no more. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#busy
    await this.#deps.connection.close()
  }

  #take(bytes: number, add: (gather: Gather) => void): Promise<void> {
    if (this.#closed) return Promise.reject(problems.closed())
    const waiting = this.pending().bytes
    if (waiting > 0 && waiting + bytes > this.#deps.limitBytes) return Promise.reject(problems.overloaded())
    add(this.#gathering)
    const done = new Promise<void>((resolve, reject) => this.#gathering.waiters.push({ resolve, reject }))
    this.#busy ??= this.#flushAll()
    return done
  }

  async #flushAll(): Promise<void> {
    // Lets everything of this turn of the event loop gather before the first flush.
    await new Promise<void>((next) => setImmediate(next))
    while (!this.#gathering.empty) {
      ;[this.#gathering, this.#writing] = [this.#writing, this.#gathering]
      await this.#flush(this.#writing)
      this.#writing.clear()
    }
    this.#busy = undefined
  }

  async #flush(gather: Gather): Promise<void> {
    const begin = this.#deps.clock.elapsedMs()
    for (let pauseMs = 20; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      try {
        const prepared = await this.#prepare(gather)
        const ids = prepared.rows.length > 0 ? await this.#deps.connection.insert(prepared.rows) : []
        this.#deps.metrics().flush.observe((this.#deps.clock.elapsedMs() - begin) / 1_000)
        this.#remember(prepared, ids)
        await this.#readBack()
        this.#tell(gather, prepared)
        for (const waiter of gather.waiters) waiter.resolve()
        return
      } catch (error) {
        this.#deps.metrics().failures.inc()
        const spentMs = this.#deps.clock.elapsedMs() - begin
        const code = (error as { code?: string }).code ?? (error as Error).name
        this.#deps.log.warn({ code, spentMs }, 'journal flush failed')
        if (spentMs + pauseMs > this.#deps.giveUpMs || this.#closed) {
          for (const waiter of gather.waiters) waiter.reject(problems.notDurable())
          return
        }
        await new Promise<void>((next) => void this.#deps.clock.after(pauseMs, next))
      }
    }
  }

  /** The flush is durable whatever becomes of this; it is tried again with the next one. */
  async #readBack(): Promise<void> {
    if (this.#deps.newest.toReadBack().length === 0) return
    try {
      await this.#deps.readBack()
    } catch (error) {
      this.#deps.log.warn({ error: (error as Error).name }, 'newest values could not be read back')
    }
  }

  async #prepare(gather: Gather): Promise<Prepared> {
    const now = this.#deps.clock.now()
    const stored = Math.floor(now / microsPerTenth)
    const admitted = await this.#deps.admission.admit(gather, stored)
    const chunks = await this.#deps.admission.admitChunks(gather.chunks, stored)
    const rows: JournalRow[] = []
    const { measuredAt, starts } = admitted.segment
    if (measuredAt.length > 0) {
      let min = Number.MAX_SAFE_INTEGER
      let max = 0
      for (let run = 0; run + 1 < starts.length; run++) {
        min = Math.min(min, measuredAt[starts[run]!]!)
        max = Math.max(max, measuredAt[starts[run + 1]! - 1]!)
      }
      const payload = encodeJournalSamples(admitted.segment)
      rows.push(rowOf(journalKind.samples, now, min, max, measuredAt.length, payload))
    }
    if (chunks.length > 0) {
      const min = chunks.reduce((least, chunk) => Math.min(least, chunk.startAt), Number.MAX_SAFE_INTEGER)
      const max = chunks.reduce((most, chunk) => Math.max(most, chunkEnd(chunk)), 0)
      const count = chunks.reduce((sum, chunk) => sum + chunk.samples.length, 0)
      rows.push(rowOf(journalKind.waveforms, now, min, max, count, encodeJournalWaveforms(chunks)))
    }
    return { rows, admitted, chunks }
  }

  #remember({ rows, admitted, chunks }: Prepared, ids: readonly number[]): void {
    const { tail, newest } = this.#deps
    rows.forEach((row, i) => {
      const id = ids[i]!
      if (row.kind === journalKind.samples) {
        tail.holdSegment(id, admitted.segment, row.minMeasured, row.maxMeasured)
        newest.tellSegment(admitted.segment)
      } else {
        tail.holdChunks(id, chunks, row.minMeasured, row.maxMeasured)
        for (const chunk of chunks) newest.tellWave(chunk.series, chunk.startAt)
      }
    })
  }

  #tell(gather: Gather, { admitted, chunks }: Prepared): void {
    const kept = admitted.segment.measuredAt.length
    const metrics = this.#deps.metrics()
    metrics.stored.inc({ kind: 'sample' }, kept)
    metrics.stored.inc(
      { kind: 'waveform' },
      chunks.reduce((sum, chunk) => sum + chunk.samples.length, 0),
    )
    metrics.duplicates.inc(gather.count - kept)
    keepFresh(gather, admitted.fresh, leaveOutThePast(gather, admitted.fresh))
    const news = chunks.filter((chunk) => chunk.samples.length > 0 && !chunk.commanded)
    if (gather.count > 0 || news.length > 0) this.#deps.stored(gather, news)
  }
}

/** Unmarks withdrawals and what a person's command said. @returns how many samples are news. */
function leaveOutThePast(gather: Gather, fresh: Uint8Array): number {
  for (const [from, to] of gather.commanded) fresh.fill(0, from, to)
  let news = 0
  for (let i = 0; i < gather.count; i++) {
    if (fresh[i] === 0) continue
    if (isWithdrawn(gather.quality[i]!)) fresh[i] = 0
    else news++
  }
  return news
}

/** Closes the gaps that duplicates leave, so that listeners see new samples only, in order of arrival. */
function keepFresh(gather: Gather, fresh: Uint8Array, kept: number): void {
  if (kept === gather.count) return
  let to = 0
  for (let i = 0; i < gather.count; i++) {
    if (fresh[i] === 0) continue
    gather.series[to] = gather.series[i]!
    gather.measuredAt[to] = gather.measuredAt[i]!
    gather.receivedAt[to] = gather.receivedAt[i]!
    gather.value[to] = gather.value[i]!
    gather.quality[to] = gather.quality[i]!
    to++
  }
  gather.count = kept
}

const rowOf = (
  kind: number,
  storedAt: number,
  minMeasured: number,
  maxMeasured: number,
  sampleCount: number,
  payload: Buffer,
): JournalRow => ({ kind, storedAt, minMeasured, maxMeasured, sampleCount, payload })
