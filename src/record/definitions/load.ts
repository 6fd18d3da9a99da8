import { indexSearchParameterBundle, indexStructureDefinitionBundle } from '@medplum/core'
import type { Bundle, SearchParameter, StructureDefinition } from '@medplum/fhirtypes'
import { definitionsIn } from './files.ts'

/** The bundle holds it for the backport of R5 subscriptions. */
const notOfR4 = 'SubscriptionStatus'

const isDataDefinition = (resource: unknown): resource is StructureDefinition => {
  const { resourceType, kind, type } = resource as StructureDefinition
  return resourceType === 'StructureDefinition' && kind !== 'logical' && type !== notOfR4
}

let loading: Promise<void> | undefined

/** The R4 base types and search parameters, into the library's own schema: once in a process. */
export function loadDefinitions(): Promise<void> {
  loading ??= (async () => {
    for (const file of ['profiles-types.json', 'profiles-resources.json']) {
      for (const resource of await definitionsIn(file)) {
        if (isDataDefinition(resource)) indexStructureDefinitionBundle([resource])
      }
    }
    for (const resource of await definitionsIn('search-parameters.json')) {
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
