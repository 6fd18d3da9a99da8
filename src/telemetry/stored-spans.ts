import type { Database } from '../platform/postgres/database.ts'
import { decodeJournalSamples } from './codec/journal-samples.ts'
import { decodeJournalWaveforms } from './codec/waveforms.ts'
import type { HeldRow, JournalTail } from './journal-tail.ts'
import { endOfTime } from './periods.ts'
import { microsPerTenth } from './segment.ts'
import { journalKind } from './store/journal-store.ts'
import {
  readStoredBlocks,
  readStoredJournal,
  type StoredRange,
  type StoredSpan,
} from './store/stored-spans.ts'

export interface StoredSpans {
  /** Of one series they do not overlap. */
  readonly spans: readonly StoredSpan[]
  /** There are more: oldest first, none that begins before this; newest first, none that ends after it. */
  readonly horizon: number | undefined
}

const mostBlocks = 20_000

/** Where to look for what was stored in a range of time, without looking at what was stored at another. */
export async function storedSpansOf(
  db: Database,
  tail: JournalTail,
  kind: number,
  range: StoredRange,
  order: 'oldest' | 'newest',
): Promise<StoredSpans> {
  const [from, to] = [Math.max(0, range.from), Math.min(endOfTime, range.to)]
  const storedFrom = tenth(Math.max(0, range.storedFrom))
  const storedTo = -tenth(-Math.min(endOfTime, range.storedTo))
  const within = { ...range, from, to, storedFrom, storedTo }
  // The journal first: what compaction moves meanwhile is then found in both, not in neither.
  const fresh = await journalSpans(db, tail, kind, within)
  const blocks = await readStoredBlocks(db, kind, within, order, mostBlocks)
  const last = blocks.length < mostBlocks ? undefined : blocks.at(-1)
  return {
    spans: joined([...blocks, ...fresh]),
    horizon: last && (order === 'oldest' ? last.storedFrom : last.storedUntil),
  }
}

/** Readings know when they were stored to a tenth of a second, journal rows to the microsecond: ends are widened. */
const tenth = (time: number): number => Math.floor(time / microsPerTenth) * microsPerTenth

async function journalSpans(
  db: Database,
  tail: JournalTail,
  kind: number,
  range: StoredRange,
): Promise<StoredSpan[]> {
  const wanted = range.series && new Set(range.series)
  const held = tail.overlapping(kind === journalKind.samples ? 'segment' : 'chunks', range.from, range.to)
  const found = new Map<number, StoredSpan>()
  for (const row of await readStoredJournal(db, kind, range, [...held.keys()])) {
    const stored = tenth(row.storedAt)
    for (const [series, firstAt, lastAt] of stretches(kind, row.payload, held.get(row.id))) {
      if (wanted && !wanted.has(series)) continue
      const span = { series, firstAt, lastAt, storedFrom: stored, storedUntil: stored }
      found.set(series, union(found.get(series) ?? span, span))
    }
  }
  return [...found.values()]
}

/** First and last time of each series in a row of the journal. */
function stretches(
  kind: number,
  payload: Buffer | null,
  held: HeldRow | undefined,
): [number, number, number][] {
  if (kind === journalKind.samples) {
    const { series, starts, measuredAt } = payload ? decodeJournalSamples(payload) : held!.segment!
    return Array.from(series, (id, run) => [id, measuredAt[starts[run]!]!, measuredAt[starts[run + 1]! - 1]!])
  }
  const chunks = payload ? decodeJournalWaveforms(payload) : held!.chunks!
  return chunks.map(({ series, startAt }) => [series, startAt, startAt])
}

const union = (a: StoredSpan, b: StoredSpan): StoredSpan => ({
  series: a.series,
  firstAt: Math.min(a.firstAt, b.firstAt),
  lastAt: Math.max(a.lastAt, b.lastAt),
  storedFrom: Math.min(a.storedFrom, b.storedFrom),
  storedUntil: Math.max(a.storedUntil, b.storedUntil),
})

function joined(spans: readonly StoredSpan[]): StoredSpan[] {
  const found: StoredSpan[] = []
  for (const span of [...spans].sort((a, b) => a.series - b.series || a.firstAt - b.firstAt)) {
    const before = found.at(-1)
    if (before?.series === span.series && span.firstAt <= before.lastAt)
      found[found.length - 1] = union(before, span)
    else found.push(span)
  }
  return found
}
