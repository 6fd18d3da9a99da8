import type { Queryable } from '../../platform/postgres/database.ts'
import type { Role } from '../contract.ts'
import type { Person } from '../model.ts'

interface Row {
  id: string
  email: string
  name: string
  roles: Role[]
  fhir_user: string
  patient: string | null
  disabled: boolean
  password_hash: string
}

const columns = 'id, email, name, roles, fhir_user, patient, disabled'
const toPerson = (row: Omit<Row, 'password_hash'>): Person => ({
  id: row.id,
  email: row.email,
  name: row.name,
  roles: row.roles,
  fhirUser: row.fhir_user,
  patient: row.patient,
  disabled: row.disabled,
})

/** False where the address is taken. */
export async function insertPerson(
  db: Queryable,
  person: Person,
  passwordHash: string,
  createdAt: Date,
): Promise<boolean> {
  const rows = await db.query(
    `INSERT INTO person (${columns}, password_hash, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING id`,
    [
      person.id,
      person.email,
      person.name,
      person.roles,
      person.fhirUser,
      person.patient,
      person.disabled,
      passwordHash,
      createdAt,
    ],
  )
  return rows.length === 1
}

export async function findPerson(db: Queryable, id: string): Promise<Person | undefined> {
  const [row] = await db.query<Row>(`SELECT ${columns} FROM person WHERE id = $1`, [id])
  return row && toPerson(row)
}

export async function findPersonByEmail(
  db: Queryable,
  email: string,
): Promise<{ person: Person; passwordHash: string } | undefined> {
  const [row] = await db.query<Row>(
    `SELECT ${columns}, password_hash FROM person WHERE lower(email) = lower($1)`,
    [email],
  )
  return row && { person: toPerson(row), passwordHash: row.password_hash }
}

export async function listPeople(db: Queryable): Promise<readonly Person[]> {
  return (await db.query<Row>(`SELECT ${columns} FROM person ORDER BY lower(email)`)).map(toPerson)
}

/** Who has an authenticator app in use. */
export async function peopleWithSecondFactor(db: Queryable): Promise<ReadonlySet<string>> {
  const rows = await db.query<{ person_id: string }>(
    'SELECT person_id FROM person_totp WHERE confirmed_at IS NOT NULL',
  )
  return new Set(rows.map((row) => row.person_id))
}

export async function setPasswordHash(db: Queryable, id: string, passwordHash: string): Promise<void> {
  await db.query('UPDATE person SET password_hash = $2 WHERE id = $1', [id, passwordHash])
}

export async function setDisabled(db: Queryable, id: string, disabled: boolean): Promise<boolean> {
  const rows = await db.query('UPDATE person SET disabled = $2 WHERE id = $1 RETURNING id', [id, disabled])
  return rows.length === 1
}

export async function hasAdministrator(db: Queryable): Promise<boolean> {
  return (await db.query(`SELECT 1 FROM person WHERE 'admin' = ANY (roles) LIMIT 1`)).length === 1
}

/** Replaces any earlier link: only the latest printed one works. */
export async function replaceWelcomeLink(db: Queryable, tokenSha256: string, expiresAt: Date): Promise<void> {
  await db.query('DELETE FROM welcome_link')
  await db.query('INSERT INTO welcome_link (token_sha256, expires_at) VALUES ($1, $2)', [
    tokenSha256,
    expiresAt,
  ])
}

/** True for exactly one caller a link. */
export async function takeWelcomeLink(db: Queryable, tokenSha256: string, now: Date): Promise<boolean> {
  const rows = await db.query(
    'DELETE FROM welcome_link WHERE token_sha256 = $1 AND expires_at > $2 RETURNING token_sha256',
    [tokenSha256, now],
  )
  return rows.length === 1
}
