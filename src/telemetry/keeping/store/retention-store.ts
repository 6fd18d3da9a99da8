import type { Database, Queryable, Transaction } from '../../../platform/postgres/database.ts'
import { type BlockKey, blockTable } from '../../store/block-store.ts'

export interface RetentionRow {
  readonly class: string
  readonly days: number | null
  readonly changedAt: number
  readonly changedBy: string
}

/** The newest word on each class. */
export const readRetention = (db: Queryable): Promise<RetentionRow[]> =>
  db.query(
    `SELECT DISTINCT ON (class) class, days, changed_at AS "changedAt", changed_by AS "changedBy"
     FROM telemetry_retention ORDER BY class, id DESC`,
  )

export const writeRetention = (db: Database, row: RetentionRow): Promise<unknown> =>
  db.query('INSERT INTO telemetry_retention (class, days, changed_at, changed_by) VALUES ($1, $2, $3, $4)', [
    row.class,
    row.days,
    row.changedAt,
    row.changedBy,
  ])

/** Of these series those that have a block from before `before`. */
export const seriesWithOld = async (
  db: Queryable,
  kind: number,
  series: readonly number[],
  before: number,
): Promise<number[]> =>
  (
    await db.query<{ series: number }>(
      'SELECT series FROM telemetry_latest WHERE kind = $1 AND first_at < $2 AND series = ANY($3::int[]) ORDER BY series',
      [kind, before, series],
    )
  ).map((row) => row.series)

export interface DeletedBlock extends BlockKey {
  readonly firstAt: number
  readonly lastAt: number
  readonly readings: number
  readonly bytes: number
}

/** Deletes at most `limit` blocks that lie wholly before `before` and under no hold. */
export const deleteOldBlocks = (
  tx: Transaction,
  kind: number,
  series: readonly number[],
  before: number,
  limit: number,
): Promise<DeletedBlock[]> =>
  tx.query(
    `WITH old AS (
       SELECT b.series, b.period_start FROM ${blockTable(kind)} b
       WHERE b.series = ANY($1::int[]) AND b.period_start < $2 AND b.last_at < $2
         AND NOT EXISTS (
           SELECT 1 FROM telemetry_series s JOIN telemetry_hold h ON h.patient = s.patient
           WHERE s.id = b.series AND h.lifted_at IS NULL
             AND b.last_at >= coalesce(h.from_at, 0) AND (h.to_at IS NULL OR b.first_at < h.to_at))
       LIMIT $3)
     DELETE FROM ${blockTable(kind)} b USING old
     WHERE b.series = old.series AND b.period_start = old.period_start
     RETURNING b.series, b.period_start AS "periodStart", b.first_at AS "firstAt", b.last_at AS "lastAt", b.readings,
       octet_length(b.payload) AS bytes`,
    [series, before, limit],
  )

export interface FirstLeft {
  readonly series: number
  readonly firstAt: number | null
}

/** Where what is left of each series begins: in `telemetry_latest`, whose row goes where nothing is left. */
export const trimLatest = (tx: Transaction, kind: number, series: readonly number[]): Promise<FirstLeft[]> =>
  tx.query(
    `WITH left_over AS (
       SELECT s.series, (SELECT b.first_at FROM ${blockTable(kind)} b WHERE b.series = s.series
         ORDER BY b.period_start LIMIT 1) AS first_at
       FROM unnest($2::int[]) AS s (series)
     ), moved AS (
       UPDATE telemetry_latest l SET first_at = o.first_at FROM left_over o
       WHERE l.series = o.series AND l.kind = $1 AND o.first_at IS NOT NULL
     ), emptied AS (
       DELETE FROM telemetry_latest l USING left_over o
       WHERE l.series = o.series AND l.kind = $1 AND o.first_at IS NULL
     )
     SELECT series, first_at AS "firstAt" FROM left_over`,
    [kind, series],
  )

/** Whether the journal holds anything measured before that, of any series. */
export async function journalReachesBefore(db: Queryable, kind: number, before: number): Promise<boolean> {
  const [row] = await db.query<{ reaches: boolean }>(
    'SELECT EXISTS (SELECT 1 FROM telemetry_journal WHERE kind = $1 AND min_measured < $2) AS reaches',
    [kind, before],
  )
  return row!.reaches
}

/** Of these series those whose patient is under a hold, whatever its period. */
export const heldSeries = async (tx: Transaction, series: readonly number[]): Promise<number[]> =>
  (
    await tx.query<{ id: number }>(
      `SELECT DISTINCT s.id FROM telemetry_series s JOIN telemetry_hold h ON h.patient = s.patient
       WHERE s.id = ANY($1::int[]) AND h.lifted_at IS NULL`,
      [series],
    )
  ).map((row) => row.id)
