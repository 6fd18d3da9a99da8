import type { Database } from '../platform/postgres/database.ts'
import { decodeSampleBlock } from './codec/sample-block.ts'
import { decodeWaveformBlock, type StoredChunk } from './codec/waveforms.ts'
import type { JournalTail } from './journal-tail.ts'
import { chunksOf, versionsOf } from './parts.ts'
import { samplePeriod, wavePeriod } from './periods.ts'
import { type BlockCount, readBlockCounts, readJournalParts, readOneMoment } from './store/block-store.ts'
import { journalKind } from './store/journal-store.ts'

/**
 * Counts without opening blocks where that can be exact: a block wholly inside the range, into whose period the journal
 * brings nothing, counts as its row says. The others are opened, and their times counted once each.
 */
export async function countReadingsOf(
  db: Database,
  tail: JournalTail,
  kind: number,
  series: readonly number[],
  from: number,
  to: number,
): Promise<number> {
  const period = kind === journalKind.samples ? samplePeriod : wavePeriod
  const held = tail.overlapping(kind === journalKind.samples ? 'segment' : 'chunks', from, to)
  const wanted = new Set(series)
  return db.transaction(async (tx) => {
    await readOneMoment(tx)
    const times = new Map<number, Set<number>>()
    const note = (id: number, time: number) => {
      if (time < from || time >= to) return
      const known = times.get(id)
      if (known) known.add(time)
      else times.set(id, new Set([time]))
    }
    for (const part of await readJournalParts(tx, kind, from, to, [...held.keys()])) {
      if (kind === journalKind.samples) {
        for (const id of wanted) for (const time of versionsOf(part, id, held).measuredAt) note(id, time)
      } else {
        for (const chunk of chunksOf(part, held))
          if (wanted.has(chunk.series)) note(chunk.series, chunk.startAt)
      }
    }
    const opened = [...times].flatMap(([id, set]) =>
      [...new Set(Array.from(set, (time) => Math.floor(time / period) * period))].map((periodStart) => ({
        series: id,
        periodStart,
      })),
    )
    let count = 0
    for (const block of await readBlockCounts(tx, kind, series, from, to, opened)) {
      if (block.payload === null) count += block.readings
      else for (const time of timesOf(kind, block)) note(block.series, time)
    }
    for (const set of times.values()) count += set.size
    return count
  })
}

const timesOf = (kind: number, block: BlockCount): Iterable<number> =>
  kind === journalKind.samples
    ? decodeSampleBlock(block.payload!).measuredAt
    : decodeWaveformBlock(block.payload!).map((chunk: StoredChunk) => chunk.startAt)
