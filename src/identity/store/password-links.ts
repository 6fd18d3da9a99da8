import type { Queryable } from '../../platform/postgres/database.ts'

/** Replaces an earlier one of the same person: only the latest works. */
export async function putPasswordLink(
  db: Queryable,
  link: {
    readonly tokenSha256: string
    readonly person: string
    readonly madeBy: string
    readonly expiresAt: Date
  },
): Promise<void> {
  await db.query(
    `INSERT INTO password_link (token_sha256, person_id, made_by, expires_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (person_id) DO UPDATE SET token_sha256 = excluded.token_sha256, made_by = excluded.made_by,
       expires_at = excluded.expires_at`,
    [link.tokenSha256, link.person, link.madeBy, link.expiresAt],
  )
}

/** Whose link it is, while it may be used. */
export async function personOfLink(
  db: Queryable,
  tokenSha256: string,
  now: Date,
): Promise<string | undefined> {
  const [row] = await db.query<{ person_id: string }>(
    'SELECT person_id FROM password_link WHERE token_sha256 = $1 AND expires_at > $2',
    [tokenSha256, now],
  )
  return row?.person_id
}

/** True for exactly one caller a link. */
export async function takePasswordLink(db: Queryable, tokenSha256: string): Promise<boolean> {
  const rows = await db.query('DELETE FROM password_link WHERE token_sha256 = $1 RETURNING person_id', [
    tokenSha256,
  ])
  return rows.length === 1
}

export async function deletePasswordLinkOf(db: Queryable, person: string): Promise<void> {
  await db.query('DELETE FROM password_link WHERE person_id = $1', [person])
}
