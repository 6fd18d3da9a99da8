/** What opens the leaves: key, time, digest and salt of each row that was not erased; and the log's own marks. */
import type { Queryable } from '../../platform/postgres/database.ts'
import type { LeafKind, LeafOpening } from '../commitment.ts'

export interface KeptEntry extends LeafOpening {
  readonly leaf: number
  readonly salt: Uint8Array
}

export interface EntryRow {
  leaf: number
  kind: LeafKind
  key: string
  at_us: number
  patients: string[]
  adopted: boolean
  digest: Buffer
  salt: Buffer
}

export const entryColumns = 'leaf, kind, key, at_us, patients, adopted, digest, salt'
export const keptEntry = ({ at_us, ...row }: EntryRow): KeptEntry => ({ ...row, atUs: at_us })

/** The newest leaf of that row. */
export async function entryByKey(db: Queryable, key: string): Promise<KeptEntry | undefined> {
  const rows = await db.query<EntryRow>(
    `SELECT ${entryColumns} FROM ledger_entry WHERE key = $1 ORDER BY leaf DESC LIMIT 1`,
    [key],
  )
  return rows[0] && keptEntry(rows[0])
}

export async function entriesBetween(db: Queryable, from: number, to: number): Promise<KeptEntry[]> {
  const rows = await db.query<EntryRow>(
    `SELECT ${entryColumns} FROM ledger_entry WHERE leaf >= $1 AND leaf < $2 ORDER BY leaf`,
    [from, to],
  )
  return rows.map(keptEntry)
}

/** Those of the keys that no leaf and nothing that waits for a number names. */
export async function keysWithoutEntry(
  db: Queryable,
  kind: LeafKind,
  keys: readonly string[],
): Promise<Set<string>> {
  const rows = await db.query<{ key: string }>(
    `SELECT k.key FROM unnest($2::text[]) AS k (key)
     WHERE NOT EXISTS (SELECT FROM ledger_entry e WHERE e.key = k.key COLLATE "C" AND e.kind = $1)
       AND NOT EXISTS (SELECT FROM ledger_pending p WHERE p.key = k.key COLLATE "C" AND p.kind = $1)`,
    [kind, keys],
  )
  return new Set(rows.map(({ key }) => key))
}

export async function entriesOfPatients(db: Queryable, patients: readonly string[]): Promise<KeptEntry[]> {
  const rows = await db.query<EntryRow>(
    `SELECT ${entryColumns} FROM ledger_entry WHERE patients && $1::text[] ORDER BY leaf`,
    [patients],
  )
  return rows.map(keptEntry)
}

export async function forgetEntries(db: Queryable, leaves: readonly number[]): Promise<void> {
  await db.query('DELETE FROM ledger_entry WHERE leaf = ANY ($1::bigint[])', [leaves])
}

export interface Mark {
  readonly key: string
  readonly atUs: number
  readonly content: string
}

export async function insertMark(db: Queryable, { key, atUs, content }: Mark): Promise<void> {
  await db.query('INSERT INTO ledger_mark (key, at_us, content) VALUES ($1, $2, $3)', [key, atUs, content])
}

export async function marksByKey(db: Queryable, keys: readonly string[]): Promise<Mark[]> {
  const rows = await db.query<{ key: string; at_us: number; content: string }>(
    'SELECT key, at_us, content FROM ledger_mark WHERE key = ANY ($1)',
    [keys],
  )
  return rows.map(({ at_us, ...row }) => ({ ...row, atUs: at_us }))
}

export async function marksInOrder(db: Queryable, after: string | undefined, limit: number): Promise<Mark[]> {
  const rows = await db.query<{ key: string; at_us: number; content: string }>(
    'SELECT key, at_us, content FROM ledger_mark WHERE key > $1 ORDER BY key LIMIT $2',
    [after ?? '', limit],
  )
  return rows.map(({ at_us, ...row }) => ({ ...row, atUs: at_us }))
}
