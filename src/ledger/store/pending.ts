/** Rows that were committed to and have no number yet. */
import type { Queryable } from '../../platform/postgres/database.ts'
import type { LeafOpening } from '../commitment.ts'

export interface Committed extends LeafOpening {
  readonly salt: Uint8Array
  readonly commitment: Uint8Array
}

/** An array as PostgreSQL writes it in text, for arrays of arrays of different lengths. */
const arrayText = (values: readonly string[]): string =>
  `{${values.map((value) => `"${value.replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`

const buffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

export async function insertPending(db: Queryable, rows: readonly Committed[]): Promise<void> {
  await db.query(
    `INSERT INTO ledger_pending (commitment, kind, key, at_us, patients, adopted, digest, salt)
     SELECT commitment, kind, key, at_us, patients::text[], adopted, digest, salt
     FROM unnest($1::bytea[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::boolean[], $7::bytea[], $8::bytea[])
       AS r (commitment, kind, key, at_us, patients, adopted, digest, salt)`,
    [
      rows.map((row) => buffer(row.commitment)),
      rows.map((row) => row.kind),
      rows.map((row) => row.key),
      rows.map((row) => row.atUs),
      rows.map((row) => arrayText(row.patients)),
      rows.map((row) => row.adopted),
      rows.map((row) => buffer(row.digest)),
      rows.map((row) => buffer(row.salt)),
    ],
  )
}

/** Gives the oldest their numbers from `size` on; their commitments one after another. */
export async function numberPending(db: Queryable, size: number, limit: number): Promise<Uint8Array> {
  const [row] = await db.query<{ commitments: Buffer | null }>(
    `WITH taken AS (
       DELETE FROM ledger_pending WHERE seq IN (SELECT seq FROM ledger_pending ORDER BY seq LIMIT $2) RETURNING *)
     , numbered AS (SELECT *, $1::bigint + row_number() OVER (ORDER BY seq) - 1 AS leaf FROM taken)
     , kept AS (
       INSERT INTO ledger_entry (leaf, kind, key, at_us, patients, adopted, digest, salt)
       SELECT leaf, kind, key, at_us, patients, adopted, digest, salt FROM numbered WHERE salt IS NOT NULL)
     SELECT string_agg(commitment, ''::bytea ORDER BY leaf) AS commitments FROM numbered`,
    [size, limit],
  )
  return row?.commitments ?? new Uint8Array()
}

export async function countPending(db: Queryable): Promise<number> {
  const [row] = await db.query<{ n: number }>('SELECT count(*) AS n FROM ledger_pending')
  return row!.n
}

export interface WaitingEntry extends Omit<LeafOpening, 'adopted'> {
  readonly seq: number
  readonly commitment: Uint8Array
}

interface WaitingRow extends Omit<WaitingEntry, 'atUs'> {
  at_us: number
}

export async function pendingOfPatients(db: Queryable, patients: readonly string[]): Promise<WaitingEntry[]> {
  const rows = await db.query<WaitingRow>(
    `SELECT seq, commitment, kind, key, at_us, patients, digest FROM ledger_pending
     WHERE patients && $1::text[] ORDER BY seq`,
    [patients],
  )
  return rows.map(({ at_us, ...row }) => ({ ...row, atUs: at_us }))
}

/** Takes away what opens their commitments, which stay and get their numbers. */
export async function forgetPending(db: Queryable, seqs: readonly number[]): Promise<void> {
  await db.query(
    `UPDATE ledger_pending
     SET kind = NULL, key = NULL, at_us = NULL, patients = NULL, digest = NULL, salt = NULL
     WHERE seq = ANY ($1::bigint[])`,
    [seqs],
  )
}
