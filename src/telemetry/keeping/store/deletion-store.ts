import type { Queryable, Transaction } from '../../../platform/postgres/database.ts'
import type { Deleted } from '../model.ts'

const dayUs = 86_400_000_000

/** Counts what goes, in the transaction that deletes it: one row per series, kind, reason and day. */
export const logDeletions = async (
  tx: Transaction,
  why: 'retention' | 'erasure',
  deleted: readonly Deleted[],
  now: number,
): Promise<unknown> =>
  deleted.length === 0
    ? undefined
    : tx.query(
        `INSERT INTO telemetry_deletion AS d
           (series, kind, why, day, from_at, to_at, blocks, readings, bytes, deleted_at)
         SELECT series, kind, $1, $2, min(first_at), max(last_at), sum(blocks), sum(readings), sum(bytes), $3
         FROM unnest($4::int[], $5::smallint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[])
           AS g (series, kind, first_at, last_at, blocks, readings, bytes)
         GROUP BY series, kind
         ON CONFLICT (series, kind, why, day) DO UPDATE SET
           from_at = least(d.from_at, excluded.from_at), to_at = greatest(d.to_at, excluded.to_at),
           blocks = d.blocks + excluded.blocks, readings = d.readings + excluded.readings,
           bytes = d.bytes + excluded.bytes, deleted_at = excluded.deleted_at`,
        [
          ...[why, Math.floor(now / dayUs) * dayUs, now],
          ...[deleted.map((one) => one.series), deleted.map((one) => one.kind)],
          ...[deleted.map((one) => one.firstAt), deleted.map((one) => one.lastAt)],
          ...[deleted.map((one) => one.blocks), deleted.map((one) => one.readings)],
          deleted.map((one) => one.bytes),
        ],
      )

export interface DeletionRow {
  readonly series: number
  readonly metric: string | null
  readonly device: string | null
  readonly kind: number
  readonly why: 'retention' | 'erasure'
  readonly from: number
  readonly to: number
  readonly readings: number
  readonly bytes: number
  readonly deletedAt: number
}

/** The newest deletions, of one patient or of everyone. */
export const readDeletions = (db: Queryable, patient: string | null, limit: number): Promise<DeletionRow[]> =>
  db.query(
    `SELECT d.series, s.metric, s.device, d.kind, d.why, d.from_at AS "from", d.to_at AS "to", d.readings, d.bytes,
       d.deleted_at AS "deletedAt"
     FROM telemetry_deletion d LEFT JOIN telemetry_series s ON s.id = d.series
     WHERE $1::text IS NULL OR s.patient = $1
     ORDER BY d.deleted_at DESC, d.id DESC LIMIT $2`,
    [patient, limit],
  )
