import type { PurposeOfUse } from '../../kernel/purpose.ts'
import type { Queryable } from '../../platform/postgres/database.ts'
import type { Client, Jwks } from '../model.ts'

interface Row {
  id: string
  name: string
  secret_sha256: string | null
  jwks: Jwks | null
  scopes: string[]
  purpose: PurposeOfUse
  redirect_uris: string[]
  disabled: boolean
}

/** False where the id is taken. */
export async function insertClient(db: Queryable, client: Client, createdAt: Date): Promise<boolean> {
  const rows = await db.query(
    `INSERT INTO oauth_client (id, name, secret_sha256, jwks, scopes, redirect_uris, disabled, created_at, purpose)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING id`,
    [
      client.id,
      client.name,
      client.secretSha256,
      client.jwks === null ? null : JSON.stringify(client.jwks),
      client.scopes,
      client.redirectUris,
      client.disabled,
      createdAt,
      client.purpose,
    ],
  )
  return rows.length === 1
}

export async function findClient(db: Queryable, id: string): Promise<Client | undefined> {
  const [row] = await db.query<Row>('SELECT * FROM oauth_client WHERE id = $1', [id])
  return row && clientOf(row)
}

export const listClients = async (db: Queryable): Promise<Client[]> =>
  (await db.query<Row>('SELECT * FROM oauth_client ORDER BY id')).map(clientOf)

const clientOf = (row: Row): Client => ({
  id: row.id,
  name: row.name,
  scopes: row.scopes,
  purpose: row.purpose,
  redirectUris: row.redirect_uris,
  jwks: row.jwks,
  secretSha256: row.secret_sha256,
  disabled: row.disabled,
})

export async function setClientDisabled(db: Queryable, id: string, disabled: boolean): Promise<boolean> {
  const rows = await db.query('UPDATE oauth_client SET disabled = $2 WHERE id = $1 RETURNING id', [
    id,
    disabled,
  ])
  return rows.length === 1
}
