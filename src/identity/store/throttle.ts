import type { Queryable } from '../../platform/postgres/database.ts'

export interface ThrottleRule {
  readonly key: string
  /** Attempts within the window before the lock. */
  readonly limit: number
}

/**
 * Counts one attempt before its password is looked at, so that guesses sent side by side are counted too.
 * @returns whether the key is locked; an attempt while locked neither counts nor prolongs the lock.
 */
export async function countAttempt(
  db: Queryable,
  rule: ThrottleRule,
  now: Date,
  windowMs: number,
  lockMs: number,
): Promise<boolean> {
  const [row] = await db.query<{ locked: boolean }>(
    `INSERT INTO sign_in_throttle AS t (key, attempts, window_start) VALUES ($1, 1, $2)
     ON CONFLICT (key) DO UPDATE SET
       attempts = CASE
         WHEN t.locked_until > $2 THEN t.attempts
         WHEN t.locked_until IS NOT NULL OR t.window_start < $3 THEN 1
         ELSE t.attempts + 1 END,
       window_start = CASE
         WHEN t.locked_until > $2 THEN t.window_start
         WHEN t.locked_until IS NOT NULL OR t.window_start < $3 THEN $2
         ELSE t.window_start END,
       locked_until = CASE
         WHEN t.locked_until > $2 THEN t.locked_until
         WHEN t.locked_until IS NULL AND t.window_start >= $3 AND t.attempts >= $4 THEN $5
         ELSE NULL END
     RETURNING locked_until IS NOT NULL AS locked`,
    [rule.key, now, new Date(now.getTime() - windowMs), rule.limit, new Date(now.getTime() + lockMs)],
  )
  return row?.locked === true
}

/** A success clears its account and takes its own attempt back from its address. */
export async function forgiveAttempt(db: Queryable, accountKey: string, addressKey?: string): Promise<void> {
  await db.query('DELETE FROM sign_in_throttle WHERE key = $1', [accountKey])
  if (addressKey === undefined) return
  await db.query('UPDATE sign_in_throttle SET attempts = greatest(attempts - 1, 0) WHERE key = $1', [
    addressKey,
  ])
}

export async function deleteOldAttempts(db: Queryable, before: Date): Promise<void> {
  await db.query(
    'DELETE FROM sign_in_throttle WHERE window_start < $1 AND (locked_until IS NULL OR locked_until < $1)',
    [before],
  )
}
