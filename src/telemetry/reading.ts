import type { MetricBand } from '../kernel/metrics/index.ts'
import type { Database } from '../platform/postgres/database.ts'
import { chunkEnd, type StoredChunk } from './codec/waveforms.ts'
import { countReadingsOf } from './counting.ts'
import type { HeldPart, JournalTail } from './journal-tail.ts'
import { chunksOf, versionsOf } from './parts.ts'
import { longestChunkUs, samplePeriod, wavePeriod } from './periods.ts'
import { readRollupsOf } from './rollups/reading-rollups.ts'
import type { Rollups, RollupWidth } from './rollups/rollup.ts'
import { type KnownRows, readNewestParts, readNextAt, readParts } from './store/block-store.ts'
import { journalKind } from './store/journal-store.ts'
import type { StoredRange } from './store/stored-spans.ts'
import { type StoredSpans, storedSpansOf } from './stored-spans.ts'
import { between, countReadings, mergeVersions, newestReadings, type Versions } from './versions.ts'

/** Merge on read: one statement sees blocks and journal at one moment; later stored wins. */
export interface Reading {
  /** Every version of the series' samples in [from, to). */
  versions(series: number, from: number, to: number): Promise<Versions>
  /** Every version of the newest readings before `to`: `count` readings where there are as many; by time. */
  newest(series: number, to: number, count: number): Promise<Versions>
  /** Waveform chunks that overlap [from, to), all versions, by start, then as stored. */
  chunks(series: number, from: number, to: number): Promise<StoredChunk[]>
  /** Where to look for what was stored in a range of time. */
  storedSpans(kind: number, range: StoredRange, order: 'oldest' | 'newest'): Promise<StoredSpans>
  /** How many readings (of a waveform: chunks that start there) these series have in [from, to), exactly. */
  count(kind: number, series: readonly number[], from: number, to: number): Promise<number>
  /** Nothing of the series is measured in [from, answer); undefined: nothing at all from there on. */
  nextAt(series: number, from: number): Promise<number | undefined>
  /** Minutes or hours of the series in [from, to); what an end cuts, and what is not in blocks yet, included. */
  rollups(
    series: number,
    widthUs: RollupWidth,
    from: number,
    to: number,
    bands: readonly MetricBand[],
  ): Promise<Rollups>
}

const knownOf = ({ rows, unknown }: HeldPart): KnownRows => ({
  held: [...rows.keys()],
  unknownFrom: unknown.from,
  unknownTo: unknown.to,
})

export function createReading(db: Database, tail: JournalTail): Reading {
  return {
    async versions(series, from, to) {
      const held = tail.ofSeries('segment', series, from, to)
      const rows = await readParts(db, journalKind.samples, series, from, to, samplePeriod, knownOf(held))
      return between(mergeVersions(rows.map((row) => versionsOf(row, series, held.rows))), from, to)
    },

    async newest(series, to, count) {
      for (let blocks = 1; ; blocks *= 4) {
        const held = tail.ofSeries('segment', series, 0, to)
        const rows = await readNewestParts(db, series, to, blocks, knownOf(held))
        const fromBlocks = rows.filter((row) => row.source === 'block')
        const complete = fromBlocks.length < blocks
        // Blocks older than the oldest one read are unknown here: samples of the journal before it must wait.
        const since = complete ? 0 : Number(fromBlocks[0]!.key)
        // What is among the newest of all is among the newest of each part it is in.
        const parts = rows.map((row) =>
          newestReadings(between(versionsOf(row, series, held.rows), since, to), count),
        )
        const found = mergeVersions(parts)
        if (complete || countReadings(found) >= count) return newestReadings(found, count)
      }
    },

    async chunks(series, from, to) {
      const held = tail.ofSeries('chunks', series, from, to)
      const reachUs = wavePeriod + longestChunkUs
      const rows = await readParts(db, journalKind.waveforms, series, from, to, reachUs, knownOf(held))
      return rows
        .flatMap((row) => chunksOf(row, held.rows))
        .filter((chunk) => chunk.series === series && chunk.startAt < to && chunkEnd(chunk) > from)
        .sort((a, b) => a.startAt - b.startAt)
    },

    storedSpans: (kind, range, order) => storedSpansOf(db, tail, kind, range, order),

    count: (kind, series, from, to) => countReadingsOf(db, tail, kind, series, from, to),

    async nextAt(series, from) {
      const next = await readNextAt(db, series, from)
      return next === null ? undefined : Math.max(from, next)
    },

    rollups: (series, widthUs, from, to, bands) =>
      readRollupsOf({ db, tail }, series, widthUs, from, to, bands),
  }
}
