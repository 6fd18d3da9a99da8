import type { Queryable } from '../../platform/postgres/database.ts'

export interface ActivityRow {
  readonly at: Date
  readonly what: string
  readonly address: string | null
  readonly user_agent: string | null
  readonly by_person: string | null
  readonly by_name: string | null
  /** A sign-in from a browser that was not seen before. */
  readonly new_place: boolean
}

export async function insertActivity(
  db: Queryable,
  row: Omit<ActivityRow, 'by_name' | 'new_place'> & { readonly person: string },
): Promise<void> {
  await db.query(
    `INSERT INTO account_activity (person_id, at, what, address, user_agent, by_person)
     SELECT id, $2, $3, $4, $5, $6 FROM person WHERE id = $1`,
    [row.person, row.at, row.what, row.address, row.user_agent, row.by_person],
  )
}

export const listActivity = (db: Queryable, person: string, count: number): Promise<readonly ActivityRow[]> =>
  db.query<ActivityRow & object>(
    `SELECT a.at, a.what, a.address, a.user_agent, a.by_person, p.name AS by_name,
       a.what = 'sign-in-done'
         AND EXISTS (SELECT 1 FROM account_activity e
           WHERE e.person_id = a.person_id AND e.what = a.what AND e.at < a.at)
         AND NOT EXISTS (SELECT 1 FROM account_activity e
           WHERE e.person_id = a.person_id AND e.what = a.what AND e.at < a.at
             AND e.user_agent IS NOT DISTINCT FROM a.user_agent AND e.address IS NOT DISTINCT FROM a.address)
         AS new_place
     FROM account_activity a LEFT JOIN person p ON p.id = a.by_person
     WHERE a.person_id = $1 ORDER BY a.at DESC LIMIT $2`,
    [person, count],
  )

export async function deleteActivityBefore(db: Queryable, before: Date): Promise<void> {
  await db.query('DELETE FROM account_activity WHERE at < $1', [before])
}
