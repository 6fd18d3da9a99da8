import type { Queryable } from '../../platform/postgres/database.ts'
import { sha256 } from '../digest.ts'

export interface SessionRow {
  readonly uid: string
  readonly address: string
  readonly user_agent: string
  readonly began_at: Date
  readonly last_seen_at: Date
}

export interface SeenSession {
  readonly uid: string
  readonly personId: string
  readonly address: string
  readonly userAgent: string
  readonly provenAt: Date
}

/** A browser came by: where it is now. A session that changed hands begins anew. */
export async function recordSession(db: Queryable, seen: SeenSession, now: Date): Promise<void> {
  await db.query(
    `INSERT INTO sign_in_session AS b (uid, person_id, address, user_agent, began_at, last_seen_at, proven_at)
     VALUES ($1, $2, $3, $4, $5, $5, $6)
     ON CONFLICT (uid) DO UPDATE SET person_id = excluded.person_id, address = excluded.address,
       user_agent = excluded.user_agent, last_seen_at = excluded.last_seen_at,
       began_at = CASE WHEN b.person_id = excluded.person_id THEN b.began_at ELSE excluded.began_at END,
       proven_at = CASE WHEN b.person_id = excluded.person_id THEN greatest(b.proven_at, excluded.proven_at)
         ELSE excluded.proven_at END`,
    [seen.uid, seen.personId, seen.address, seen.userAgent, now, seen.provenAt],
  )
}

export async function touchSession(db: Queryable, uid: string, now: Date): Promise<void> {
  await db.query('UPDATE sign_in_session SET last_seen_at = greatest(last_seen_at, $2) WHERE uid = $1', [
    uid,
    now,
  ])
}

export async function setProven(db: Queryable, uid: string, now: Date): Promise<void> {
  await db.query('UPDATE sign_in_session SET proven_at = $2, last_seen_at = $2 WHERE uid = $1', [uid, now])
}

/** Those that are open, the latest used first. */
export const listSessions = (db: Queryable, personId: string, now: Date): Promise<readonly SessionRow[]> =>
  db.query<SessionRow & object>(
    `SELECT b.uid, b.address, b.user_agent, b.began_at, b.last_seen_at FROM sign_in_session b
     WHERE b.person_id = $1 AND EXISTS (SELECT 1 FROM oauth_artifact s
       WHERE s.kind = 'Session' AND s.uid = b.uid AND s.account_id = $1 AND s.expires_at > $2)
     ORDER BY b.last_seen_at DESC, b.uid`,
    [personId, now],
  )

/** Every session of the person that is known to the authorisation server, shown or not. */
export async function sessionUids(db: Queryable, personId: string): Promise<readonly string[]> {
  const rows = await db.query<{ uid: string }>(
    `SELECT DISTINCT uid FROM oauth_artifact WHERE kind = 'Session' AND account_id = $1 AND uid IS NOT NULL`,
    [personId],
  )
  return rows.map(({ uid }) => uid)
}

export async function deleteSessionsWithoutUse(db: Queryable): Promise<void> {
  await db.query(
    `DELETE FROM sign_in_session b WHERE NOT EXISTS (
       SELECT 1 FROM oauth_artifact s WHERE s.kind = 'Session' AND s.uid = b.uid)`,
  )
}

export interface AppAccessRow {
  readonly grant_id: string
  readonly client_id: string
  readonly name: string
  readonly scope: string | null
  readonly granted_at: Date
}

/** What was granted beyond the session: apps that may come back without the person. */
export const listAppAccess = (db: Queryable, personId: string, now: Date): Promise<readonly AppAccessRow[]> =>
  db.query<AppAccessRow & object>(
    `SELECT DISTINCT ON (t.grant_id) t.grant_id, t.client_id, c.name, t.payload->>'scope' AS scope,
       to_timestamp(coalesce(t.payload->>'iiat', t.payload->>'iat')::float8) AS granted_at
     FROM oauth_artifact t JOIN oauth_client c ON c.id = t.client_id
     WHERE t.kind = 'RefreshToken' AND t.account_id = $1 AND t.consumed_at IS NULL AND t.expires_at > $2
       AND t.payload->>'expiresWithSession' IS DISTINCT FROM 'true'
     ORDER BY t.grant_id, t.expires_at DESC`,
    [personId, now],
  )

/** Everything that came from one grant. False where it is none of this person's. */
export async function deleteAppAccess(db: Queryable, personId: string, grantId: string): Promise<boolean> {
  const rows = await db.query(
    `DELETE FROM oauth_artifact WHERE account_id = $1 AND (grant_id = $2 OR (kind = 'Grant' AND id = $3))
     RETURNING id`,
    [personId, grantId, sha256(grantId)],
  )
  return rows.length > 0
}
