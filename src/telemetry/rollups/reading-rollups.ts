/**
 * Roll-ups read as if they were always up to date: hours that are over come from their roll-ups; what was written since,
 * what the journal still holds, and the periods that an end of the range cuts, are rolled up from the readings themselves.
 * One moment for all.
 */
import type { MetricBand } from '../../kernel/metrics/index.ts'
import type { Database, Transaction } from '../../platform/postgres/database.ts'
import { decodeRollups } from '../codec/rollup-block.ts'
import { decodeSampleBlock } from '../codec/sample-block.ts'
import type { JournalTail } from '../journal-tail.ts'
import { versionsOf } from '../parts.ts'
import { readBlocks, readJournalParts, readOneMoment } from '../store/block-store.ts'
import { journalKind } from '../store/journal-store.ts'
import { readRolledDays, readRolledHours, readUnrolledHours } from '../store/rollup-store.ts'
import { between, mergeVersions, type Versions } from '../versions.ts'
import {
  dayUs,
  hourUs,
  joinRollups,
  minuteUs,
  type Rollups,
  type RollupWidth,
  sliceRollups,
} from './rollup.ts'
import { rollUp } from './summarise.ts'

const blocksAtOnce = 100

export interface RollupReading {
  readonly db: Database
  readonly tail: JournalTail
}

/** What must be rolled up from readings: hours that the journal touches, and those an end of the range cuts. */
interface Fresh {
  readonly journal: Versions
  readonly hours: ReadonlySet<number>
}

export function readRollupsOf(
  { db, tail }: RollupReading,
  series: number,
  widthUs: RollupWidth,
  from: number,
  to: number,
  bands: readonly MetricBand[],
): Promise<Rollups> {
  const held = tail.overlapping('segment', from, to)
  return db.transaction(async (tx) => {
    await readOneMoment(tx)
    const rows = await readJournalParts(tx, journalKind.samples, from, to, [...held.keys()])
    const journal = between(mergeVersions(rows.map((row) => versionsOf(row, series, held))), from, to)
    const hours = new Set<number>()
    for (let i = 0; i < journal.count; i++) hours.add(hourOf(journal.measuredAt[i]!))
    for (const end of [from, to]) if (end % hourUs !== 0) hours.add(hourOf(end))
    const fresh = { journal, hours }
    const roll = (versions: Versions) => rollUp(between(versions, from, to), widthUs, bands)
    const parts =
      widthUs === minuteUs
        ? await minuteParts(tx, series, from, to, fresh, roll)
        : await hourParts(tx, series, from, to, fresh, roll)
    return joinRollups(parts, widthUs)
  })
}

const hourOf = (time: number): number => Math.floor(time / hourUs) * hourUs

/** The journal's readings of one hour over the block's. */
function hourVersions(block: Versions | undefined, start: number, { journal }: Fresh): Versions {
  const later = between(journal, start, start + hourUs)
  return mergeVersions(block ? [block, later] : [later])
}

async function minuteParts(
  tx: Transaction,
  series: number,
  from: number,
  to: number,
  fresh: Fresh,
  roll: (versions: Versions) => Rollups,
): Promise<Rollups[]> {
  const parts: Rollups[] = []
  const left = new Set(fresh.hours)
  const rows = await readRolledHours(tx, series, hourOf(from), to, [...fresh.hours])
  for (const { periodStart, minutes, block } of rows) {
    const isFresh = left.delete(periodStart)
    if (!isFresh && minutes) parts.push(decodeRollups(minutes))
    else parts.push(roll(hourVersions(decodeSampleBlock(block!), periodStart, fresh)))
  }
  for (const start of left) parts.push(roll(hourVersions(undefined, start, fresh)))
  return parts
}

async function hourParts(
  tx: Transaction,
  series: number,
  from: number,
  to: number,
  fresh: Fresh,
  roll: (versions: Versions) => Rollups,
): Promise<Rollups[]> {
  const days = await readRolledDays(tx, series, Math.floor(from / dayUs) * dayUs, to)
  const parts = days.map(({ payload }) => decodeRollups(payload))
  const unrolled = await readUnrolledHours(tx, series, hourOf(from), to)
  const rawHours = new Set([...fresh.hours, ...unrolled.map((hour) => hour.periodStart)])
  const raw = [...rawHours].sort((a, b) => a - b)
  const found: Rollups[] = parts.flatMap((part) => withoutHours(part, from, to, rawHours))
  for (let at = 0; at < raw.length; at += blocksAtOnce) {
    const keys = raw.slice(at, at + blocksAtOnce).map((periodStart) => ({ series, periodStart }))
    const read = await readBlocks(tx, journalKind.samples, keys)
    const payloads = new Map(read.map((block) => [block.periodStart, block.payload]))
    for (const { periodStart } of keys) {
      const payload = payloads.get(periodStart)
      const block = payload && decodeSampleBlock(payload)
      found.push(roll(hourVersions(block, periodStart, fresh)))
    }
  }
  return found
}

/** Runs of a day's entries inside [from, to) that are not rolled up afresh. */
function withoutHours(part: Rollups, from: number, to: number, hours: ReadonlySet<number>): Rollups[] {
  const runs: Rollups[] = []
  let begin = -1
  for (let i = 0; i <= part.length; i++) {
    const start = part.start[i]
    const takes = start !== undefined && start >= from && start < to && !hours.has(start)
    if (takes && begin < 0) begin = i
    if (takes || begin < 0) continue
    runs.push(sliceRollups(part, begin, i))
    begin = -1
  }
  return runs
}
