/** What the handlers draw from a request. */
import type { Operation, SearchRequest } from '@medplum/core'
import type { FhirRepository, FhirRequest } from '@medplum/fhir-router'
import type { Parameters, Resource } from '@medplum/fhirtypes'
import { invalid, versionConflict } from '../outcomes.ts'
import { RecordRepository } from '../repository.ts'

export function recordOf(repo: FhirRepository): RecordRepository {
  if (repo instanceof RecordRepository) return repo
  throw new Error('the record serves only its own repositories')
}

export function* pairsOf(query: Record<string, string | string[] | undefined>): Generator<[string, string]> {
  for (const [key, value] of Object.entries(query))
    for (const one of Array.isArray(value) ? value : [value ?? '']) yield [key, one]
}

/** Criteria are always strict: one left out would let them match what was not meant. */
export function criteria(
  repo: RecordRepository,
  resourceType: string,
  query: string | FhirRequest['query'],
): SearchRequest {
  const pairs = typeof query === 'string' ? new URLSearchParams(query) : pairsOf(query)
  return repo.world.parser.parse(resourceType, pairs, { strict: true })
}

/** @throws OperationOutcomeError 400 */
export function bodyOf(request: FhirRequest, resourceType: string): Resource {
  const body = request.body as Resource | undefined
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw invalid('The body must be a FHIR resource as a JSON object.')
  if (body.resourceType !== resourceType)
    throw invalid(
      `The URL asks for a ${resourceType}, the body is ${body.resourceType === undefined ? 'without resourceType' : `a ${String(body.resourceType)}`}.`,
      'resourceType',
    )
  return body
}

/** `If-Match: W/"3"` */
export function matching(request: FhirRequest): { ifMatch?: string } {
  const header = request.headers?.['if-match']
  if (header === undefined) return {}
  const version = /^(?:W\/)?"([^"]+)"$/.exec(header.trim())?.[1]
  if (version === undefined)
    throw versionConflict(`If-Match takes W/"version", not ${JSON.stringify(header)}.`)
  return { ifMatch: version }
}

export function patchOf(request: FhirRequest): Operation[] | Parameters {
  const body = request.body as Operation[] | Parameters | undefined
  if (Array.isArray(body) || body?.resourceType === 'Parameters') return body
  throw invalid('A patch is a JSON Patch (an array of operations) or a FHIRPath patch (Parameters).')
}
