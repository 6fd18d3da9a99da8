import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../tests/database.ts'
import { migrate } from './migrations.ts'

describe('migrations', () => {
  let db: TestDatabase
  let directory: string
  beforeAll(async () => {
    db = await testDatabase()
    directory = await mkdtemp(join(tmpdir(), 'migrations-'))
  })
  afterAll(() => db.drop())
  const folders = () => [{ domain: 'x', directory: pathToFileURL(`${directory}/`) }]

  it('applies what is missing once, in order of name', async () => {
    await writeFile(join(directory, '0002-b.sql'), 'ALTER TABLE a ADD y int')
    await writeFile(join(directory, '0001-a.sql'), 'CREATE TABLE a (x int)')
    expect(await migrate(db, folders())).toEqual(['x/0001-a.sql', 'x/0002-b.sql'])
    expect(await migrate(db, folders())).toEqual([])
  })

  it('leaves nothing of a file that fails', async () => {
    await writeFile(join(directory, '0003-c.sql'), 'CREATE TABLE c (x int); SELECT nonsense')
    await expect(migrate(db, folders())).rejects.toThrow('0003-c.sql')
    expect(await db.query("SELECT 1 FROM pg_tables WHERE tablename = 'c'")).toEqual([])
  })

  it('refuses a file that was changed after it was applied', async () => {
    await writeFile(join(directory, '0001-a.sql'), 'CREATE TABLE a (x bigint)')
    await expect(migrate(db, folders())).rejects.toThrow('write a new migration')
  })
})
