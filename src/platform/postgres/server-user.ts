/**
 * PostgreSQL refuses to run as root. There it runs as `nobody`, with the one capability (CAP_DAC_OVERRIDE) that
 * lets it through folders only root may enter: the home, and often the checkout, lie in such folders. Where
 * `setpriv` is missing or may not hand out the capability, it is a plain `nobody`, and the folder of the cluster
 * is opened for passing through, its files staying closed.
 */
import { execFile, type SpawnOptions } from 'node:child_process'
import { chmod, chown, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const nobody = 65_534

export interface ServerUser {
  /** Runs to its end as the server's user. */
  run(
    command: string,
    args: readonly string[],
    options: { cwd: string; env?: NodeJS.ProcessEnv },
  ): Promise<void>
  /** Makes it the server's. */
  own(path: string): Promise<void>
  /** Lets the server reach what lies in this folder. */
  admitTo(folder: string): Promise<void>
}

const asMyself: ServerUser = {
  async run(command, args, options) {
    await run(command, [...args], options)
  },
  async own() {},
  async admitTo() {},
}

const setprivFlags = [
  `--reuid=${nobody}`,
  `--regid=${nobody}`,
  '--clear-groups',
  '--inh-caps=+dac_override',
  '--ambient-caps=+dac_override',
  '--',
]

const withCapability: ServerUser = {
  async run(command, args, options) {
    await run('setpriv', [...setprivFlags, command, ...args], options)
  },
  own: (path) => chown(path, nobody, nobody),
  async admitTo() {},
}

const plainNobody: ServerUser = {
  async run(command, args, options) {
    const identity: SpawnOptions = { uid: nobody, gid: nobody }
    await run(command, [...args], { ...options, ...identity })
  },
  own: (path) => chown(path, nobody, nobody),
  async admitTo(folder) {
    const { mode } = await stat(folder)
    if ((mode & 0o001) === 0) await chmod(folder, mode | 0o001)
    for (let above = dirname(folder); above !== dirname(above); above = dirname(above)) {
      if (((await stat(above)).mode & 0o001) !== 0) continue
      throw new Error(
        `PostgreSQL runs as nobody and cannot pass through ${above}; set VITALWIRE_HOME to a folder everyone may pass, or install setpriv (util-linux)`,
      )
    }
  },
}

/** Whom the server runs as on this machine. */
export async function serverUser(): Promise<ServerUser> {
  if (process.getuid?.() !== 0) return asMyself
  try {
    await run('setpriv', [...setprivFlags, process.execPath, '--version'])
    return withCapability
  } catch {
    return plainNobody
  }
}
