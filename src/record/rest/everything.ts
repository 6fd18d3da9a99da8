/** `Patient/[id]/$everything`: the patient, what is in their compartment, and the people and places it names. */
import { allOk, type WithId } from '@medplum/core'
import type { FhirRequest, FhirResponse } from '@medplum/fhir-router'
import type { Bundle, Resource } from '@medplum/fhirtypes'
import { sharedTypes } from '../access.ts'
import { invalid } from '../outcomes.ts'
import type { RecordRepository } from '../repository.ts'
import { compartmentPage } from '../store/compartment.ts'

const maxCount = 1_000

/** Telemetry is not part of it: a day of it is millions of readings. Search Observation for those. */
export async function everything(request: FhirRequest, repo: RecordRepository): Promise<FhirResponse> {
  const id = request.params['id'] ?? ''
  const patient = await repo.readResource('Patient', id)
  const count = whole(request, '_count', maxCount)
  const offset = whole(request, '_offset', 0)
  const types = String(request.query['_type'] ?? '')
    .split(',')
    .filter(Boolean)
  const page = await compartmentPage(repo.db, {
    patient: id,
    access: repo.access,
    types: typesToRead(repo, types),
    skip: offset,
    limit: count + 1,
  })
  const resources = page.slice(0, count)
  const own = [...(offset === 0 ? [patient] : []), ...resources]
  const named = await namedBy(repo, own)
  const self = `${repo.options.baseUrl}Patient/${id}/$everything`
  const bundle: Bundle = {
    resourceType: 'Bundle',
    type: 'searchset',
    link: [{ relation: 'self', url: `${self}?_count=${count}&_offset=${offset}` }],
    entry: [...own, ...named].map((resource) => ({
      fullUrl: `${repo.options.baseUrl}${resource.resourceType}/${resource.id}`,
      resource,
      search: { mode: 'match' as const },
    })),
  }
  if (page.length > count)
    bundle.link?.push({ relation: 'next', url: `${self}?_count=${count}&_offset=${offset + count}` })
  return [allOk, bundle]
}

const typesToRead = (repo: RecordRepository, asked: readonly string[]): string[] =>
  repo.world.compartment.types.filter(
    (type) =>
      type !== 'Patient' && (asked.length === 0 || asked.includes(type)) && repo.access.allows(type, 'read'),
  )

function whole(request: FhirRequest, name: string, fallback: number): number {
  const text = request.query[name]
  if (text === undefined) return fallback
  if (typeof text !== 'string' || !/^\d{1,6}$/.test(text)) throw invalid(`${name} is a whole number.`)
  return Math.min(Number(text), name === '_count' ? maxCount : Number.MAX_SAFE_INTEGER)
}

const reference = /"reference":"([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})"/g

async function namedBy(
  repo: RecordRepository,
  resources: readonly WithId<Resource>[],
): Promise<WithId<Resource>[]> {
  const keys = new Map<string, { resourceType: string; id: string }>()
  for (const resource of resources)
    for (const [whole, resourceType = '', id = ''] of JSON.stringify(resource).matchAll(reference))
      if (sharedTypes.has(resourceType) && repo.access.allows(resourceType, 'read'))
        keys.set(whole, { resourceType, id })
  return repo.readMany([...keys.values()].slice(0, maxCount))
}
