import { randomUUID } from 'node:crypto'
import { inject } from 'vitest'
import { type Database, openDatabase } from '../src/platform/postgres/database.ts'
import { type MigrationFolder, migrate } from '../src/platform/postgres/migrations.ts'

export interface TestDatabase extends Database {
  /** Closes it and drops it. */
  drop(): Promise<void>
}

/** A fresh, empty database in the run's server, with the given domains' migrations applied. */
export async function testDatabase(folders: readonly MigrationFolder[] = []): Promise<TestDatabase> {
  const name = `t${randomUUID().replaceAll('-', '')}`
  const server = openDatabase(inject('postgresUrl'), { maxConnections: 1 })
  await server.query(`CREATE DATABASE ${name}`)
  const url = new URL(inject('postgresUrl'))
  url.pathname = `/${name}`
  const db = openDatabase(url.href, { maxConnections: 8 })
  await migrate(db, folders)
  return {
    ...db,
    async drop() {
      await db.close()
      await server.query(`DROP DATABASE ${name} WITH (FORCE)`)
      await server.close()
    },
  }
}
