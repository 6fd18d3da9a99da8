import { findMetric, type MetricBand } from '../../kernel/metrics/index.ts'
import type { Transaction } from '../../platform/postgres/database.ts'
import { decodeRollups, encodeRollups } from '../codec/rollup-block.ts'
import type { BlockKey } from '../store/block-store.ts'
import { deleteRollups, type RollupRow, readRollups, writeRollups } from '../store/rollup-store.ts'
import type { Versions } from '../versions.ts'
import { dayUs, hourUs, joinRollups, minuteUs, type Rollups, sliceRollups } from './rollup.ts'
import { rollUp } from './summarise.ts'

/** Fewer readings a minute than this are read faster than their roll-up. */
const readingsWorthAMinute = 4

export type BandsOf = (series: number) => readonly MetricBand[]

export const bandsOfMetric = (metric: string | undefined): readonly MetricBand[] =>
  (metric === undefined ? undefined : findMetric(metric)?.bands) ?? []

/** A block as it is now: what its hour must be rolled up from. */
export interface RolledBlock extends BlockKey {
  readonly all: Versions
}

interface RolledHourRow extends BlockKey {
  readonly rolled: Rollups
  /** Of the block, all of them. */
  readonly versions: number
}

/** What the blocks of one statement say in minutes and hours. Pure: the rows are written by `writeRolledBlocks`. */
export interface RolledRows {
  readonly minutes: RollupRow[]
  readonly withoutMinutes: BlockKey[]
  readonly hours: RolledHourRow[]
}

export const noRolledRows = (): RolledRows => ({ minutes: [], withoutMinutes: [], hours: [] })

export function rollBlock(rows: RolledRows, block: RolledBlock, bands: readonly MetricBand[]): void {
  const { series, periodStart, all } = block
  const minutes = rollUp(all, minuteUs, bands)
  const worth = all.count > minutes.length * readingsWorthAMinute
  if (worth) rows.minutes.push({ series, periodStart, payload: encodeRollups(minutes) })
  else rows.withoutMinutes.push({ series, periodStart })
  rows.hours.push({ series, periodStart, rolled: rollUp(all, hourUs, bands), versions: all.count })
}

/** In the transaction that writes the blocks, under the lock of compaction. */
export async function writeRolledBlocks(tx: Transaction, rows: RolledRows): Promise<void> {
  if (rows.minutes.length > 0) await writeRollups(tx, 'telemetry_rollup_minute', rows.minutes)
  if (rows.withoutMinutes.length > 0) {
    await deleteRollups(tx, 'telemetry_rollup_minute', rows.withoutMinutes)
  }
  const days = new Map<string, BlockKey & { readonly hours: RolledRows['hours'] }>()
  for (const hour of rows.hours) {
    const periodStart = Math.floor(hour.periodStart / dayUs) * dayUs
    const key = `${hour.series}/${periodStart}`
    const day = days.get(key) ?? { series: hour.series, periodStart, hours: [] }
    day.hours.push(hour)
    days.set(key, day)
  }
  const existing = await readRollups(tx, 'telemetry_rollup_hour', [...days.values()])
  const before = new Map(existing.map((row) => [`${row.series}/${row.periodStart}`, row.payload]))
  const written = Array.from(days, ([key, { series, periodStart, hours }]) => {
    const payload = before.get(key)
    const day = payload && decodeRollups(payload)
    const fresh = hours.filter((hour) => !day || !outlives(day, hour))
    const kept = day ? without(day, new Set(fresh.map((hour) => hour.periodStart))) : []
    const rolled = joinRollups([...kept, ...fresh.map((hour) => hour.rolled)], hourUs)
    return { series, periodStart, payload: encodeRollups(rolled) }
  })
  await writeRollups(tx, 'telemetry_rollup_hour', written)
}

/**
 * A block never has fewer versions than it had; one with fewer than its hour had readings is what came late after
 * retention had deleted the hour, and its summary stays.
 */
function outlives(day: Rollups, { periodStart, versions }: RolledHourRow): boolean {
  const at = day.start.indexOf(periodStart)
  return at >= 0 && day.readings[at]! > versions
}

/** The entries, one part each, whose period is not among `starts`. */
function without(all: Rollups, starts: ReadonlySet<number>): Rollups[] {
  const kept: Rollups[] = []
  for (let i = 0; i < all.length; i++) if (!starts.has(all.start[i]!)) kept.push(sliceRollups(all, i, i + 1))
  return kept
}
