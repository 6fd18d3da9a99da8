import type { Database } from '../platform/postgres/database.ts'
import { decodeJournalSamples } from './codec/journal-samples.ts'
import { decodeSampleBlock } from './codec/sample-block.ts'
import { chunkEnd, decodeJournalWaveforms, decodeWaveformBlock, type StoredChunk } from './codec/waveforms.ts'
import { countReadingsOf } from './counting.ts'
import type { HeldRow, JournalTail } from './journal-tail.ts'
import { longestChunkUs, samplePeriod, wavePeriod } from './periods.ts'
import { runOf, type Segment } from './segment.ts'
import { readNewestParts, readParts, type StoredPart } from './store/block-store.ts'
import { journalKind } from './store/journal-store.ts'
import { between, countReadings, mergeVersions, noVersions, type Versions } from './versions.ts'

/** Merge on read: one statement sees blocks and journal at one moment; later stored wins. */
export interface Reading {
  /** Every version of the series' samples in [from, to). */
  versions(series: number, from: number, to: number): Promise<Versions>
  /** Every version of the newest readings before `to`: at least `count` readings where there are as many; by time. */
  newest(series: number, to: number, count: number): Promise<Versions>
  /** Waveform chunks that overlap [from, to), all versions, by start, then as stored. */
  chunks(series: number, from: number, to: number): Promise<StoredChunk[]>
  /** How many readings (of a waveform: chunks that start there) these series have in [from, to), exactly. */
  count(kind: number, series: readonly number[], from: number, to: number): Promise<number>
}

export function createReading(db: Database, tail: JournalTail): Reading {
  return {
    async versions(series, from, to) {
      const held = tail.overlapping('segment', from, to)
      const rows = await readParts(db, journalKind.samples, series, from, to, samplePeriod, [...held.keys()])
      return between(mergeVersions(rows.map((row) => versionsOf(row, series, held))), from, to)
    },

    async newest(series, to, count) {
      for (let blocks = 2; ; blocks *= 4) {
        const held = tail.overlapping('segment', 0, to)
        const rows = await readNewestParts(db, series, to, blocks, [...held.keys()])
        const fromBlocks = rows.filter((row) => row.source === 'block')
        const complete = fromBlocks.length < blocks
        // Blocks older than the oldest one read are unknown here: samples of the journal before it must wait.
        const since = complete ? 0 : Number(fromBlocks[0]!.key)
        const all = mergeVersions(rows.map((row) => versionsOf(row, series, held)))
        const found = between(all, since, to)
        if (complete || countReadings(found) >= count) return found
      }
    },

    async chunks(series, from, to) {
      const held = tail.overlapping('chunks', from, to)
      const rows = await readParts(db, journalKind.waveforms, series, from, to, wavePeriod + longestChunkUs, [
        ...held.keys(),
      ])
      return rows
        .flatMap((row) => chunksOf(row, held))
        .filter((chunk) => chunk.series === series && chunk.startAt < to && chunkEnd(chunk) > from)
        .sort((a, b) => a.startAt - b.startAt)
    },

    count: (kind, series, from, to) => countReadingsOf(db, tail, kind, series, from, to),
  }
}

export function versionsOf(row: StoredPart, series: number, held: ReadonlyMap<number, HeldRow>): Versions {
  if (row.source === 'block') return decodeSampleBlock(row.payload!)
  const segment = row.payload ? decodeJournalSamples(row.payload) : held.get(row.key)!.segment!
  return runVersions(segment, runOf(segment, series))
}

/** One series' run of a segment, as versions. */
export function runVersions(segment: Segment, run: number): Versions {
  if (run < 0) return noVersions
  const from = segment.starts[run]!
  const to = segment.starts[run + 1]!
  return {
    count: to - from,
    measuredAt: segment.measuredAt.subarray(from, to),
    value: segment.value.subarray(from, to),
    quality: segment.quality.subarray(from, to),
    received: segment.received.subarray(from, to),
    stored: new Float64Array(to - from).fill(segment.stored),
  }
}

export function chunksOf(row: StoredPart, held: ReadonlyMap<number, HeldRow>): readonly StoredChunk[] {
  if (row.source === 'block') return decodeWaveformBlock(row.payload!)
  return row.payload ? decodeJournalWaveforms(row.payload) : held.get(row.key)!.chunks!
}

export const sameChunk = (a: StoredChunk, b: StoredChunk): boolean =>
  a.startAt === b.startAt &&
  a.rateHz === b.rateHz &&
  a.scale === b.scale &&
  a.offset === b.offset &&
  a.samples.length === b.samples.length &&
  a.samples.every((sample, i) => sample === b.samples[i])

/** Of chunks with the same start only the one stored last; the input is sorted by start, then as stored. */
export const visibleChunks = (chunks: readonly StoredChunk[]): StoredChunk[] =>
  chunks.filter((chunk, i) => chunks[i + 1]?.startAt !== chunk.startAt)
