/** One search: documents and a face merged, what they include, as a Bundle. */
import { DEFAULT_SEARCH_COUNT, type Filter, Operator, type SearchRequest, type WithId } from '@medplum/core'
import type { Bundle, BundleEntry, Resource, ResourceType } from '@medplum/fhirtypes'
import type { Queryable } from '../../platform/postgres/database.ts'
import { requireAllowed } from '../access.ts'
import type { RecordAccess, ResourceFace } from '../model.ts'
import { countMatches, matchingIds, type SearchScope, searchPage } from '../store/search.ts'
import type { RecordWorld } from '../world.ts'
import { pageLinks, projected } from './bundle.ts'
import { type Cursor, cursorAfter, cursorFilter, cursorOf, cursorRule } from './cursor.ts'
import { mergedPage, type SortedSource } from './faces.ts'
import { type IncludeSource, includedResources } from './include.ts'
import { chainStep, chainTargets } from './parse.ts'
import { orderOf, sortKeysOf } from './sort.ts'

export interface SearchContext {
  readonly world: RecordWorld
  readonly access: RecordAccess
  readonly db: Queryable
  /** `https://host/fhir/R4/` */
  readonly baseUrl: string
}

export interface SearchHit {
  readonly resources: WithId<Resource>[]
  readonly more: boolean
  /** Where the next page begins; absent where it is counted. */
  readonly cursor?: string | undefined
}

/** @throws OperationOutcomeError 400, 403 */
export async function searchBundle(
  context: SearchContext,
  request: SearchRequest,
  source: IncludeSource,
): Promise<Bundle<WithId<Resource>>> {
  const count = request.count ?? DEFAULT_SEARCH_COUNT
  const hit = await searchMatches(context, request)
  const total = await totalOf(context, request, hit)
  const included = await includedResources(context, source, request, hit.resources)
  const entry = (resource: WithId<Resource>, mode: 'match' | 'include'): BundleEntry<WithId<Resource>> => ({
    fullUrl: `${context.baseUrl}${resource.resourceType}/${resource.id}`,
    resource: projected(resource, request),
    search: { mode },
  })
  const entries = [
    ...hit.resources.map((resource) => entry(resource, 'match')),
    ...included.map((resource) => entry(resource, 'include')),
  ]
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    ...(total === undefined ? {} : { total }),
    link: pageLinks(context.baseUrl, request, { count, more: hit.more, cursor: hit.cursor }),
    ...(entries.length === 0 ? {} : { entry: entries }),
  }
}

/** The page asked for, without what it includes. */
export async function searchMatches(context: SearchContext, request: SearchRequest): Promise<SearchHit> {
  requireAllowed(context.access, request.resourceType, 'search')
  const limit = request.count ?? DEFAULT_SEARCH_COUNT
  if (limit === 0) return { resources: [], more: false }
  const { params, faces } = context.world
  const order = orderOf(request)
  const cursor = cursorOf(request, params)
  const documents = documentSource(context, request, cursor)
  const face = faces.get(request.resourceType)
  const offset = cursor ? cursor.shown : (request.offset ?? 0)
  // One more than asked for tells whether there is a next page.
  const found = face
    ? await mergedPage(
        [documents, await faceSource(context, face, request, cursor)],
        order,
        cursor ? { offset, limit: limit + 1, counted: false } : { offset, limit: limit + 1 },
      )
    : await documents.page({ skip: offset, limit: limit + 1 })
  const shown = found.slice(0, limit)
  const byCursor = cursorRule(request, params) && (cursor || offset === 0)
  return {
    resources: shown.map(({ resource }) => resource as WithId<Resource>),
    more: found.length > limit,
    cursor: byCursor
      ? cursorAfter(
          shown.map(({ keys }) => keys[0] ?? null),
          cursor,
        )
      : undefined,
  }
}

/** Exact. Where counting would mean reading telemetry it is left out unless asked for. */
async function totalOf(
  context: SearchContext,
  request: SearchRequest,
  hit: SearchHit,
): Promise<number | undefined> {
  if (request.total === 'none') return undefined
  const offset = request.offset ?? 0
  if (
    request.cursor === undefined &&
    request.count !== 0 &&
    !hit.more &&
    (hit.resources.length > 0 || offset === 0)
  )
    return offset + hit.resources.length
  const face = context.world.faces.get(request.resourceType)
  if (face && request.total === undefined) return undefined
  const documents = await documentSource(context, request).count()
  return face ? documents + (await (await faceSource(context, face, request)).count()) : documents
}

const scopeOf = ({ world, access, baseUrl }: SearchContext): SearchScope => ({
  params: world.params,
  parser: world.parser,
  access,
  baseUrl,
  nowUs: world.clock.now(),
})

function documentSource(context: SearchContext, request: SearchRequest, cursor?: Cursor): SortedSource {
  const scope = scopeOf(context)
  return {
    page: (page) => searchPage(context.db, scope, request, orderOf(request), page, cursor),
    count: () => countMatches(context.db, scope, request),
  }
}

const nothing: SortedSource = { page: async () => [], count: async () => 0 }

async function faceSource(
  context: SearchContext,
  face: ResourceFace,
  request: SearchRequest,
  cursor?: Cursor,
): Promise<SortedSource> {
  const unchained = await withoutChains(context, request)
  if (!unchained || cursor?.key === null) return nothing
  const order = orderOf(request)
  const from = cursor && order[0] ? [cursorFilter(order[0], cursor.key)] : []
  const plain = { ...unchained, filters: [...(unchained.filters ?? []), ...from] }
  return {
    async page(page) {
      const { resources } = await face.search(plain, context.access, page)
      return resources.map((resource) => ({
        resource,
        keys: sortKeysOf(resource, order, context.world.params),
      }))
    },
    count: () => face.count(plain, context.access),
  }
}

const chainTargetLimit = 1_000

/**
 * A face knows nothing of other resources: chains are resolved to the references they lead to. Undefined where nothing
 * can match.
 */
async function withoutChains(
  context: SearchContext,
  request: SearchRequest,
): Promise<SearchRequest | undefined> {
  const filters: Filter[] = []
  for (const filter of request.filters ?? []) {
    if (filter.code.startsWith('_has:')) return undefined
    if (!filter.code.includes('.')) {
      filters.push(filter)
      continue
    }
    const { code, targetType, rest } = chainStep(filter.code)
    const param = context.world.params.get(request.resourceType, code)
    const targets = chainTargets(param?.kind === 'reference' ? param.targets : [], targetType)
    const references: string[] = []
    for (const target of targets) {
      const inner = context.world.parser.filter(target, rest, filter.value)
      if (!inner || !context.access.allows(target, 'search')) continue
      const inTarget = { resourceType: target as ResourceType, filters: [inner] }
      const ids = await matchingIds(context.db, scopeOf(context), inTarget, chainTargetLimit)
      references.push(...ids.map((id) => `${target}/${id}`))
    }
    if (references.length === 0) return undefined
    filters.push({ code, operator: Operator.EQUALS, value: references.join(',') })
  }
  return { ...request, filters }
}
