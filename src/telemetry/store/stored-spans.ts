import type { Queryable } from '../../platform/postgres/database.ts'
import { journalKind } from './journal-store.ts'

/** What is asked for: stored in [storedFrom, storedTo), measured in [from, to); of these series, or of all. */
export interface StoredRange {
  readonly storedFrom: number
  readonly storedTo: number
  readonly from: number
  readonly to: number
  readonly series: readonly number[] | null
}

/** A stretch of a series that may hold readings that were stored in the time asked for. */
export interface StoredSpan {
  readonly series: number
  readonly firstAt: number
  readonly lastAt: number
  /** None of it was stored before. */
  readonly storedFrom: number
  /** The newest of it was stored then. */
  readonly storedUntil: number
}

/** At most `limit` blocks: those that were begun first, or those that were added to last. */
export const readStoredBlocks = (
  db: Queryable,
  kind: number,
  { storedFrom, storedTo, from, to, series }: StoredRange,
  order: 'oldest' | 'newest',
  limit: number,
): Promise<StoredSpan[]> =>
  db.query(
    `SELECT series, first_at AS "firstAt", last_at AS "lastAt", stored_from AS "storedFrom",
       stored_until AS "storedUntil"
     FROM ${kind === journalKind.samples ? 'telemetry_block' : 'telemetry_wave_block'}
     WHERE stored_until >= $1 AND stored_from < $2 AND first_at < $4 AND last_at >= $3
       AND ($5::int[] IS NULL OR series = ANY ($5))
     ORDER BY ${order === 'oldest' ? 'stored_from' : 'stored_until DESC'} LIMIT $6`,
    [storedFrom, storedTo, from, to, series, limit],
  )

/** Rows of the journal in that range; payloads only of those not in `heldIds`. */
export const readStoredJournal = (
  db: Queryable,
  kind: number,
  { storedFrom, storedTo, from, to }: StoredRange,
  heldIds: readonly number[],
): Promise<{ id: number; storedAt: number; payload: Buffer | null }[]> =>
  db.query(
    `SELECT id, stored_at AS "storedAt", CASE WHEN id = ANY($6::bigint[]) THEN NULL ELSE payload END AS payload
     FROM telemetry_journal
     WHERE kind = $1 AND stored_at >= $2 AND stored_at < $3 AND max_measured >= $4 AND min_measured < $5`,
    [kind, storedFrom, storedTo, from, to, heldIds],
  )
