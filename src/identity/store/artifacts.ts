import type { Queryable } from '../../platform/postgres/database.ts'
import type { Role } from '../contract.ts'
import { sha256 } from '../digest.ts'

/** What the authorisation server keeps of one code, token, session or grant; `jti` is never in it. */
export type Payload = Readonly<Record<string, unknown>>

export interface Artifact {
  readonly payload: Payload
  readonly consumedAt: Date | null
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)

export async function upsertArtifact(
  db: Queryable,
  kind: string,
  id: string,
  payload: Payload,
  expiresAt: Date,
): Promise<void> {
  await db.query(
    `INSERT INTO oauth_artifact (kind, id, payload, grant_id, account_id, client_id, uid, user_code, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     ON CONFLICT (kind, id) DO UPDATE SET payload = excluded.payload, grant_id = excluded.grant_id,
       account_id = excluded.account_id, client_id = excluded.client_id, uid = excluded.uid,
       user_code = excluded.user_code, expires_at = excluded.expires_at`,
    [
      kind,
      sha256(id),
      JSON.stringify(payload),
      text(payload['grantId']),
      text(payload['accountId']),
      text(payload['clientId']),
      kind === 'Session' ? text(payload['uid']) : null,
      text(payload['userCode']),
      expiresAt,
    ],
  )
}

/** False where it is already there: it was used before. */
export async function insertOnce(
  db: Queryable,
  kind: string,
  id: string,
  payload: Payload,
  expiresAt: Date,
): Promise<boolean> {
  const rows = await db.query(
    `INSERT INTO oauth_artifact (kind, id, payload, expires_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT DO NOTHING RETURNING id`,
    [kind, sha256(id), JSON.stringify(payload), expiresAt],
  )
  return rows.length === 1
}

type By = 'id' | 'uid' | 'user_code'

export async function findArtifact(
  db: Queryable,
  kind: string,
  by: By,
  value: string,
): Promise<Artifact | undefined> {
  const [row] = await db.query<{ payload: Payload; consumed_at: Date | null }>(
    `SELECT payload, consumed_at FROM oauth_artifact WHERE kind = $1 AND ${by} = $2
     ORDER BY expires_at DESC LIMIT 1`,
    [kind, by === 'id' ? sha256(value) : value],
  )
  return row && { payload: row.payload, consumedAt: row.consumed_at }
}

/** True for exactly one caller. */
export async function consumeArtifact(db: Queryable, kind: string, id: string, now: Date): Promise<boolean> {
  const rows = await db.query(
    `UPDATE oauth_artifact SET consumed_at = $3 WHERE kind = $1 AND id = $2 AND consumed_at IS NULL RETURNING id`,
    [kind, sha256(id), now],
  )
  return rows.length === 1
}

/** Whose access was taken away. */
export interface Ended {
  readonly account_id: string | null
  readonly client_id: string | null
}

export const deleteArtifact = (db: Queryable, kind: string, id: string): Promise<readonly Ended[]> =>
  db.query<Ended & object>(
    'DELETE FROM oauth_artifact WHERE kind = $1 AND id = $2 RETURNING account_id, client_id',
    [kind, sha256(id)],
  )

export const deleteByGrant = (db: Queryable, kind: string, grantId: string): Promise<readonly Ended[]> =>
  db.query<Ended & object>(
    'DELETE FROM oauth_artifact WHERE kind = $1 AND grant_id = $2 RETURNING account_id, client_id',
    [kind, grantId],
  )

/** Everything that lets this account act: sessions, grants, codes and tokens. */
export async function deleteByAccount(db: Queryable, accountId: string): Promise<void> {
  await db.query('DELETE FROM oauth_artifact WHERE account_id = $1', [accountId])
}

export async function deleteByClient(db: Queryable, clientId: string): Promise<void> {
  await db.query('DELETE FROM oauth_artifact WHERE client_id = $1', [clientId])
}

/** One browser's session and the tokens that live only as long as it; offline access that was granted stays. */
export async function deleteSession(db: Queryable, uid: string): Promise<void> {
  await db.query(
    `DELETE FROM oauth_artifact WHERE payload->>'sessionUid' = $1 AND payload->>'expiresWithSession' = 'true'
       AND account_id IN (SELECT account_id FROM oauth_artifact WHERE kind = 'Session' AND uid = $1)`,
    [uid],
  )
  await db.query(`DELETE FROM oauth_artifact WHERE kind = 'Session' AND uid = $1`, [uid])
}

export async function deleteExpired(db: Queryable, now: Date): Promise<number> {
  const rows = await db.query<{ n: number }>(
    'WITH gone AS (DELETE FROM oauth_artifact WHERE expires_at < $1 RETURNING 1) SELECT count(*) AS n FROM gone',
    [now],
  )
  return rows[0]?.n ?? 0
}

export interface Bearer {
  readonly client_id: string
  readonly client_known: boolean
  readonly client_purpose: string | null
  readonly scope: string | null
  readonly session_uid: string | null
  readonly last_seen_at: Date | null
  readonly proven_at: Date | null
  readonly expires_at: Date
  readonly person_id: string | null
  readonly name: string | null
  readonly roles: Role[] | null
  readonly fhir_user: string | null
  readonly patient: string | null
  /** Patients for whom they stand now. */
  readonly proxy_for: readonly string[] | null
}

/**
 * Who holds an access token, in one indexed read. A token bound to a browser session ends with it; a token of a person
 * or client that was disabled or removed is none.
 */
export async function findBearer(db: Queryable, token: string, now: Date): Promise<Bearer | undefined> {
  const [row] = await db.query<Bearer>(
    `SELECT t.client_id, c.id IS NOT NULL AS client_known, c.purpose AS client_purpose, t.payload->>'scope' AS scope,
       t.payload->>'sessionUid' AS session_uid, b.last_seen_at, b.proven_at, t.expires_at,
       p.id AS person_id, p.name, p.roles, p.fhir_user, p.patient,
       (SELECT array_agg(DISTINCT x.patient ORDER BY x.patient) FROM proxy x WHERE x.person_id = p.id
         AND x.ended_at IS NULL AND x.from_at <= $2 AND (x.until_at IS NULL OR x.until_at > $2)) AS proxy_for
     FROM oauth_artifact t
     LEFT JOIN person p ON p.id = t.account_id AND NOT p.disabled
     LEFT JOIN oauth_client c ON c.id = t.client_id AND NOT c.disabled
     LEFT JOIN sign_in_session b ON b.uid = t.payload->>'sessionUid' AND b.person_id = t.account_id
     WHERE t.kind IN ('AccessToken', 'ClientCredentials') AND t.id = $1 AND t.expires_at > $2
       AND (t.kind = 'ClientCredentials' OR p.id IS NOT NULL)
       AND (t.payload->>'expiresWithSession' IS DISTINCT FROM 'true' OR EXISTS (
         SELECT 1 FROM oauth_artifact s WHERE s.kind = 'Session' AND s.uid = t.payload->>'sessionUid'
           AND s.account_id = t.account_id AND s.expires_at > $2))`,
    [sha256(token), now],
  )
  return row
}
