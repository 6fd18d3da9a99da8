import type { Clock } from '../platform/clock.ts'
import type { Database, Transaction } from '../platform/postgres/database.ts'
import { decodeJournalSamples } from './codec/journal-samples.ts'
import { decodeSampleBlock, encodeSampleBlock } from './codec/sample-block.ts'
import {
  chunkEnd,
  decodeJournalWaveforms,
  decodeWaveformBlock,
  encodeWaveformBlock,
  type StoredChunk,
} from './codec/waveforms.ts'
import type { JournalTail } from './journal-tail.ts'
import { sameChunk, visibleChunks } from './parts.ts'
import { endOfTime, samplePeriod, wavePeriod } from './periods.ts'
import { rollFinishedHours } from './rollups/roll-finished-hours.ts'
import type { BandsOf } from './rollups/write-rollups.ts'
import { microsPerTenth, type Segment } from './segment.ts'
import {
  type BlockKey,
  type BlockRow,
  lockCompaction,
  readBlocks,
  writeBlocks,
  writeLatest,
} from './store/block-store.ts'
import {
  deleteJournal,
  type JournalEntry,
  journalKind,
  journalState,
  readJournal,
} from './store/journal-store.ts'
import type { LatestRow } from './store/series-store.ts'
import type { TelemetryMetrics } from './telemetry-metrics.ts'
import {
  allocateVersions,
  countReadings,
  lowerBound,
  mergeVersions,
  orderVersions,
  slice,
  type Versions,
} from './versions.ts'

export interface CompactionResult {
  readonly journalRows: number
  readonly blocks: number
}

/** What one transaction takes, so that its memory is bounded. */
const stepLimit = { rows: 2_000, samples: 1_000_000 }
const blocksPerStatement = 200
const sliceMs = 8
/** Hours of ten thousand series end together: they are rolled up over some runs. */
const mostRolledAtOnce = 2_000

/** Compact when the journal has this many rows, this many bytes, or a row this old. */
const due = { rows: 1_500, bytes: 24 << 20, ageMs: 60_000 }

interface CompactionDeps {
  readonly db: Database
  readonly tail: JournalTail
  readonly clock: Clock
  readonly metrics: () => TelemetryMetrics
  readonly bandsOf: BandsOf
}

/**
 * Moves journal rows into blocks. Each step is one transaction: blocks replaced, rows deleted, newest moved on; a crash
 * leaves it done or not begun, and doing it again changes nothing. Samples are merged with what the block holds, so that
 * late data goes into old blocks like any other.
 */
export function createCompaction(deps: CompactionDeps) {
  let running: Promise<CompactionResult> | undefined

  async function run(all: boolean): Promise<CompactionResult> {
    const state = await journalState(deps.db)
    const ageMs = state.oldestStoredAt === null ? 0 : (deps.clock.now() - state.oldestStoredAt) / 1_000
    deps.metrics().journalRows.set(state.rows)
    deps.metrics().compactionLag.set(Math.max(0, ageMs / 1_000))
    const isDue = state.rows >= due.rows || state.bytes >= due.bytes || ageMs >= due.ageMs
    const total = { journalRows: 0, blocks: 0 }
    if (all || isDue) await compactJournal(state.rows, total)
    await rollFinishedHours(deps, all ? Number.POSITIVE_INFINITY : mostRolledAtOnce)
    return total
  }

  async function compactJournal(rows: number, total: { journalRows: number; blocks: number }): Promise<void> {
    while (total.journalRows < rows) {
      const step = await compactStep(deps)
      if (step.journalRows === 0) break
      total.journalRows += step.journalRows
      total.blocks += step.blocks
    }
    deps.metrics().journalRows.set(Math.max(0, rows - total.journalRows))
  }

  return {
    /** Compacts when it is due; with `all`, whatever is there. Calls that overlap share one run. */
    compactOnce(options: { readonly all?: boolean } = {}): Promise<CompactionResult> {
      running ??= run(options.all === true).finally(() => {
        running = undefined
      })
      return running
    },
  }
}

async function compactStep(deps: CompactionDeps): Promise<CompactionResult> {
  const held = deps.tail.all()
  const step = await deps.db.transaction(async (tx) => {
    if (!(await lockCompaction(tx))) return { ids: [], blocks: 0 }
    const entries = await readJournal(tx, 0, stepLimit, [...held.keys()])
    const segments = entries
      .filter((entry) => entry.kind === journalKind.samples)
      .map((entry) => segmentOf(entry, held.get(entry.id)?.segment))
    const chunks = entries
      .filter((entry) => entry.kind === journalKind.waveforms)
      .flatMap((entry) => held.get(entry.id)?.chunks ?? decodeJournalWaveforms(entry.payload!))
    const sampleBlocks = await compactSamples(tx, deps.clock, segments)
    const waveBlocks = await compactWaveforms(tx, deps.clock, chunks)
    const ids = entries.map((entry) => entry.id)
    await deleteJournal(tx, ids)
    return { ids, blocks: sampleBlocks + waveBlocks }
  })
  deps.tail.release(step.ids)
  return { journalRows: step.ids.length, blocks: step.blocks }
}

const segmentOf = (entry: JournalEntry, held: Segment | undefined): Segment =>
  held ?? decodeJournalSamples(entry.payload!)

const keyOf = (key: BlockKey) => `${key.series}/${key.periodStart}`

async function compactSamples(tx: Transaction, clock: Clock, segments: readonly Segment[]): Promise<number> {
  const pieces: (BlockKey & { readonly added: Versions })[] = []
  const latest: LatestRow[] = []
  for (const [series, columns] of await bySeries(clock, segments)) {
    const merged = orderVersions(columns)
    latest.push(latestOf(series, merged))
    pieces.push(...splitByPeriod(series, merged))
  }
  await inGroups(pieces, blocksPerStatement, async (group) => {
    const existing = await readBlocks(tx, journalKind.samples, group)
    const before = new Map(existing.map((block) => [keyOf(block), block.payload]))
    const rows: BlockRow[] = []
    await inSlices(clock, group, (piece) => {
      const payload = before.get(keyOf(piece))
      const merged = payload ? mergeVersions([decodeSampleBlock(payload), piece.added]) : piece.added
      rows.push({
        series: piece.series,
        periodStart: piece.periodStart,
        firstAt: merged.measuredAt[0]!,
        lastAt: merged.measuredAt[merged.count - 1]!,
        storedFrom:
          merged.stored.reduce((least, tenths) => Math.min(least, tenths), endOfTime) * microsPerTenth,
        storedUntil: merged.stored.reduce((most, tenths) => Math.max(most, tenths), 0) * microsPerTenth,
        readings: countReadings(merged),
        payload: encodeSampleBlock(merged),
      })
    })
    await writeBlocks(tx, journalKind.samples, rows)
  })
  if (latest.length > 0) await writeLatest(tx, latest)
  return pieces.length
}

/** Every series' samples of the segments, in the order of storing; columns, for there may be millions of runs of one. */
async function bySeries(clock: Clock, segments: readonly Segment[]): Promise<Map<number, Versions>> {
  const counts = new Map<number, number>()
  await inSlices(clock, segments, ({ series, starts }) => {
    for (let run = 0; run < series.length; run++) {
      const id = series[run]!
      counts.set(id, (counts.get(id) ?? 0) + starts[run + 1]! - starts[run]!)
    }
  })
  const filled = new Map<number, { readonly columns: Versions; at: number }>()
  for (const [id, count] of counts) filled.set(id, { columns: allocateVersions(count), at: 0 })
  await inSlices(clock, segments, (segment) => {
    for (let run = 0; run < segment.series.length; run++) {
      const series = filled.get(segment.series[run]!)!
      const { columns } = series
      for (let i = segment.starts[run]!; i < segment.starts[run + 1]!; i++) {
        const to = series.at++
        columns.measuredAt[to] = segment.measuredAt[i]!
        columns.value[to] = segment.value[i]!
        columns.quality[to] = segment.quality[i]!
        columns.received[to] = segment.received[i]!
        columns.stored[to] = segment.stored
      }
    }
  })
  return new Map(Array.from(filled, ([id, series]) => [id, series.columns]))
}

function latestOf(series: number, merged: Versions): LatestRow {
  const newest = merged.count - 1
  return {
    series,
    kind: journalKind.samples,
    firstAt: merged.measuredAt[0]!,
    lastAt: merged.measuredAt[newest]!,
    receivedAt: merged.received[newest]! * microsPerTenth,
    value: merged.value[newest]!,
    quality: merged.quality[newest]!,
  }
}

function splitByPeriod(series: number, merged: Versions): (BlockKey & { readonly added: Versions })[] {
  const pieces = []
  for (let at = 0; at < merged.count; ) {
    const periodStart = Math.floor(merged.measuredAt[at]! / samplePeriod) * samplePeriod
    const end = lowerBound(merged.measuredAt, periodStart + samplePeriod, at, merged.count)
    pieces.push({ series, periodStart, added: slice(merged, at, end) })
    at = end
  }
  return pieces
}

async function compactWaveforms(
  tx: Transaction,
  clock: Clock,
  chunks: readonly StoredChunk[],
): Promise<number> {
  const pieces = new Map<string, BlockKey & { readonly added: StoredChunk[] }>()
  const latest = new Map<number, LatestRow>()
  for (const chunk of chunks) {
    const periodStart = Math.floor(chunk.startAt / wavePeriod) * wavePeriod
    const key = { series: chunk.series, periodStart }
    const piece = pieces.get(keyOf(key))
    if (piece) piece.added.push(chunk)
    else pieces.set(keyOf(key), { ...key, added: [chunk] })
    const before = latest.get(chunk.series)
    latest.set(chunk.series, {
      series: chunk.series,
      kind: journalKind.waveforms,
      firstAt: Math.min(before?.firstAt ?? chunk.startAt, chunk.startAt),
      lastAt: Math.max(before?.lastAt ?? chunk.startAt, chunk.startAt),
      receivedAt: chunk.receivedAt,
      value: Number.NaN,
      quality: 0,
    })
  }
  await inGroups([...pieces.values()], blocksPerStatement, async (group) => {
    const existing = await readBlocks(tx, journalKind.waveforms, group)
    const before = new Map(existing.map((block) => [keyOf(block), block.payload]))
    const rows: BlockRow[] = []
    await inSlices(clock, group, (piece) => {
      const payload = before.get(keyOf(piece))
      rows.push(waveRow(piece, mergeChunks(payload ? decodeWaveformBlock(payload) : [], piece.added)))
    })
    await writeBlocks(tx, journalKind.waveforms, rows)
  })
  if (latest.size > 0) await writeLatest(tx, [...latest.values()])
  return pieces.size
}

/** By start, then as stored, without repeats: the form of a block. */
function mergeChunks(before: readonly StoredChunk[], added: readonly StoredChunk[]): StoredChunk[] {
  const all = [...before, ...added].sort((a, b) => a.startAt - b.startAt)
  return all.filter((chunk, i) => i === 0 || !sameChunk(chunk, all[i - 1]!))
}

function waveRow(key: BlockKey, chunks: readonly StoredChunk[]): BlockRow {
  return {
    series: key.series,
    periodStart: key.periodStart,
    firstAt: chunks[0]!.startAt,
    lastAt: chunks.reduce((most, chunk) => Math.max(most, chunkEnd(chunk)), 0),
    storedFrom: chunks.reduce((least, chunk) => Math.min(least, chunk.stored), endOfTime) * microsPerTenth,
    storedUntil: chunks.reduce((most, chunk) => Math.max(most, chunk.stored), 0) * microsPerTenth,
    readings: visibleChunks(chunks).length,
    payload: encodeWaveformBlock(chunks),
  }
}

async function inGroups<T>(items: readonly T[], size: number, work: (group: readonly T[]) => Promise<void>) {
  for (let at = 0; at < items.length; at += size) await work(items.slice(at, at + size))
}

/** Lets the event loop breathe between items, so that packing never delays a reading or an alarm for long. */
async function inSlices<T>(clock: Clock, items: readonly T[], work: (item: T) => void): Promise<void> {
  let begin = clock.elapsedMs()
  for (const item of items) {
    work(item)
    if (clock.elapsedMs() - begin < sliceMs) continue
    await new Promise<void>((next) => setImmediate(next))
    begin = clock.elapsedMs()
  }
}
