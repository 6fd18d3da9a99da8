import type { Queryable } from '../../platform/postgres/database.ts'
import type { BlockKey } from './block-store.ts'

export interface RollupRow extends BlockKey {
  readonly payload: Buffer
}

export const rollupTables = ['telemetry_rollup_hour', 'telemetry_rollup_minute'] as const
type Table = (typeof rollupTables)[number]

export const readRollups = (
  db: Queryable,
  table: Table,
  keys: readonly BlockKey[],
): Promise<{ series: number; periodStart: number; payload: Buffer }[]> =>
  db.query(
    `SELECT r.series, r.period_start AS "periodStart", r.payload
     FROM unnest($1::int[], $2::bigint[]) AS k (series, period_start)
     JOIN ${table} r USING (series, period_start)`,
    [keys.map((key) => key.series), keys.map((key) => key.periodStart)],
  )

export const writeRollups = (db: Queryable, table: Table, rows: readonly RollupRow[]): Promise<unknown> =>
  db.query(
    `INSERT INTO ${table} (series, period_start, payload)
     SELECT * FROM unnest($1::int[], $2::bigint[], $3::bytea[])
     ON CONFLICT (series, period_start) DO UPDATE SET payload = excluded.payload`,
    [rows.map((row) => row.series), rows.map((row) => row.periodStart), rows.map((row) => row.payload)],
  )

export const deleteRollups = (db: Queryable, table: Table, keys: readonly BlockKey[]): Promise<unknown> =>
  db.query(
    `DELETE FROM ${table} r USING unnest($1::int[], $2::bigint[]) AS k (series, period_start)
     WHERE r.series = k.series AND r.period_start = k.period_start`,
    [keys.map((key) => key.series), keys.map((key) => key.periodStart)],
  )

/** An hour of a series as its block and, where there is one, its minutes. */
export interface RolledHour {
  readonly periodStart: number
  readonly minutes: Buffer | null
  /** Only where there are no minutes, or the hour is one of `opened`. */
  readonly block: Buffer | null
}

export const readRolledHours = (
  db: Queryable,
  series: number,
  from: number,
  to: number,
  opened: readonly number[],
): Promise<RolledHour[]> =>
  db.query(
    `SELECT b.period_start AS "periodStart", CASE WHEN b.rolled THEN m.payload END AS minutes,
       CASE WHEN NOT b.rolled OR m.payload IS NULL OR b.period_start = ANY($4::bigint[]) THEN b.payload END AS block
     FROM telemetry_block b LEFT JOIN telemetry_rollup_minute m USING (series, period_start)
     WHERE b.series = $1 AND b.period_start >= $2 AND b.period_start < $3 ORDER BY b.period_start`,
    [series, from, to, opened],
  )

export const readRolledDays = (
  db: Queryable,
  series: number,
  from: number,
  to: number,
): Promise<{ payload: Buffer }[]> =>
  db.query(
    `SELECT payload FROM telemetry_rollup_hour
     WHERE series = $1 AND period_start >= $2 AND period_start < $3 ORDER BY period_start`,
    [series, from, to],
  )

/** Hours of a series whose block was written since it was rolled up, or never was. */
export const readUnrolledHours = (
  db: Queryable,
  series: number,
  from: number,
  to: number,
): Promise<{ periodStart: number }[]> =>
  db.query(
    `SELECT period_start AS "periodStart" FROM telemetry_block
     WHERE NOT rolled AND series = $1 AND period_start >= $2 AND period_start < $3 ORDER BY period_start`,
    [series, from, to],
  )

/** Blocks after `after` of hours that began before `before` and are to be rolled up, by series and hour. */
export const readUnrolledBlocks = (
  db: Queryable,
  before: number,
  after: BlockKey,
  limit: number,
): Promise<{ series: number; periodStart: number; payload: Buffer }[]> =>
  db.query(
    `SELECT series, period_start AS "periodStart", payload FROM telemetry_block
     WHERE NOT rolled AND period_start < $1 AND (series, period_start) > ($2::int, $3::bigint)
     ORDER BY series, period_start LIMIT $4`,
    [before, after.series, after.periodStart, limit],
  )

export const markRolled = (db: Queryable, keys: readonly BlockKey[]): Promise<unknown> =>
  db.query(
    `UPDATE telemetry_block b SET rolled = true FROM unnest($1::int[], $2::bigint[]) AS k (series, period_start)
     WHERE b.series = k.series AND b.period_start = k.period_start`,
    [keys.map((key) => key.series), keys.map((key) => key.periodStart)],
  )

/** Everything of these series. */
export async function deleteRollupsOfSeries(db: Queryable, series: readonly number[]): Promise<void> {
  for (const table of rollupTables)
    await db.query(`DELETE FROM ${table} WHERE series = ANY($1::int[])`, [series])
}

/** Days of these series that are over before `before`: how many hours' entries went. */
export const deleteRolledDays = (
  db: Queryable,
  series: readonly number[],
  before: number,
  dayUs: number,
): Promise<{ series: number; periodStart: number; payload: Buffer }[]> =>
  db.query(
    `DELETE FROM telemetry_rollup_hour WHERE series = ANY($1::int[]) AND period_start + $3::bigint <= $2
     RETURNING series, period_start AS "periodStart", payload`,
    [series, before, dayUs],
  )
