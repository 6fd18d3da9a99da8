import type { Queryable } from '../../platform/postgres/database.ts'
import type { BlockKey } from './block-store.ts'

export interface RollupRow extends BlockKey {
  readonly payload: Buffer
}

type Table = 'telemetry_rollup_hour' | 'telemetry_rollup_minute'

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
    `SELECT b.period_start AS "periodStart", m.payload AS minutes,
       CASE WHEN m.payload IS NULL OR b.period_start = ANY($4::bigint[]) THEN b.payload END AS block
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

/** Which hours of a series have a block: from the index alone where the table is vacuumed. */
export const readBlockPeriods = (
  db: Queryable,
  series: number,
  from: number,
  to: number,
): Promise<{ periodStart: number }[]> =>
  db.query(
    `SELECT period_start AS "periodStart" FROM telemetry_block
     WHERE series = $1 AND period_start >= $2 AND period_start < $3 ORDER BY period_start`,
    [series, from, to],
  )
