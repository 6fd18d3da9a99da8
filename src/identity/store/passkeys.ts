import type { Queryable } from '../../platform/postgres/database.ts'

export interface Passkey {
  /** The credential's id, base64url. */
  readonly id: string
  readonly personId: string
  readonly name: string
  /** COSE, base64url. */
  readonly publicKey: string
  readonly counter: number
  readonly transports: readonly string[]
  readonly synced: boolean
  readonly createdAt: Date
  readonly lastUsedAt: Date | null
}

interface Row {
  id: string
  person_id: string
  name: string
  public_key: string
  counter: number
  transports: string[]
  synced: boolean
  created_at: Date
  last_used_at: Date | null
}

const columns = 'id, person_id, name, public_key, counter, transports, synced, created_at, last_used_at'
const toPasskey = (row: Row): Passkey => ({
  id: row.id,
  personId: row.person_id,
  name: row.name,
  publicKey: row.public_key,
  counter: row.counter,
  transports: row.transports,
  synced: row.synced,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
})

/** False where it is known already. */
export async function insertPasskey(db: Queryable, passkey: Passkey): Promise<boolean> {
  const { id, personId, name, publicKey, counter, transports, synced, createdAt, lastUsedAt } = passkey
  const rows = await db.query(
    `INSERT INTO passkey (${columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     ON CONFLICT DO NOTHING RETURNING id`,
    [id, personId, name, publicKey, counter, transports, synced, createdAt, lastUsedAt],
  )
  return rows.length === 1
}

export async function findPasskey(db: Queryable, id: string): Promise<Passkey | undefined> {
  const [row] = await db.query<Row>(`SELECT ${columns} FROM passkey WHERE id = $1`, [id])
  return row && toPasskey(row)
}

export async function listPasskeys(db: Queryable, personId: string): Promise<readonly Passkey[]> {
  const rows = await db.query<Row>(
    `SELECT ${columns} FROM passkey WHERE person_id = $1 ORDER BY created_at, id`,
    [personId],
  )
  return rows.map(toPasskey)
}

export async function peopleWithPasskeys(db: Queryable): Promise<ReadonlySet<string>> {
  const rows = await db.query<{ person_id: string }>('SELECT DISTINCT person_id FROM passkey')
  return new Set(rows.map((row) => row.person_id))
}

/** False where another use came between: the counter is no longer the one that was checked. */
export async function countUse(
  db: Queryable,
  { id, counter }: Passkey,
  newCounter: number,
  now: Date,
): Promise<boolean> {
  const rows = await db.query(
    'UPDATE passkey SET counter = $3, last_used_at = $4 WHERE id = $1 AND counter = $2 RETURNING id',
    [id, counter, newCounter, now],
  )
  return rows.length === 1
}

export async function renamePasskey(
  db: Queryable,
  personId: string,
  id: string,
  name: string,
): Promise<boolean> {
  const rows = await db.query('UPDATE passkey SET name = $3 WHERE id = $2 AND person_id = $1 RETURNING id', [
    personId,
    id,
    name,
  ])
  return rows.length === 1
}

export async function deletePasskey(db: Queryable, personId: string, id: string): Promise<boolean> {
  const rows = await db.query('DELETE FROM passkey WHERE id = $2 AND person_id = $1 RETURNING id', [
    personId,
    id,
  ])
  return rows.length === 1
}

export async function deletePasskeysOf(db: Queryable, personId: string): Promise<number> {
  return (await db.query('DELETE FROM passkey WHERE person_id = $1 RETURNING id', [personId])).length
}

export interface Challenge {
  readonly purpose: string
  /** The interaction, session or person that it was made for. */
  readonly subject: string
  readonly sha256: string
}

/** Replaces an earlier one of the same purpose and subject. */
export async function putChallenge(db: Queryable, challenge: Challenge, expiresAt: Date): Promise<void> {
  const { purpose, subject, sha256 } = challenge
  await db.query(
    `INSERT INTO passkey_challenge (purpose, subject, challenge_sha256, expires_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (purpose, subject) DO UPDATE SET challenge_sha256 = excluded.challenge_sha256,
       expires_at = excluded.expires_at`,
    [purpose, subject, sha256, expiresAt],
  )
}

/** True for exactly one caller a challenge. */
export async function takeChallenge(db: Queryable, challenge: Challenge, now: Date): Promise<boolean> {
  const { purpose, subject, sha256 } = challenge
  const rows = await db.query(
    `DELETE FROM passkey_challenge WHERE purpose = $1 AND subject = $2 AND challenge_sha256 = $3
       AND expires_at > $4 RETURNING subject`,
    [purpose, subject, sha256, now],
  )
  return rows.length === 1
}

export async function deleteOldChallenges(db: Queryable, now: Date): Promise<void> {
  await db.query('DELETE FROM passkey_challenge WHERE expires_at < $1', [now])
}
