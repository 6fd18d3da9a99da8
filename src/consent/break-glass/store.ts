import type { Micros } from '../../kernel/time.ts'
import type { Queryable } from '../../platform/postgres/database.ts'
import type { BreakGlassReason } from '../contract.ts'

export interface BreakGlassRow {
  readonly id: number
  readonly actor: string
  readonly actor_name: string
  readonly patient: string
  readonly reason: BreakGlassReason
  readonly explanation: string
  readonly began_at: Micros
  readonly ends_at: Micros
  readonly ended_at: Micros | null
  readonly statement: string | null
  readonly reviewed_by: string | null
  readonly reviewed_at: Micros | null
  readonly outcome: 'justified' | 'not-justified' | null
  readonly note: string | null
}

export type NewBreakGlass = Pick<
  BreakGlassRow,
  'actor' | 'actor_name' | 'patient' | 'reason' | 'explanation' | 'began_at' | 'ends_at'
>

export interface BreakGlassQuery {
  /** One person's alone. */
  readonly actor?: string
  readonly patient?: string
  readonly state: 'open' | 'to-review' | 'all'
  readonly now: Micros
}

export async function insertBreakGlass(db: Queryable, given: NewBreakGlass): Promise<BreakGlassRow> {
  const [row] = await db.query<BreakGlassRow>(
    `INSERT INTO break_glass (actor, actor_name, patient, reason, explanation, began_at, ends_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING *`,
    [
      ...[given.actor, given.actor_name, given.patient, given.reason, given.explanation],
      ...[given.began_at, given.ends_at],
    ],
  )
  return row!
}

export const openBreakGlass = (db: Queryable, now: Micros): Promise<BreakGlassRow[]> =>
  db.query<BreakGlassRow>('SELECT * FROM break_glass WHERE ends_at > $1 AND ended_at IS NULL', [now])

export async function findBreakGlass(db: Queryable, id: number): Promise<BreakGlassRow | undefined> {
  const [row] = await db.query<BreakGlassRow>('SELECT * FROM break_glass WHERE id = $1', [id])
  return row
}

export const listBreakGlass = (db: Queryable, query: BreakGlassQuery): Promise<BreakGlassRow[]> =>
  db.query<BreakGlassRow>(
    `SELECT * FROM break_glass
     WHERE ($1::text IS NULL OR actor = $1) AND ($2::text IS NULL OR patient = $2)
       AND ($3 <> 'open' OR (ends_at > $4 AND ended_at IS NULL))
       AND ($3 <> 'to-review' OR reviewed_at IS NULL)
     ORDER BY CASE WHEN $3 = 'to-review' THEN began_at ELSE -began_at END LIMIT 500`,
    [query.actor ?? null, query.patient ?? null, query.state, query.now],
  )

export async function unreviewedBefore(db: Queryable, before: Micros): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    'SELECT count(*) AS count FROM break_glass WHERE reviewed_at IS NULL AND began_at < $1',
    [before],
  )
  return row?.count ?? 0
}

/** Each is said once; undefined where it was already, or there is no such row. */
export async function sayOnce(
  db: Queryable,
  id: number,
  said:
    | { readonly ended_at: Micros }
    | { readonly statement: string }
    | {
        readonly reviewed_by: string
        readonly reviewed_at: Micros
        readonly outcome: 'justified' | 'not-justified'
        readonly note: string
      },
): Promise<BreakGlassRow | undefined> {
  const columns = Object.keys(said)
  const [row] = await db.query<BreakGlassRow>(
    `UPDATE break_glass SET ${columns.map((column, i) => `${column} = $${i + 2}`).join(', ')}
     WHERE id = $1 AND ${columns[0]} IS NULL RETURNING *`,
    [id, ...Object.values(said)],
  )
  return row
}
