/** The versions of one resource as a Bundle, newest first. */
import type { WithId } from '@medplum/core'
import type { ReadHistoryOptions } from '@medplum/fhir-router'
import type { Bundle, BundleEntry, Resource } from '@medplum/fhirtypes'
import { isoFromMicros, type Micros } from '../kernel/time.ts'
import type { Queryable } from '../platform/postgres/database.ts'
import { isVisible } from './access.ts'
import type { RecordAccess } from './model.ts'
import { unknownResource } from './outcomes.ts'
import { currentVersion, type StoredVersion, versionsOf } from './store/documents.ts'
import type { RecordWorld } from './world.ts'

interface HistoryContext {
  readonly world: RecordWorld
  readonly access: RecordAccess
  readonly db: Queryable
  readonly baseUrl: string
}

const defaultCount = 100
const maxCount = 1_000

/** @throws OperationOutcomeError 404 */
export async function historyBundle(
  context: HistoryContext,
  resourceType: string,
  id: string,
  options?: ReadHistoryOptions,
): Promise<Bundle<WithId<Resource>>> {
  const skip = Math.max(0, options?.offset ?? 0)
  const limit = Math.min(maxCount, Math.max(0, options?.limit ?? defaultCount))
  const { total, entries } = await versions(context, resourceType, id, skip, limit)
  const self = `${context.baseUrl}${resourceType}/${id}/_history`
  const link = [{ relation: 'self', url: `${self}?_count=${limit}&_offset=${skip}` }]
  if (skip + limit < total)
    link.push({ relation: 'next', url: `${self}?_count=${limit}&_offset=${skip + limit}` })
  return {
    resourceType: 'Bundle',
    type: 'history',
    total,
    link,
    ...(entries.length > 0 ? { entry: entries } : {}),
  }
}

async function versions(
  context: HistoryContext,
  resourceType: string,
  id: string,
  skip: number,
  limit: number,
) {
  const { world, access, db, baseUrl } = context
  const fullUrl = `${baseUrl}${resourceType}/${id}`
  const face = world.faces.get(resourceType)
  if (face?.owns(id)) {
    const drawn = await face.history(id, access)
    if (drawn.length === 0) throw unknownResource(resourceType, id)
    const entries = drawn
      .slice(skip, skip + limit)
      .map((resource, place) => faceEntry(fullUrl, resource, skip + place === drawn.length - 1))
    return { total: drawn.length, entries }
  }
  const current = await currentVersion(db, resourceType, id)
  if (!current || !isVisible(access, current)) throw unknownResource(resourceType, id)
  const page = await versionsOf(db, resourceType, id, { skip, limit })
  // A version that belonged to another patient is not the present patient's to see.
  const entries = page.filter((version) => isVisible(access, version)).map((v) => entry(fullUrl, v))
  return { total: current.version, entries }
}

function entry(fullUrl: string, version: StoredVersion): BundleEntry<WithId<Resource>> {
  const { resourceType, id, content } = version
  const first = version.version === 1
  const method = version.deleted ? 'DELETE' : first ? 'POST' : 'PUT'
  return {
    fullUrl,
    ...(content ? { resource: content as WithId<Resource> } : {}),
    request: { method, url: first ? resourceType : `${resourceType}/${id}` },
    response: {
      status: version.deleted ? '204' : first ? '201' : '200',
      etag: `W/"${version.version}"`,
      lastModified: isoFromMicros(version.lastUpdatedUs as Micros),
    },
  }
}

const faceEntry = (
  fullUrl: string,
  resource: WithId<Resource>,
  first: boolean,
): BundleEntry<WithId<Resource>> => ({
  fullUrl,
  resource,
  request: { method: first ? 'POST' : 'PUT', url: `${resource.resourceType}/${resource.id}` },
  response: {
    status: first ? '201' : '200',
    ...(resource.meta?.versionId ? { etag: `W/"${resource.meta.versionId}"` } : {}),
    ...(resource.meta?.lastUpdated ? { lastModified: resource.meta.lastUpdated } : {}),
  },
})
