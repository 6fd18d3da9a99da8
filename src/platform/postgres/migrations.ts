import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { ProblemError } from '../../kernel/problem.ts'
import type { Database } from './database.ts'

/** A domain's migrations: SQL files named `0001-what.sql` in its own folder, applied in order of name. */
export interface MigrationFolder {
  readonly domain: string
  readonly directory: URL
}

const lockKey = 7_264_881 // one migrator at a time, any process

/**
 * Applies what is missing, each file in a transaction of its own, in the order given.
 * @throws ProblemError where a file that was applied has since been changed.
 */
export async function migrate(db: Database, folders: readonly MigrationFolder[]): Promise<readonly string[]> {
  const applied: string[] = []
  const holder = await db.connect()
  try {
    await holder.query('SELECT pg_advisory_lock($1)', [lockKey])
    await holder.query(
      'CREATE TABLE IF NOT EXISTS migration (name text PRIMARY KEY, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
    )
    const { rows } = await holder.query<{ name: string; sha256: string }>(
      'SELECT name, sha256 FROM migration',
    )
    const known = new Map(rows.map((row) => [row.name, row.sha256]))
    for (const { domain, directory } of folders) {
      const files = (await readdir(directory)).filter((file) => file.endsWith('.sql')).sort()
      for (const file of files) {
        const name = `${domain}/${file}`
        const sql = await readFile(new URL(file, directory), 'utf8')
        const sha256 = createHash('sha256').update(sql).digest('hex')
        const before = known.get(name)
        if (before === sha256) continue
        if (before !== undefined) {
          throw new ProblemError({
            code: 'migration-changed',
            status: 500,
            where: name,
            message: `${name} was changed after it was applied; write a new migration instead`,
          })
        }
        await holder.query('BEGIN')
        try {
          await holder.query(sql)
          await holder.query('INSERT INTO migration (name, sha256) VALUES ($1, $2)', [name, sha256])
          await holder.query('COMMIT')
        } catch (error) {
          await holder.query('ROLLBACK')
          throw new Error(`migration ${name} failed: ${(error as Error).message}`, { cause: error })
        }
        applied.push(name)
      }
    }
  } finally {
    await holder.end()
  }
  return applied
}
