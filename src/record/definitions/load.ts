import {
  getAllDataTypes,
  indexDefaultSearchParameters,
  indexSearchParameterBundle,
  indexStructureDefinitionBundle,
} from '@medplum/core'
import type { Bundle, SearchParameter, StructureDefinition } from '@medplum/fhirtypes'
import { loadRequiredCodes, type RequiredCodes } from './bindings.ts'
import { definitionsIn } from './files.ts'
import { type Definitions, keepDefinitions, readKeptDefinitions } from './kept.ts'

/** The bundle holds it for the backport of R5 subscriptions. */
const notOfR4 = 'SubscriptionStatus'

const isDataDefinition = (resource: unknown): resource is StructureDefinition => {
  const { resourceType, kind, type } = resource as StructureDefinition
  return resourceType === 'StructureDefinition' && kind !== 'logical' && type !== notOfR4
}

let loading: Promise<RequiredCodes> | undefined

/**
 * The R4 base types and search parameters, into the library's own schema: once in a process. Answers the codes that
 * required bindings allow.
 */
export function loadDefinitions(): Promise<RequiredCodes> {
  loading ??= (async () => {
    const kept = await readKeptDefinitions()
    if (kept) indexKeptTypes(kept.types)
    const definitions = kept ?? (await parseDefinitions())
    indexSearchParameterBundle(bundleOf(definitions.searchParameters))
    if (!kept) await keepDefinitions(definitions)
    return definitions.requiredCodes
  })()
  return loading
}

export async function parseDefinitions(): Promise<Definitions> {
  for (const file of ['profiles-types.json', 'profiles-resources.json']) {
    for (const resource of await definitionsIn(file)) {
      if (isDataDefinition(resource)) indexStructureDefinitionBundle([resource])
    }
  }
  const searchParameters = [...(await definitionsIn('search-parameters.json'))] as SearchParameter[]
  return { types: getAllDataTypes(), searchParameters, requiredCodes: await loadRequiredCodes() }
}

/** As `indexStructureDefinitionBundle` leaves them, but for the library's index of profiles by URL, which only profiles need. */
function indexKeptTypes(types: Definitions['types']): void {
  Object.assign(getAllDataTypes(), types)
  const resources = Object.values(types).filter((type) => type.kind === 'resource')
  indexDefaultSearchParameters(
    resources.map(({ name }) => ({
      resourceType: 'StructureDefinition',
      kind: 'resource',
      type: name,
    })) as StructureDefinition[],
  )
}

const bundleOf = (searchParameters: readonly SearchParameter[]): Bundle<SearchParameter> => ({
  resourceType: 'Bundle',
  type: 'collection',
  entry: searchParameters.map((resource) => ({ resource })),
})
