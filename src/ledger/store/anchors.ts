/** What became of laying checkpoints down elsewhere, and what was seen of other members' logs. */
import type { Micros } from '../../kernel/time.ts'
import type { Queryable } from '../../platform/postgres/database.ts'
import type { AnchorPlace } from '../anchor/model.ts'

export interface AnchorRow {
  readonly id: number
  readonly place: AnchorPlace
  readonly size: number
  readonly note: string
  readonly state: 'confirmed' | 'failed' | 'lost'
  readonly reference: string | null
  readonly proof: Buffer | null
  readonly vouched_at: Micros | null
  readonly tried_at: Micros
  readonly error: string | null
}

export async function insertAnchor(db: Queryable, row: Omit<AnchorRow, 'id'>): Promise<void> {
  // Of attempts that fail one after the other the last is kept.
  await db.query(`DELETE FROM ledger_anchor WHERE place = $1 AND state = 'failed'`, [row.place])
  await db.query(
    `INSERT INTO ledger_anchor (place, size, note, state, reference, proof, vouched_at, tried_at, error)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      ...[row.place, row.size, row.note, row.state, row.reference, row.proof, row.vouched_at],
      ...[row.tried_at, row.error],
    ],
  )
}

export async function newestConfirmed(db: Queryable, place: AnchorPlace): Promise<AnchorRow | undefined> {
  const [row] = await db.query<AnchorRow>(
    `SELECT * FROM ledger_anchor WHERE place = $1 AND state = 'confirmed' ORDER BY id DESC LIMIT 1`,
    [place],
  )
  return row
}

export const newestAnchors = (db: Queryable, limit: number): Promise<AnchorRow[]> =>
  db.query<AnchorRow>('SELECT * FROM ledger_anchor ORDER BY id DESC LIMIT $1', [limit])

export async function markLost(db: Queryable, id: number): Promise<void> {
  await db.query(`UPDATE ledger_anchor SET state = 'lost' WHERE id = $1`, [id])
}

export interface PeerRow {
  readonly account: string
  readonly url: string
  readonly size: number
  readonly note: string
  readonly checked_at: Micros
  readonly fault: string | null
}

export const peers = (db: Queryable): Promise<PeerRow[]> =>
  db.query<PeerRow>('SELECT * FROM ledger_peer ORDER BY account')

export async function savePeer(db: Queryable, row: PeerRow): Promise<void> {
  await db.query(
    `INSERT INTO ledger_peer (account, url, size, note, checked_at, fault) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (account) DO UPDATE SET url = excluded.url, size = excluded.size, note = excluded.note,
       checked_at = excluded.checked_at, fault = coalesce(ledger_peer.fault, excluded.fault)`,
    [row.account, row.url, row.size, row.note, row.checked_at, row.fault],
  )
}
