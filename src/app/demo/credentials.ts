import { chmod, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** `$VITALWIRE_HOME/demo.json`, mode 0600: every credential that the demo made. Only hashes are kept elsewhere. */
export interface DemoCredentials {
  readonly users: readonly {
    readonly role: string
    readonly email: string
    readonly password: string
    readonly name: string
  }[]
  readonly clients: readonly { readonly id: string; readonly secret: string; readonly scope: string }[]
  readonly devices: readonly {
    readonly id: string
    readonly profile: string
    readonly patient: string
    readonly mqtt: { readonly username: string; readonly password: string }
    /** For `POST /telemetry` with `Authorization: Bearer`. */
    readonly http: { readonly token: string }
  }[]
}

const fileIn = (home: string) => join(home, 'demo.json')

export async function readDemoCredentials(home: string): Promise<DemoCredentials | undefined> {
  try {
    return JSON.parse(await readFile(fileIn(home), 'utf8')) as DemoCredentials
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

export async function writeDemoCredentials(home: string, credentials: DemoCredentials): Promise<void> {
  const draft = `${fileIn(home)}.new`
  await writeFile(draft, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 })
  await chmod(draft, 0o600)
  await rename(draft, fileIn(home))
}
