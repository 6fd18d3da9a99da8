/** What each placeholder of a transaction becomes. */
import type { Resource } from '@medplum/fhirtypes'
import { referenceTarget } from '../indexing/values.ts'
import { invalid } from '../outcomes.ts'
import type { RecordRepository } from '../repository.ts'
import type { RequestEntry } from './bundle.ts'
import { criteria } from './request.ts'

export interface Identified {
  readonly entries: readonly RequestEntry[]
  /** By `fullUrl`, and where that is RESTful also by its `Type/id`. */
  readonly become: ReadonlyMap<string, string>
}

/** @throws OperationOutcomeError 400, 412 */
export async function resolveIdentities(
  repo: RecordRepository,
  entries: readonly RequestEntry[],
): Promise<Identified> {
  const become = new Map<string, string>()
  const changed = new Set<string>()
  const identified: RequestEntry[] = []
  const promised = new Map<string, string>()
  for (const entry of entries) {
    const own = await identify(repo, entry, promised)
    identified.push(own)
    if (own.method === 'GET') continue
    const reference = referenceOf(own)
    if (reference === undefined) continue
    if (changed.has(reference) && own.method !== 'POST')
      throw invalid(`Two entries of the transaction change ${reference}.`, `Bundle.entry[${entry.place}]`)
    changed.add(reference)
    if (entry.fullUrl === undefined) continue
    if (become.has(entry.fullUrl) && become.get(entry.fullUrl) !== reference)
      throw invalid('Two entries have the same fullUrl.', `Bundle.entry[${entry.place}].fullUrl`)
    become.set(entry.fullUrl, reference)
    const relative = /([A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64})$/.exec(entry.fullUrl)?.[1]
    if (relative !== undefined) become.set(relative, reference)
  }
  return { entries: identified, become }
}

function referenceOf({ method, url, resource }: RequestEntry): string | undefined {
  if (method === 'POST')
    return resource?.id === undefined ? undefined : `${resource.resourceType}/${resource.id}`
  return referenceTarget(url)?.targetType === '' ? undefined : url
}

async function identify(
  repo: RecordRepository,
  entry: RequestEntry,
  promised: Map<string, string>,
): Promise<RequestEntry> {
  const { method, url, resource } = entry
  if (method === 'POST' && resource && !url.includes('/'))
    return identifyCreate(repo, entry, resource, promised)
  const [resourceType = '', query] = url.split('?')
  if (query === undefined || resourceType.includes('/') || method === 'GET' || method === 'POST') return entry
  const match = await repo.soleMatch(criteria(repo, resourceType, query))
  if (match) {
    if (resource?.id !== undefined && method === 'PUT' && resource.id !== match.id)
      throw invalid(
        'The id of the resource is not that of the one the criteria find.',
        `Bundle.entry[${entry.place}]`,
      )
    return { ...entry, url: `${resourceType}/${match.id}`, resource: withId(entry, match.id) }
  }
  if (method !== 'PUT' || !resource) return entry
  const id = resource.id ?? repo.generateId()
  return { ...entry, url: `${resourceType}/${id}`, resource: { ...resource, id } }
}

const withId = ({ method, resource }: RequestEntry, id: string): Resource | undefined =>
  method === 'PUT' && resource ? { ...resource, id } : resource

/**
 * With `ifNoneExist` the one that exists takes the place of the new one; of two entries with the same criteria the
 * first creates and the second finds it.
 */
async function identifyCreate(
  repo: RecordRepository,
  entry: RequestEntry,
  resource: Resource,
  promised: Map<string, string>,
): Promise<RequestEntry> {
  const condition = entry.headers['if-none-exist']
  if (condition === undefined)
    return { ...entry, resource: { ...resource, id: repo.generateId() }, assignedId: true }
  const key = `${resource.resourceType}?${condition.replace(/^.*\?/, '')}`
  const match = await repo.soleMatch(criteria(repo, resource.resourceType, condition.replace(/^.*\?/, '')))
  const id = match?.id ?? promised.get(key) ?? repo.generateId()
  promised.set(key, id)
  return { ...entry, resource: { ...resource, id }, assignedId: true }
}
