import type { Client } from 'pg'
import type { Queryable } from '../../platform/postgres/database.ts'

export const journalKind = { samples: 0, waveforms: 1 } as const

export interface JournalRow {
  readonly kind: number
  readonly storedAt: number
  readonly minMeasured: number
  readonly maxMeasured: number
  readonly sampleCount: number
  readonly payload: Buffer
}

/** A row that was read; no payload where the reader said it holds it already. */
export interface JournalEntry {
  readonly id: number
  readonly kind: number
  readonly payload: Buffer | null
}

const columns = '(kind, stored_at, min_measured, max_measured, sample_count, payload)'

const valuesOf = (row: JournalRow) => [
  row.kind,
  row.storedAt,
  row.minMeasured,
  row.maxMeasured,
  row.sampleCount,
  row.payload,
]

/** Inserts one or two rows in one statement, which is one transaction and one wait for the disk; answers their ids. */
export async function insertJournalRows(client: Client, rows: readonly JournalRow[]): Promise<number[]> {
  const places = rows.map((_, i) => `(${[1, 2, 3, 4, 5, 6].map((n) => `$${i * 6 + n}`).join(', ')})`)
  const { rows: inserted } = await client.query<{ id: number }>({
    name: `journal-insert-${rows.length}`,
    text: `INSERT INTO telemetry_journal ${columns} VALUES ${places.join(', ')} RETURNING id`,
    values: rows.flatMap(valuesOf),
  })
  return inserted.map((row) => row.id)
}

/** Acknowledged must mean on disk, whatever the server's default is. */
export const demandDurability = (client: Client): Promise<unknown> =>
  client.query('SET synchronous_commit = on')

/**
 * The oldest rows after `afterId`: at most `limit.rows`, and no further ones once they hold `limit.samples`. Payloads only
 * of those not in `heldIds`.
 */
export const readJournal = (
  db: Queryable,
  afterId: number,
  limit: { readonly rows: number; readonly samples: number },
  heldIds: readonly number[] = [],
): Promise<JournalEntry[]> =>
  db.query(
    `WITH oldest AS (
       SELECT id, sum(sample_count) OVER (ORDER BY id) - sample_count AS samples_before
       FROM telemetry_journal WHERE id > $1 ORDER BY id LIMIT $2)
     SELECT id, kind, CASE WHEN id = ANY($4::bigint[]) THEN NULL ELSE payload END AS payload
     FROM telemetry_journal JOIN oldest USING (id) WHERE samples_before < $3 ORDER BY id`,
    [afterId, limit.rows, limit.samples, heldIds],
  )

export const deleteJournal = (db: Queryable, ids: readonly number[]): Promise<unknown> =>
  db.query('DELETE FROM telemetry_journal WHERE id = ANY($1::bigint[])', [ids])

export async function journalState(
  db: Queryable,
): Promise<{ readonly rows: number; readonly bytes: number; readonly oldestStoredAt: number | null }> {
  const [row] = await db.query<{ rows: number; bytes: number; oldest: number | null }>(
    `SELECT count(*) AS rows, coalesce(sum(octet_length(payload)), 0)::bigint AS bytes, min(stored_at) AS oldest
     FROM telemetry_journal`,
  )
  return { rows: row!.rows, bytes: row!.bytes, oldestStoredAt: row!.oldest }
}
