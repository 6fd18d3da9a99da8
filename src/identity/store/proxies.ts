import type { Queryable } from '../../platform/postgres/database.ts'

export interface ProxyRow {
  readonly id: string
  readonly person_id: string
  readonly person_name: string
  readonly patient: string
  readonly relationship: string
  readonly from_at: Date
  readonly until_at: Date | null
  readonly granted_by: string
  readonly ended_at: Date | null
}

export type NewProxyRow = Omit<ProxyRow, 'person_name' | 'ended_at'> & { readonly granted_at: Date }

const columns = `x.id, x.person_id, p.name AS person_name, x.patient, x.relationship, x.from_at, x.until_at,
  x.granted_by, x.ended_at`
/** `$2` is now. */
const inForce = 'x.ended_at IS NULL AND x.from_at <= $2 AND (x.until_at IS NULL OR x.until_at > $2)'

export async function insertProxy(db: Queryable, row: NewProxyRow): Promise<void> {
  await db.query(
    `INSERT INTO proxy (id, person_id, patient, relationship, from_at, until_at, granted_by, granted_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      row.id,
      row.person_id,
      row.patient,
      row.relationship,
      row.from_at,
      row.until_at,
      row.granted_by,
      row.granted_at,
    ],
  )
}

/** Those in force and those that begin later, by patient or by person. */
export const listProxies = (
  db: Queryable,
  of: { readonly patient: string } | { readonly person: string } | 'all',
  now: Date,
): Promise<readonly ProxyRow[]> => {
  const [where, value] =
    of === 'all'
      ? ['$1::text IS NULL', null]
      : 'patient' in of
        ? ['x.patient = $1', of.patient]
        : ['x.person_id = $1', of.person]
  return db.query<ProxyRow & object>(
    `SELECT ${columns} FROM proxy x JOIN person p ON p.id = x.person_id
     WHERE ${where} AND x.ended_at IS NULL AND (x.until_at IS NULL OR x.until_at > $2) ORDER BY x.from_at, x.id`,
    [value, now],
  )
}

export async function findProxy(db: Queryable, id: string): Promise<ProxyRow | undefined> {
  const [row] = await db.query<ProxyRow & object>(
    `SELECT ${columns} FROM proxy x JOIN person p ON p.id = x.person_id WHERE x.id = $1`,
    [id],
  )
  return row
}

/** Whether they stand for the patient already. */
export async function standsFor(db: Queryable, person: string, patient: string, now: Date): Promise<boolean> {
  const rows = await db.query(
    `SELECT 1 FROM proxy x WHERE x.person_id = $1 AND ${inForce} AND x.patient = $3 LIMIT 1`,
    [person, now, patient],
  )
  return rows.length === 1
}

/** False where it ended before. */
export async function endProxy(db: Queryable, id: string, by: string, now: Date): Promise<boolean> {
  const rows = await db.query(
    'UPDATE proxy SET ended_at = $3, ended_by = $2 WHERE id = $1 AND ended_at IS NULL RETURNING id',
    [id, by, now],
  )
  return rows.length === 1
}

/** Ends those whose time is over. @returns whose. */
export const endProxiesOverdue = (
  db: Queryable,
  now: Date,
): Promise<readonly { readonly person_id: string; readonly patient: string }[]> =>
  db.query<{ person_id: string; patient: string }>(
    `UPDATE proxy SET ended_at = until_at, ended_by = 'time' WHERE ended_at IS NULL AND until_at <= $1
     RETURNING person_id, patient`,
    [now],
  )
