/** Several faces of one resource type, each with ids of its own, as one. */
import type { SearchRequest, WithId } from '@medplum/core'
import type { Resource } from '@medplum/fhirtypes'
import type { SearchParams } from '../definitions/search-parameters.ts'
import type { RecordAccess, ResourceFace } from '../model.ts'
import { compareKeys, orderOf, sortKeysOf } from './sort.ts'

export function joinedFace(a: ResourceFace, b: ResourceFace, params: SearchParams): ResourceFace {
  const ownerOf = (id: string): ResourceFace | undefined => [a, b].find((face) => face.owns(id))

  /** The first `limit` of both. */
  async function first(
    request: SearchRequest,
    access: RecordAccess,
    limit: number,
  ): Promise<readonly WithId<Resource>[]> {
    const order = orderOf(request)
    const pages = await Promise.all([a, b].map((face) => face.search(request, access, { skip: 0, limit })))
    return pages
      .flatMap(({ resources }) => resources)
      .map((resource) => ({ resource, keys: sortKeysOf(resource, order, params) }))
      .sort((x, y) => compareKeys(x.keys, y.keys, order))
      .map(({ resource }) => resource)
  }

  return {
    resourceType: a.resourceType,
    owns: (id) => ownerOf(id) !== undefined,
    read: async (id, access) => ownerOf(id)?.read(id, access),
    history: async (id, access) => (await ownerOf(id)?.history(id, access)) ?? [],
    search: async (request, access, { skip, limit }) => ({
      resources: (await first(request, access, skip + limit)).slice(skip, skip + limit),
    }),
    count: async (request, access) => (await a.count(request, access)) + (await b.count(request, access)),
  }
}
