/** Signed checkpoints, and what others signed under them. */
import type { Queryable } from '../../platform/postgres/database.ts'
import { type NoteSignature, signatureText } from '../note/note.ts'

export interface KeptCheckpoint {
  readonly atUs: number
  readonly size: number
  /** The signed note with the log's and all others' signatures. */
  readonly note: string
}

interface CheckpointRow {
  at_us: number
  size: number
  text: string
  lines: string[]
}

const kept = ({ at_us, size, text, lines }: CheckpointRow): KeptCheckpoint => ({
  ...{ atUs: at_us, size },
  note: `${text}\n${lines.map((line) => `${line}\n`).join('')}`,
})

const withLines = `SELECT c.at_us, c.size, c.text, c.signature || array(
    SELECT s.line FROM ledger_cosignature s WHERE s.at_us = c.at_us ORDER BY s.name, s.key_id) AS lines
  FROM ledger_checkpoint c`

export async function insertCheckpoint(
  db: Queryable,
  checkpoint: { readonly atUs: number; readonly size: number; readonly text: string },
  signature: NoteSignature,
): Promise<void> {
  const { atUs, size, text } = checkpoint
  await db.query('INSERT INTO ledger_checkpoint (at_us, size, text, signature) VALUES ($1, $2, $3, $4)', [
    ...[atUs, size, text, signatureText(signature)],
  ])
}

export async function newestCheckpoint(db: Queryable): Promise<KeptCheckpoint | undefined> {
  const rows = await db.query<CheckpointRow>(`${withLines} ORDER BY c.at_us DESC LIMIT 1`)
  return rows[0] && kept(rows[0])
}

/** The newest one of exactly that size. */
export async function checkpointOfSize(db: Queryable, size: number): Promise<KeptCheckpoint | undefined> {
  const rows = await db.query<CheckpointRow>(`${withLines} WHERE c.size = $1 ORDER BY c.at_us DESC LIMIT 1`, [
    size,
  ])
  return rows[0] && kept(rows[0])
}

export async function checkpointsAfter(
  db: Queryable,
  atUs: number,
  limit: number,
): Promise<KeptCheckpoint[]> {
  const rows = await db.query<CheckpointRow>(`${withLines} WHERE c.at_us > $1 ORDER BY c.at_us LIMIT $2`, [
    ...[atUs, limit],
  ])
  return rows.map(kept)
}

/** When the checkpoint with this text was signed; undefined where it is none of ours. */
export async function checkpointByText(
  db: Queryable,
  size: number,
  text: string,
): Promise<number | undefined> {
  const rows = await db.query<{ at_us: number }>(
    'SELECT at_us FROM ledger_checkpoint WHERE size = $1 AND text = $2',
    [size, text],
  )
  return rows[0]?.at_us
}

export async function insertCosignature(
  db: Queryable,
  atUs: number,
  signature: NoteSignature,
): Promise<void> {
  await db.query(
    `INSERT INTO ledger_cosignature (at_us, name, key_id, line) VALUES ($1, $2, $3, $4)
     ON CONFLICT (at_us, name, key_id) DO UPDATE SET line = excluded.line`,
    [atUs, signature.name, signature.keyId, signatureText(signature)],
  )
}

/** Of the checkpoints before that time that nobody cosigned and no anchor holds, one a slot stays: the last of it. */
export async function thinCheckpoints(db: Queryable, beforeUs: number, slotUs: number): Promise<void> {
  await db.query(
    `DELETE FROM ledger_checkpoint c WHERE c.at_us < $1
       AND NOT EXISTS (SELECT FROM ledger_cosignature s WHERE s.at_us = c.at_us)
       AND NOT EXISTS (SELECT FROM ledger_anchor a WHERE a.size = c.size)
       AND EXISTS (SELECT FROM ledger_checkpoint l
         WHERE l.at_us > c.at_us AND l.at_us < (c.at_us / $2 + 1) * $2 AND l.at_us < $1)`,
    [beforeUs, slotUs],
  )
}
