import type { Queryable } from '../../platform/postgres/database.ts'
import { samplePeriod } from '../periods.ts'
import { journalKind } from './journal-store.ts'
import type { LatestRow } from './series-store.ts'

export interface BlockKey {
  readonly series: number
  readonly periodStart: number
}
export interface BlockRow extends BlockKey {
  readonly firstAt: number
  readonly lastAt: number
  /** Absent: not known, which is read as long ago. */
  readonly storedFrom?: number
  readonly storedUntil: number
  readonly readings: number
  readonly payload: Buffer
}

/** One part of a series as the database holds it at one moment: blocks first, then journal rows as they were stored. */
export interface StoredPart {
  readonly source: 'block' | 'journal'
  /** Start of the period, or id of the journal row. */
  readonly key: number
  readonly payload: Buffer | null
}

export const blockTable = (kind: number): string =>
  kind === journalKind.samples ? 'telemetry_block' : 'telemetry_wave_block'

/** What a reader knows of the journal without asking. */
export interface KnownRows {
  /** Held decoded: only whether they still exist is asked. */
  readonly held: readonly number[]
  /** Ranges of ids, ends included, of rows that may exist unknown. */
  readonly unknownFrom: readonly number[]
  readonly unknownTo: readonly number[]
}

/** Held rows that still exist, and what else is in the journal; `$1`…`$4` are kind, held, and both ends. */
const journalParts = (touches: string) =>
  `SELECT 'journal' AS source, id AS key, NULL::bytea AS payload
   FROM unnest($2::bigint[]) AS held (id) JOIN telemetry_journal USING (id)
   UNION ALL
   SELECT 'journal', id, payload FROM unnest($3::bigint[], $4::bigint[]) AS unknown (low, high)
   JOIN telemetry_journal j ON j.id BETWEEN low AND high WHERE kind = $1 AND ${touches}`

const valuesOf = (kind: number, { held, unknownFrom, unknownTo }: KnownRows) => [
  kind,
  held,
  unknownFrom,
  unknownTo,
]

/**
 * What touches [from, to). One statement, so one snapshot: compaction moves samples from journal to block, and no reader
 * sees them in both. A block reaches at most `reachUs` beyond the start of its period.
 */
export const readParts = (
  db: Queryable,
  kind: number,
  series: number,
  from: number,
  to: number,
  reachUs: number,
  known: KnownRows,
): Promise<StoredPart[]> =>
  db.query(
    `SELECT 'block' AS source, period_start AS key, payload FROM ${blockTable(kind)}
     WHERE series = $5 AND period_start > $8 AND period_start < $7 AND first_at < $7 AND last_at >= $6
     UNION ALL ${journalParts('max_measured >= $6 AND min_measured < $7')}
     ORDER BY source, key`,
    [...valuesOf(kind, known), series, from, to, from - reachUs],
    { often: true },
  )

/** As `readParts`, but only the newest `limit` blocks that begin before `to`. */
export const readNewestParts = (
  db: Queryable,
  series: number,
  to: number,
  limit: number,
  known: KnownRows,
): Promise<StoredPart[]> =>
  db.query(
    `(SELECT 'block' AS source, period_start AS key, payload FROM telemetry_block
      WHERE series = $5 AND period_start < $6 ORDER BY period_start DESC LIMIT $7)
     UNION ALL ${journalParts('min_measured < $6')}
     ORDER BY source, key`,
    [...valuesOf(journalKind.samples, known), series, to, limit],
    { often: true },
  )

export const readBlocks = (
  db: Queryable,
  kind: number,
  keys: readonly BlockKey[],
): Promise<{ series: number; periodStart: number; payload: Buffer }[]> =>
  db.query(
    `SELECT b.series, b.period_start AS "periodStart", b.payload
     FROM unnest($1::int[], $2::bigint[]) AS k (series, period_start)
     JOIN ${blockTable(kind)} b USING (series, period_start)`,
    [keys.map((key) => key.series), keys.map((key) => key.periodStart)],
  )

export const writeBlocks = (db: Queryable, kind: number, rows: readonly BlockRow[]): Promise<unknown> =>
  db.query(
    `INSERT INTO ${blockTable(kind)} (series, period_start, first_at, last_at, stored_until, readings, payload, stored_from)
     SELECT * FROM unnest($1::int[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::int[], $7::bytea[],
       $8::bigint[])
     ON CONFLICT (series, period_start) DO UPDATE SET first_at = excluded.first_at, last_at = excluded.last_at,
       stored_from = excluded.stored_from, stored_until = excluded.stored_until, readings = excluded.readings, payload = excluded.payload${
         kind === journalKind.samples ? ', rolled = false' : ''
       }`,
    [
      rows.map((row) => row.series),
      rows.map((row) => row.periodStart),
      rows.map((row) => row.firstAt),
      rows.map((row) => row.lastAt),
      rows.map((row) => row.storedUntil),
      rows.map((row) => row.readings),
      rows.map((row) => row.payload),
      rows.map((row) => row.storedFrom ?? 0),
    ],
  )

/**
 * Moves `telemetry_latest` forward; never back, as late data may be older than what is there. A value is a double to the
 * bit: the driver would write -0 as 0.
 */
export const writeLatest = (db: Queryable, rows: readonly LatestRow[]): Promise<unknown> =>
  db.query(
    `INSERT INTO telemetry_latest AS l (series, kind, first_at, last_at, received_at, value, quality)
     SELECT * FROM unnest($1::int[], $2::smallint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::float8[], $7::smallint[])
     ON CONFLICT (series, kind) DO UPDATE SET
       first_at = least(l.first_at, excluded.first_at),
       last_at = greatest(l.last_at, excluded.last_at),
       received_at = CASE WHEN excluded.last_at >= l.last_at THEN excluded.received_at ELSE l.received_at END,
       value = CASE WHEN excluded.last_at >= l.last_at THEN excluded.value ELSE l.value END,
       quality = CASE WHEN excluded.last_at >= l.last_at THEN excluded.quality ELSE l.quality END`,
    [
      rows.map((row) => row.series),
      rows.map((row) => row.kind),
      rows.map((row) => row.firstAt),
      rows.map((row) => row.lastAt),
      rows.map((row) => row.receivedAt),
      rows.map((row) => (Object.is(row.value, -0) ? '-0' : row.value)),
      rows.map((row) => row.quality),
    ],
  )

/** Only one compaction at a time, in any process; freed when the transaction ends. */
export async function lockCompaction(db: Queryable): Promise<boolean> {
  const [row] = await db.query<{ locked: boolean }>('SELECT pg_try_advisory_xact_lock(7264882) AS locked')
  return row!.locked
}

/** As `lockCompaction`, but waits for whoever has it. */
export const awaitCompactionLock = (db: Queryable): Promise<unknown> =>
  db.query('SELECT pg_advisory_xact_lock(7264882)')

/** Journal rows of a kind that touch [from, to). */
export const readJournalParts = (
  db: Queryable,
  kind: number,
  from: number,
  to: number,
  heldIds: readonly number[],
): Promise<StoredPart[]> =>
  db.query(
    `SELECT 'journal' AS source, id AS key, CASE WHEN id = ANY($4::bigint[]) THEN NULL ELSE payload END AS payload
     FROM telemetry_journal WHERE kind = $1 AND max_measured >= $2 AND min_measured < $3 ORDER BY id`,
    [kind, from, to, heldIds],
  )

export interface BlockCount {
  readonly series: number
  readonly periodStart: number
  readonly readings: number
  /** Only where the block must be opened to count it: it reaches over an end, or is one of `opened`. */
  readonly payload: Buffer | null
}

/** Counts of the blocks that touch [from, to): one row for all that count as they are, one each for those to be opened. */
export const readBlockCounts = (
  db: Queryable,
  kind: number,
  series: readonly number[],
  from: number,
  to: number,
  opened: readonly BlockKey[],
): Promise<BlockCount[]> =>
  db.query(
    `WITH touched AS (
       SELECT b.series, b.period_start, b.readings, b.payload,
         b.first_at < $2 OR b.last_at >= $3 OR o.series IS NOT NULL AS open
       FROM ${blockTable(kind)} b
       LEFT JOIN unnest($4::int[], $5::bigint[]) AS o (series, period_start)
         ON o.series = b.series AND o.period_start = b.period_start
       WHERE b.series = ANY($1::int[]) AND b.first_at < $3 AND b.last_at >= $2)
     SELECT 0 AS series, 0::bigint AS "periodStart", coalesce(sum(readings), 0)::bigint AS readings,
       NULL::bytea AS payload FROM touched WHERE NOT open
     UNION ALL
     SELECT series, period_start, readings, payload FROM touched WHERE open`,
    [series, from, to, opened.map((key) => key.series), opened.map((key) => key.periodStart)],
  )

/** Every statement of the transaction sees the database at one moment. Must be its first. */
export const readOneMoment = (db: Queryable): Promise<unknown> =>
  db.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY')

/** Where the next block of the series begins, or the earliest of any series in the journal; null: neither is there. */
export async function readNextAt(db: Queryable, series: number, from: number): Promise<number | null> {
  const [row] = await db.query<{ next: number | null }>(
    `SELECT least(
       (SELECT min(period_start) FROM telemetry_block WHERE series = $1 AND period_start > $2 - ${samplePeriod}
          AND last_at >= $2),
       (SELECT min(min_measured) FROM telemetry_journal WHERE kind = 0 AND max_measured >= $2))::bigint AS next`,
    [series, from],
  )
  return row!.next
}
