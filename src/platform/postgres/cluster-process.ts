/** Whether a cluster's server lives, judged by its own note `postmaster.pid` and by the process behind it. */
import { execFile } from 'node:child_process'
import { readFile, readlink, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

export interface ClusterProcess {
  readonly pid: number
  readonly port: number
  /** It takes connections; before that it starts or recovers. */
  readonly ready: boolean
}

/**
 * The server that lives in `directory`; undefined where there is none. After a power cut, or in a container that was
 * started again, the note's process id often belongs to another program: then there is none, whatever the note says.
 */
export async function livingServer(directory: string): Promise<ClusterProcess | undefined> {
  const note = await readFile(join(directory, 'postmaster.pid'), 'utf8').catch(() => undefined)
  if (note === undefined) return undefined
  // PostgreSQL, src/include/utils/pidfile.h: pid, data directory, start time, port, socket, address, key, status.
  const lines = note.split('\n')
  const pid = Number(lines[0])
  if (!Number.isInteger(pid) || pid <= 0 || !(await isServerOf(pid, directory))) return undefined
  return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' }
}

async function isServerOf(pid: number, directory: string): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  if (process.platform === 'linux') {
    // The postmaster works in its data directory. A container's root may not be allowed to look: then its name must do.
    const folder = await readlink(`/proc/${pid}/cwd`).catch((error: NodeJS.ErrnoException) => error.code)
    if (folder !== 'EACCES' && folder !== 'EPERM') return folder === (await realpath(directory))
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => 'postgres') // unknown: not ours to disturb
    return command.includes('postgres')
  }
  if (process.platform === 'win32') return true
  const { stdout } = await promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => ({
    stdout: '',
  }))
  return stdout.includes('postgres')
}
