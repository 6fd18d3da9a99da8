import type { Queryable } from '../../platform/postgres/database.ts'

export interface TotpRow {
  readonly sealedSecret: string
  readonly begunAt: Date
  readonly confirmedAt: Date | null
  readonly lastStep: number
}

interface Row {
  sealed_secret: string
  begun_at: Date
  confirmed_at: Date | null
  last_step: number
}

export async function findTotp(db: Queryable, personId: string): Promise<TotpRow | undefined> {
  const [row] = await db.query<Row>(
    'SELECT sealed_secret, begun_at, confirmed_at, last_step FROM person_totp WHERE person_id = $1',
    [personId],
  )
  return (
    row && {
      sealedSecret: row.sealed_secret,
      begunAt: row.begun_at,
      confirmedAt: row.confirmed_at,
      lastStep: row.last_step,
    }
  )
}

/** False where one is in use already. */
export async function beginTotp(
  db: Queryable,
  personId: string,
  sealedSecret: string,
  now: Date,
): Promise<boolean> {
  const rows = await db.query(
    `INSERT INTO person_totp AS t (person_id, sealed_secret, begun_at) VALUES ($1, $2, $3)
     ON CONFLICT (person_id) DO UPDATE SET sealed_secret = excluded.sealed_secret, begun_at = excluded.begun_at,
       last_step = 0 WHERE t.confirmed_at IS NULL RETURNING person_id`,
    [personId, sealedSecret, now],
  )
  return rows.length === 1
}

/** True for exactly one caller, and only for the secret that the code was compared with. */
export async function confirmTotp(
  db: Queryable,
  personId: string,
  sealedSecret: string,
  step: number,
  now: Date,
): Promise<boolean> {
  const rows = await db.query(
    `UPDATE person_totp SET confirmed_at = $4, last_step = $3
     WHERE person_id = $1 AND sealed_secret = $2 AND confirmed_at IS NULL RETURNING person_id`,
    [personId, sealedSecret, step, now],
  )
  return rows.length === 1
}

/** True for exactly one caller a step. */
export async function spendStep(db: Queryable, personId: string, step: number): Promise<boolean> {
  const rows = await db.query(
    'UPDATE person_totp SET last_step = $2 WHERE person_id = $1 AND last_step < $2 RETURNING person_id',
    [personId, step],
  )
  return rows.length === 1
}

export async function replaceRecoveryCodes(
  db: Queryable,
  personId: string,
  digests: readonly string[],
): Promise<void> {
  await db.query('DELETE FROM recovery_code WHERE person_id = $1', [personId])
  await db.query('INSERT INTO recovery_code (person_id, code_sha256) SELECT $1, unnest($2::text[])', [
    personId,
    digests,
  ])
}

export async function countRecoveryCodes(db: Queryable, personId: string): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    'SELECT count(*) AS n FROM recovery_code WHERE person_id = $1',
    [personId],
  )
  return row?.n ?? 0
}

export async function hasRecoveryCode(db: Queryable, personId: string, digest: string): Promise<boolean> {
  const rows = await db.query('SELECT 1 FROM recovery_code WHERE person_id = $1 AND code_sha256 = $2', [
    personId,
    digest,
  ])
  return rows.length === 1
}

/** True for exactly one caller a code. */
export async function spendRecoveryCode(db: Queryable, personId: string, digest: string): Promise<boolean> {
  const rows = await db.query(
    'DELETE FROM recovery_code WHERE person_id = $1 AND code_sha256 = $2 RETURNING person_id',
    [personId, digest],
  )
  return rows.length === 1
}

/** False where there was none. */
export async function deleteSecondFactor(db: Queryable, personId: string): Promise<boolean> {
  await db.query('DELETE FROM recovery_code WHERE person_id = $1', [personId])
  const rows = await db.query('DELETE FROM person_totp WHERE person_id = $1 RETURNING person_id', [personId])
  return rows.length === 1
}
