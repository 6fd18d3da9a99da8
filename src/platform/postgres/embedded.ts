/**
 * PostgreSQL 18 from npm, one cluster under a folder of ours.
 *
 * Started by `pg_ctl`, so the server outlives a killed process and the next start takes it up again; where the
 * server itself was killed, the start waits for its recovery. A cluster is made aside and moved into place, so that
 * what stands in its place is whole. No path of ours reaches the shell that `pg_ctl` uses inside.
 */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Binaries, findBinaries } from './binaries.ts'
import { livingServer } from './cluster-process.ts'
import { type ServerUser, serverUser } from './server-user.ts'

const superuser = 'vitalwire'
/** Recovery replays at most `max_wal_size` of log; a slow disk may take minutes over it. */
const startTimeoutS = 300
const largestLogBytes = 8 << 20

export interface EmbeddedPostgres {
  readonly url: string
  /** True where a server left running by an earlier process was taken up. */
  readonly tookUp: boolean
  /** Starts a server that has ended by itself again, at the address it had; true where that was needed. */
  ensureRunning(): Promise<boolean>
  /** Open transactions are rolled back; resolves when the server has ended. */
  stop(): Promise<void>
}

export interface EmbeddedPostgresOptions {
  /** Extra lines of postgresql.conf, e.g. `fsync: 'off'` for throw-away test clusters. */
  readonly settings?: Readonly<Record<string, string>>
}

const settingsFile = (port: number, extra: Readonly<Record<string, string>>) =>
  Object.entries({
    listen_addresses: "'127.0.0.1'",
    unix_socket_directories: "''",
    port: String(port),
    max_connections: '100',
    shared_buffers: '128MB',
    max_wal_size: '1GB',
    password_encryption: 'scram-sha-256',
    timezone: "'UTC'",
    log_timezone: "'UTC'",
    // Statements and the messages of their errors can hold patient data: of these nothing is logged. In this setting's
    // order `log` stands above `error`, so what the server says of itself remains.
    log_statement: 'none',
    log_min_error_statement: 'panic',
    log_min_messages: 'log',
    log_error_verbosity: 'terse',
    ...extra,
  })
    .map(([key, value]) => `${key} = ${value}`)
    .join('\n')

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as { port: number }
  await new Promise((done) => server.close(done))
  return port
}

async function initialise({ initdb }: Binaries, as: ServerUser, directory: string): Promise<void> {
  const aside = `${directory}.new`
  await rm(aside, { recursive: true, force: true }) // of a start that was interrupted
  await mkdir(aside, { recursive: true, mode: 0o700 })
  await as.own(aside)
  await as.admitTo(dirname(aside))
  const secretFolder = await mkdtemp(join(tmpdir(), 'vitalwire-'))
  const password = randomBytes(24).toString('base64url')
  const passwordFile = join(secretFolder, 'password')
  try {
    await writeFile(passwordFile, password, { mode: 0o600 })
    await as.own(secretFolder)
    await as.own(passwordFile)
    const flags = ['-A', 'scram-sha-256', '-U', superuser, '-E', 'UTF8', '--locale=C', '--no-instructions']
    await as.run(initdb, ['-D', aside, `--pwfile=${passwordFile}`, ...flags], { cwd: '/' })
  } finally {
    await rm(secretFolder, { recursive: true, force: true })
  }
  await writeFile(`${directory}.password`, password, { mode: 0o600 })
  await rename(aside, directory)
}

/** The tail of the server's log: what PostgreSQL said when it would not start. */
async function lastWords(directory: string): Promise<string> {
  const log = await readFile(join(directory, 'server.log'), 'utf8').catch(() => '')
  return log.trimEnd().split('\n').slice(-5).join('\n')
}

async function start(
  { pgCtl }: Binaries,
  as: ServerUser,
  directory: string,
  extra: Readonly<Record<string, string>>,
  wantedPort?: number,
): Promise<void> {
  const log = join(directory, 'server.log')
  const logBytes = (await stat(log).catch(() => undefined))?.size ?? 0
  if (logBytes > largestLogBytes) await rename(log, `${log}.1`)
  await rm(join(directory, 'postmaster.pid'), { force: true }) // nobody lives there: `livingServer` looked
  await as.admitTo(dirname(directory))
  const options = { cwd: directory, env: { ...process.env, PGDATA: directory } }
  for (let attempt = 1; ; attempt++) {
    const conf = join(directory, 'postgresql.auto.conf')
    await writeFile(
      conf,
      `${settingsFile(attempt === 1 && wantedPort ? wantedPort : await freePort(), extra)}\n`,
    )
    await as.own(conf)
    try {
      return await as.run(
        pgCtl,
        ['start', '-w', '-t', String(startTimeoutS), '-s', '-l', 'server.log'],
        options,
      )
    } catch {
      const words = await lastWords(directory)
      // Between our look and its start another program may have taken the port.
      const portTaken = /could not bind|could not create any TCP/.test(words)
      if (!portTaken || attempt === 3) throw new Error(`PostgreSQL did not start in ${directory}:\n${words}`)
    }
  }
}

async function untilReady(directory: string): Promise<number> {
  for (let waitedMs = 0; waitedMs < startTimeoutS * 1_000; waitedMs += 100) {
    const server = await livingServer(directory)
    if (!server) throw new Error(`PostgreSQL ended while it started:\n${await lastWords(directory)}`)
    if (server.ready) return server.port
    await delay(100)
  }
  throw new Error(`PostgreSQL in ${directory} was not ready after ${startTimeoutS} s`)
}

/**
 * Starts (or takes up) the cluster in `directory`, creating it the first time. One caller per directory at a time:
 * the lock on the home sees to it.
 * @throws Error with PostgreSQL's own words where it will not start.
 */
export async function startEmbeddedPostgres(
  directory: string,
  options: EmbeddedPostgresOptions = {},
): Promise<EmbeddedPostgres> {
  const binaries = await findBinaries()
  const as = await serverUser()
  if (!existsSync(join(directory, 'PG_VERSION'))) await initialise(binaries, as, directory)
  const tookUp = (await livingServer(directory)) !== undefined
  if (!tookUp) await start(binaries, as, directory, options.settings ?? {})
  const port = await untilReady(directory)
  const password = await readFile(`${directory}.password`, 'utf8')
  return {
    url: `postgres://${superuser}:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`,
    tookUp,
    async ensureRunning() {
      if (await livingServer(directory)) return false
      await start(binaries, as, directory, options.settings ?? {}, port)
      if ((await untilReady(directory)) !== port) throw new Error('PostgreSQL could not have its port again')
      return true
    },
    async stop() {
      const env = { ...process.env, PGDATA: directory }
      const stopBy = (mode: string) =>
        as.run(binaries.pgCtl, ['stop', '-m', mode, '-w', '-t', '60', '-s'], { cwd: directory, env })
      if (await livingServer(directory)) await stopBy('fast').catch(() => stopBy('immediate'))
    },
  }
}
