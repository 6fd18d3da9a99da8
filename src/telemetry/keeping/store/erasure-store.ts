import type { Queryable, Transaction } from '../../../platform/postgres/database.ts'
import { blockTable } from '../../store/block-store.ts'
import type { DeletedBlock } from './retention-store.ts'

export interface ErasureRow {
  readonly id: number
  readonly patient: string
  readonly reason: string
  readonly askedAt: number
  readonly askedBy: string
  readonly rewrite: boolean | null
  readonly series: readonly number[]
  readonly state: 'running' | 'done'
  readonly readings: number
  readonly files: 'rewritten' | 'vacuumed' | null
  readonly doneAt: number | null
}

const columns = `id, patient, reason, asked_at AS "askedAt", asked_by AS "askedBy", rewrite, series, state, readings,
  files, done_at AS "doneAt"`

export const runningErasure = async (db: Queryable, patient: string): Promise<ErasureRow | undefined> =>
  (
    await db.query<ErasureRow>(
      `SELECT ${columns} FROM telemetry_erasure WHERE patient = $1 AND state = 'running'`,
      [patient],
    )
  )[0]

export const runningErasures = (db: Queryable): Promise<ErasureRow[]> =>
  db.query(`SELECT ${columns} FROM telemetry_erasure WHERE state = 'running' ORDER BY id`)

export const findErasure = async (db: Queryable, id: number): Promise<ErasureRow | undefined> =>
  (await db.query<ErasureRow>(`SELECT ${columns} FROM telemetry_erasure WHERE id = $1`, [id]))[0]

export const readErasures = (db: Queryable, limit: number): Promise<ErasureRow[]> =>
  db.query(`SELECT ${columns} FROM telemetry_erasure ORDER BY id DESC LIMIT $1`, [limit])

/** Takes the patient's series out of the list of series, for good, and notes which they were. */
export const beginErasure = async (
  tx: Transaction,
  order: Pick<ErasureRow, 'patient' | 'reason' | 'askedAt' | 'askedBy' | 'rewrite'>,
): Promise<ErasureRow> =>
  (
    await tx.query<ErasureRow>(
      `WITH gone AS (DELETE FROM telemetry_series WHERE patient = $1 RETURNING id),
         forgotten AS (DELETE FROM telemetry_import WHERE patient = $1),
         unsaid AS (DELETE FROM telemetry_change WHERE from_patient = $1 OR to_patient = $1)
       INSERT INTO telemetry_erasure (patient, reason, asked_at, asked_by, rewrite, series)
       SELECT $1, $2, $3, $4, $5, coalesce(array_agg(id ORDER BY id), '{}') FROM gone RETURNING ${columns}`,
      [order.patient, order.reason, order.askedAt, order.askedBy, order.rewrite],
    )
  )[0]!

/** Deletes at most `limit` blocks of the series. */
export const deleteSeriesBlocks = (
  tx: Transaction,
  kind: number,
  series: readonly number[],
  limit: number,
): Promise<DeletedBlock[]> =>
  tx.query(
    `WITH gone AS (SELECT series, period_start FROM ${blockTable(kind)} WHERE series = ANY($1::int[]) LIMIT $2)
     DELETE FROM ${blockTable(kind)} b USING gone
     WHERE b.series = gone.series AND b.period_start = gone.period_start
     RETURNING b.series, b.period_start AS "periodStart", b.first_at AS "firstAt", b.last_at AS "lastAt", b.readings,
       octet_length(b.payload) AS bytes`,
    [series, limit],
  )

export const deleteSeriesLatest = (tx: Transaction, series: readonly number[]): Promise<unknown> =>
  tx.query('DELETE FROM telemetry_latest WHERE series = ANY($1::int[])', [series])

export const countErased = (tx: Transaction, id: number, readings: number): Promise<unknown> =>
  tx.query('UPDATE telemetry_erasure SET readings = readings + $2 WHERE id = $1', [id, readings])

export const finishErasure = async (
  db: Queryable,
  id: number,
  files: 'rewritten' | 'vacuumed',
  doneAt: number,
): Promise<ErasureRow> =>
  (
    await db.query<ErasureRow>(
      `UPDATE telemetry_erasure SET state = 'done', files = $2, done_at = $3 WHERE id = $1 RETURNING ${columns}`,
      [id, files, doneAt],
    )
  )[0]!

/** The newest journal row there is; 0: none. */
export async function newestJournalId(db: Queryable): Promise<number> {
  const [row] = await db.query<{ id: number }>('SELECT coalesce(max(id), 0) AS id FROM telemetry_journal')
  return row!.id
}

export async function oldestJournalId(db: Queryable): Promise<number | null> {
  const [row] = await db.query<{ id: number | null }>('SELECT min(id) AS id FROM telemetry_journal')
  return row!.id
}

export async function tablesBytes(db: Queryable, tables: readonly string[]): Promise<number> {
  const [row] = await db.query<{ bytes: number }>(
    'SELECT coalesce(sum(pg_total_relation_size(t::regclass)), 0)::bigint AS bytes FROM unnest($1::text[]) AS t',
    [tables],
  )
  return row!.bytes
}

/** A transaction number that is later than everything committed before. */
export async function laterThanNow(db: Queryable): Promise<string> {
  const [row] = await db.query<{ xid: string }>('SELECT pg_current_xact_id()::text AS xid')
  return row!.xid
}

/**
 * Whether someone may still see what was deleted before that: vacuuming keeps it for them, even in new files. This
 * connection counts too: its snapshot reaches back to the oldest transaction of the whole server, as that of VACUUM will.
 */
export async function isStillSeen(db: Queryable, xid: string): Promise<boolean> {
  const [row] = await db.query<{ seen: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM pg_stat_activity
       WHERE datid = (SELECT oid FROM pg_database WHERE datname = current_database())
         AND age(backend_xmin) > age($1::xid8::xid)) AS seen`,
    [xid],
  )
  return row!.seen
}

/** With `rewrite` the table gets new files that hold nothing but live rows; until then it is locked. */
export const vacuum = (db: Queryable, table: string, rewrite: boolean): Promise<unknown> =>
  db.query(`VACUUM ${rewrite ? '(FULL, ANALYZE)' : '(ANALYZE)'} ${table}`)
