/**
 * One living instance per home, and the note that says where it listens.
 *
 * The lock is the operating system's own, on a SQLite file: it ends with the process however that dies, so there
 * is no stale lock to judge and no process id that could since belong to another program.
 */
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ProblemError } from '../kernel/problem.ts'

/** `$VITALWIRE_HOME/runtime.json`, mode 0600: the database URL holds a password. */
export interface Runtime {
  readonly pid: number
  readonly url: string
  readonly fhir: string
  readonly mqttPort: number
  /** 0: it does not listen. */
  readonly mqttsPort: number
  readonly httpsPort: number
  readonly mllpPort: number
  readonly dicomPort: number
  readonly databaseUrl: string
}

export interface Home {
  readonly directory: string
  /** Says where this instance listens; replaces the note at once, never half written. */
  announce(runtime: Omit<Runtime, 'pid'>): Promise<void>
  /** Takes the note away and gives the home free. */
  release(): Promise<void>
}

const noteIn = (directory: string) => join(directory, 'runtime.json')

/**
 * Makes the home where it is missing (mode 0700) and takes it for this process.
 * @throws ProblemError `home-in-use` where another living instance has it.
 */
export async function takeHome(directory: string): Promise<Home> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const lock = await lockFile(join(directory, 'lock'), directory)
  await rm(noteIn(directory), { force: true }) // of an instance that was killed
  return {
    directory,
    async announce(runtime) {
      const draft = `${noteIn(directory)}.new`
      const note: Runtime = { pid: process.pid, ...runtime }
      await writeFile(draft, `${JSON.stringify(note, null, 2)}\n`, { mode: 0o600 })
      await chmod(draft, 0o600) // a draft left behind keeps its own mode
      await rename(draft, noteIn(directory))
    },
    async release() {
      await rm(noteIn(directory), { force: true })
      lock.close()
    },
  }
}

/** Where the instance that lives in this home listens; undefined: none does, or it is still starting. */
export async function readRuntime(directory: string): Promise<Runtime | undefined> {
  try {
    return JSON.parse(await readFile(noteIn(directory), 'utf8')) as Runtime
  } catch {
    return undefined
  }
}

async function lockFile(path: string, directory: string): Promise<DatabaseSync> {
  const lock = new DatabaseSync(path)
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock.close()
    if ((error as { errcode?: number }).errcode !== sqliteBusy) throw error
    const holder = await readRuntime(directory)
    const who = holder ? `process ${holder.pid} at ${holder.url}` : 'an instance that is still starting'
    throw new ProblemError({
      code: 'home-in-use',
      status: 500,
      where: 'VITALWIRE_HOME',
      message: `${directory} is in use by ${who}. Stop it first, or set VITALWIRE_HOME to another folder (and other ports, or 0).`,
    })
  }
}

const sqliteBusy = 5
