import { decodeJournalSamples } from './codec/journal-samples.ts'
import { decodeSampleBlock } from './codec/sample-block.ts'
import { decodeJournalWaveforms, decodeWaveformBlock, type StoredChunk } from './codec/waveforms.ts'
import type { HeldRow } from './journal-tail.ts'
import { runOf, type Segment } from './segment.ts'
import type { StoredPart } from './store/block-store.ts'
import { noVersions, type Versions } from './versions.ts'

/** One series' samples in a part; a journal row without payload is one of those held. */
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

/** A withdrawn chunk is one whose last version has no samples. */
export const standingChunks = (chunks: readonly StoredChunk[]): StoredChunk[] =>
  visibleChunks(chunks).filter((chunk) => chunk.samples.length > 0)
