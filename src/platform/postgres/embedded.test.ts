import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { livingServer } from './cluster-process.ts'
import { openDatabase } from './database.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded.ts'

const settings = { fsync: 'off', max_connections: '10', shared_buffers: '16MB' }

async function ask(server: EmbeddedPostgres, text: string): Promise<unknown[]> {
  const db = openDatabase(server.url, { maxConnections: 1 })
  try {
    return await db.query(text)
  } finally {
    await db.close()
  }
}

const ended = async (directory: string): Promise<void> => {
  while (await livingServer(directory)) await new Promise((done) => setImmediate(done))
}

describe('the embedded PostgreSQL', () => {
  let folder: string
  let directory: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'home ü $HOME \'of\' "mine" '))
    await chmod(folder, 0o700)
    directory = join(folder, 'postgres')
    await mkdir(`${directory}.new/base`, { recursive: true }) // a first start that was interrupted
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))
  const start = () => startEmbeddedPostgres(directory, { settings })

  it('is created in a folder of any name that only its owner may enter', async () => {
    const server = await start()
    expect(server.tookUp).toBe(false)
    expect(await ask(server, "SELECT current_setting('data_checksums') AS sums")).toEqual([{ sums: 'on' }])
    expect((await stat(`${directory}.password`)).mode & 0o777).toBe(0o600)
    await ask(server, 'CREATE TABLE kept AS SELECT 42 AS answer')
    await server.stop()
    expect(await livingServer(directory)).toBeUndefined()
    await server.stop() // a second stop finds nothing to do
  })

  it('has what it had after a stop, on whatever port is free', async () => {
    const server = await start()
    expect(await ask(server, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }])
  })

  it('is taken up where an earlier process left it running', async () => {
    const server = await start()
    expect(server.tookUp).toBe(true)
    expect(await ask(server, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }])
  })

  it('recovers after the server itself was killed', async () => {
    const before = await start()
    await ask(before, 'CREATE TABLE late AS SELECT 7 AS answer')
    const { pid } = (await livingServer(directory))!
    process.kill(pid, 'SIGKILL')
    await ended(directory)
    const server = await start()
    expect(server.tookUp).toBe(false)
    expect(await ask(server, 'SELECT answer FROM late')).toEqual([{ answer: 7 }])
    await server.stop()
  })

  it('brings a server back that was killed, at the address it had, and tells callers 503 meanwhile', async () => {
    const server = await start()
    const db = openDatabase(server.url)
    await db.query('SELECT 1')
    const { pid } = (await livingServer(directory))!
    process.kill(pid, 'SIGKILL')
    await ended(directory)
    // A connection's own process sees a moment later that the server is gone.
    const answer = () =>
      db.query('SELECT 1').then(
        () => undefined,
        (error: { problem?: object }) => error.problem,
      )
    await expect.poll(answer).toMatchObject({ code: 'database-unavailable', status: 503 })
    expect(await server.ensureRunning()).toBe(true)
    expect(await server.ensureRunning()).toBe(false)
    expect(await db.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
    await db.close()
    await server.stop()
  })

  it('starts where a stale note names a process that is another program', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as { port: number }
    const note = [process.pid, directory, 0, port, '', '127.0.0.1', '', 'ready'].join('\n')
    await writeFile(join(directory, 'postmaster.pid'), `${note}\n`)
    const server = await start()
    expect(server.tookUp).toBe(false)
    expect(await ask(server, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }])
    await server.stop()
    other.close()
  })

  it("fails with PostgreSQL's own words where a setting is wrong", async () => {
    const wrong = startEmbeddedPostgres(directory, { settings: { max_connections: "'many'" } })
    await expect(wrong).rejects.toThrow(/max_connections/)
  })

  it('writes no statement and no value into its log', async () => {
    const server = await start()
    await ask(server, "SELECT 'Jane Doe'::int").catch(() => {})
    await ask(server, "INSERT INTO kept SELECT 'x' || nothing FROM kept -- hush").catch(() => {})
    await server.stop()
    expect(await readFile(join(directory, 'server.log'), 'utf8')).not.toMatch(/hush|Jane/)
  })

  it('runs as plain nobody where root has no setpriv', async ({ skip }) => {
    if (process.getuid?.() !== 0) skip('only root has to change the user')
    const home = await mkdtemp(join(tmpdir(), 'plain-'))
    const path = process.env['PATH']
    try {
      process.env['PATH'] = '/nowhere'
      const server = await startEmbeddedPostgres(join(home, 'postgres'), { settings })
      expect(await ask(server, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
      await server.stop()
    } finally {
      process.env['PATH'] = path
      await rm(home, { recursive: true, force: true })
    }
  })
})
