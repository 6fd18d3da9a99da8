/**
 * The library's router with our own handlers where ours are stricter or know more: searches and criteria are parsed with
 * what is unknown told apart, an update says whether it created, bundles are whole or not at all.
 */
import { allOk, created, isResourceType, type Operation, OperationOutcomeError } from '@medplum/core'
import {
  type FhirRepository,
  type FhirRequest,
  type FhirResponse,
  type FhirRouteHandler,
  type FhirRouteOptions,
  FhirRouter,
  type HttpMethod,
  type RestInteraction,
} from '@medplum/fhir-router'
import type { Bundle, Resource } from '@medplum/fhirtypes'
import { invalid } from '../outcomes.ts'
import { processBundle } from './bundle.ts'
import { everything } from './everything.ts'
import { bodyOf, criteria, matching, pairsOf, patchOf, recordOf } from './request.ts'
import { validateOperation } from './validate.ts'

export function createRouter({ graphql }: { readonly graphql: boolean }): FhirRouter {
  const router = new FhirRouter()
  if (!graphql) {
    const { routes } = router.router
    routes.splice(0, routes.length, ...routes.filter(({ path }) => path[0]?.value !== '$graphql'))
  }
  const put = (
    method: HttpMethod,
    path: string,
    interaction: RestInteraction,
    handler: FhirRouteHandler,
  ): void => {
    const segments = path.split('/').filter(Boolean)
    const { routes } = router.router
    const same = routes.findIndex(
      (route) =>
        route.method === method &&
        route.path.map(({ value, param }) => (param ? `:${value}` : value)).join('/') === segments.join('/'),
    )
    if (same !== -1) routes.splice(same, 1)
    router.add(method, path, knownType(handler), interaction)
  }
  put('POST', '', 'transaction', bundle)
  put('GET', '', 'search-system', noSystemSearch)
  put('GET', ':resourceType', 'search-type', searchByQuery)
  put('POST', ':resourceType/_search', 'search-type', searchByQuery)
  put('POST', ':resourceType', 'create', create)
  put('PUT', ':resourceType', 'update', conditionalUpdate)
  put('PUT', ':resourceType/:id', 'update', update)
  put('DELETE', ':resourceType', 'delete', conditionalDelete)
  put('DELETE', ':resourceType/:id', 'delete', remove)
  put('PATCH', ':resourceType', 'patch', conditionalPatch)
  put('PATCH', ':resourceType/:id', 'patch', patch)
  put('POST', ':resourceType/$validate', 'operation', validateOperation)
  put('POST', ':resourceType/:id/$validate', 'operation', validateOperation)
  put('GET', 'Patient/:id/$everything', 'operation', (request, repo) => everything(request, recordOf(repo)))
  put('POST', 'Patient/:id/$everything', 'operation', (request, repo) => everything(request, recordOf(repo)))
  return router
}

const knownType =
  (handler: FhirRouteHandler): FhirRouteHandler =>
  (request, repo, router, options) => {
    const type = request.params['resourceType']
    if (type !== undefined && !isResourceType(type)) throw unknownType(type)
    return handler(request, repo, router, options)
  }

export const unknownType = (type: string): OperationOutcomeError =>
  new OperationOutcomeError({
    resourceType: 'OperationOutcome',
    id: 'not-found',
    issue: [
      {
        severity: 'error',
        code: 'not-found',
        details: { text: `${JSON.stringify(type)} is no resource type of FHIR R4.` },
      },
    ],
  })

const param = (request: FhirRequest, name: string): string => request.params[name] ?? ''

async function bundle(
  request: FhirRequest,
  repo: FhirRepository,
  router: FhirRouter,
  options?: FhirRouteOptions,
): Promise<FhirResponse> {
  const body = request.body as Bundle | undefined
  if (body?.resourceType !== 'Bundle') throw invalid('The base takes a Bundle of type batch or transaction.')
  if (options?.batch) throw invalid('A bundle cannot be within a bundle.')
  return [allOk, await processBundle(recordOf(repo), router, body)]
}

const noSystemSearch: FhirRouteHandler = () => {
  throw invalid('Search across all types is not offered; name the type: GET [base]/Patient?…')
}

const searchByQuery: FhirRouteHandler = async (request, repo) => {
  const record = recordOf(repo)
  // A `_search` has its parameters in the form, in the query, or in both.
  const form = request.method === 'POST' ? (request.body as FhirRequest['query'] | undefined) : undefined
  const pairs = [...pairsOf(request.query), ...pairsOf(form ?? {})]
  const { parser } = record.world
  const search = parser.parse(param(request, 'resourceType'), pairs, { strict: record.options.strict })
  return [allOk, await record.search(search)]
}

const create: FhirRouteHandler = async (request, repo, _router, options) => {
  const resourceType = param(request, 'resourceType')
  const resource = bodyOf(request, resourceType)
  const assignedId = options?.assignedId === true
  const condition = request.headers?.['if-none-exist']
  if (condition !== undefined) {
    const search = criteria(recordOf(repo), resourceType, String(condition).replace(/^.*\?/, ''))
    const result = await repo.conditionalCreate(resource, search, { assignedId })
    return [result.outcome, result.resource]
  }
  return [created, await repo.createResource(resource, { assignedId })]
}

const update: FhirRouteHandler = async (request, repo) => {
  const id = param(request, 'id')
  const resource = bodyOf(request, param(request, 'resourceType'))
  if (resource.id !== id)
    throw invalid(
      `The resource's id is ${resource.id === undefined ? 'missing' : JSON.stringify(resource.id)}; the URL says ${JSON.stringify(id)}.`,
      `${resource.resourceType}.id`,
    )
  const result = await recordOf(repo).upsert(resource, matching(request))
  return [result.created ? created : allOk, result.resource]
}

const conditionalUpdate: FhirRouteHandler = async (request, repo) => {
  const resourceType = param(request, 'resourceType')
  const search = criteria(recordOf(repo), resourceType, request.query)
  const result = await repo.conditionalUpdate(bodyOf(request, resourceType), search, matching(request))
  return [result.outcome, result.resource]
}

const remove: FhirRouteHandler = async (request, repo) => {
  await repo.deleteResource(param(request, 'resourceType'), param(request, 'id'), matching(request))
  return [allOk]
}

const conditionalDelete: FhirRouteHandler = async (request, repo) => {
  await repo.conditionalDelete(criteria(recordOf(repo), param(request, 'resourceType'), request.query))
  return [allOk]
}

const patch: FhirRouteHandler = async (request, repo) => {
  const resourceType = param(request, 'resourceType') as Resource['resourceType']
  return [
    allOk,
    await repo.patchResource(resourceType, param(request, 'id'), patchOf(request), matching(request)),
  ]
}

const conditionalPatch: FhirRouteHandler = async (request, repo) => {
  const search = criteria(recordOf(repo), param(request, 'resourceType'), request.query)
  return [allOk, await repo.conditionalPatch(search, patchOf(request) as Operation[], matching(request))]
}
