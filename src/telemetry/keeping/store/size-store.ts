import type { Queryable } from '../../../platform/postgres/database.ts'
import { blockTable } from '../../store/block-store.ts'

export interface SeriesShare {
  readonly series: number
  /** Bytes of its rows, and of those whose period began since `since`. */
  readonly bytes: number
  readonly recentBytes: number
  /** Where the first of those begins. */
  readonly recentFrom: number | null
}

/** What `row` and index cost beside a payload. */
const rowBytes = 100
const pageBytes = 8_192

/**
 * Each series' part of a table, from a random sample of at most about `pages` pages: cheap at any size, exact where the
 * table is smaller. Payloads that lie beside the table are counted without reading them.
 */
export const sampleShares = (
  db: Queryable,
  kind: number,
  since: number,
  pages: number,
): Promise<SeriesShare[]> =>
  db.query(
    `SELECT series, sum(octet_length(payload) + ${rowBytes})::bigint AS bytes,
       coalesce(sum(octet_length(payload) + ${rowBytes}) FILTER (WHERE period_start >= $1), 0)::bigint AS "recentBytes",
       min(period_start) FILTER (WHERE period_start >= $1) AS "recentFrom"
     FROM ${blockTable(kind)}
       TABLESAMPLE SYSTEM ((SELECT least(100, 100.0 * $2 * ${pageBytes}
         / greatest(1, pg_relation_size('${blockTable(kind)}')))))
     GROUP BY series`,
    [since, pages],
  )

/** With indexes and what lies beside the table. */
export const tableBytes = async (db: Queryable, tables: readonly string[]): Promise<Map<string, number>> =>
  new Map(
    (
      await db.query<{ name: string; bytes: number }>(
        'SELECT t AS name, pg_total_relation_size(t::regclass) AS bytes FROM unnest($1::text[]) AS t',
        [tables],
      )
    ).map((row) => [row.name, row.bytes]),
  )

export async function databaseBytes(db: Queryable): Promise<number> {
  const [row] = await db.query<{ bytes: number }>('SELECT pg_database_size(current_database()) AS bytes')
  return row!.bytes
}
