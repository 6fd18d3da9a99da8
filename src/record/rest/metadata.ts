/** The CapabilityStatement, drawn from what the record can do. */
import { getResourceTypes } from '@medplum/core'
import type { CapabilityStatement, CapabilityStatementRestResource } from '@medplum/fhirtypes'
import { isoFromMicros } from '../../kernel/time.ts'
import type { RecordWorld } from '../world.ts'

const interactions = [
  'read',
  'vread',
  'update',
  'patch',
  'delete',
  'history-instance',
  'create',
  'search-type',
] as const

const graphqlOperation = {
  name: 'graphql',
  definition: 'http://hl7.org/fhir/OperationDefinition/Resource-graphql',
}

const unsearchable: ReadonlySet<string> = new Set(['Parameters'])

export function capabilityStatement(
  world: RecordWorld,
  baseUrl: string,
  { graphql }: { readonly graphql: boolean },
): CapabilityStatement {
  const base = baseUrl.replace(/\/$/, '')
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: isoFromMicros(world.clock.now()),
    kind: 'instance',
    software: { name: 'Vitalwire' },
    implementation: { description: 'Vitalwire, the ward without walls', url: base },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'json'],
    patchFormat: ['application/json-patch+json', 'application/fhir+json'],
    rest: [
      {
        mode: 'server',
        security: {
          cors: false,
          service: [
            {
              coding: [
                {
                  system: 'http://terminology.hl7.org/CodeSystem/restful-security-service',
                  code: 'SMART-on-FHIR',
                },
              ],
            },
          ],
        },
        resource: getResourceTypes()
          .filter((type) => !unsearchable.has(type))
          .sort()
          .map((type) => resourceCapability(world, type)),
        interaction: [{ code: 'transaction' }, { code: 'batch' }],
        ...(graphql ? { operation: [graphqlOperation] } : {}),
      },
    ],
  }
}

function resourceCapability(world: RecordWorld, type: string): CapabilityStatementRestResource {
  const params = [...world.params.of(type).values()]
  const references = params.filter((param) => param.kind === 'reference')
  return {
    type: type as CapabilityStatementRestResource['type'],
    profile: `http://hl7.org/fhir/StructureDefinition/${type}`,
    interaction: interactions.map((code) => ({ code })),
    versioning: 'versioned-update',
    readHistory: true,
    updateCreate: true,
    conditionalCreate: true,
    conditionalRead: 'full-support',
    conditionalUpdate: true,
    conditionalDelete: 'single',
    referencePolicy: ['literal', 'logical'],
    searchInclude: references.map(({ code }) => `${type}:${code}`),
    searchParam: params.map(({ code, kind, definition }) => ({
      name: code,
      type: kind,
      ...(definition.url === undefined ? {} : { definition: definition.url }),
    })),
    operation: [
      { name: 'validate', definition: 'http://hl7.org/fhir/OperationDefinition/Resource-validate' },
      ...(type === 'Patient'
        ? [{ name: 'everything', definition: 'http://hl7.org/fhir/OperationDefinition/Patient-everything' }]
        : []),
    ],
  }
}
