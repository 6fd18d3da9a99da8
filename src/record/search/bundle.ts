/** Search results as Bundles: links, projections. */
import { type Filter, Operator, type SearchRequest } from '@medplum/core'
import type { BundleLink, Resource } from '@medplum/fhirtypes'

const modifiers: ReadonlySet<string> = new Set<string>([
  Operator.CONTAINS,
  Operator.EXACT,
  Operator.NOT,
  Operator.MISSING,
  Operator.OF_TYPE,
  Operator.IDENTIFIER,
  Operator.ABOVE,
  Operator.BELOW,
])

/** What was searched: only parameters that were taken into account. */
export function queryOf(request: SearchRequest): URLSearchParams {
  const query = new URLSearchParams()
  for (const filter of request.filters ?? []) query.append(...pairOf(filter))
  for (const [key, targets] of [
    ['_include', request.include],
    ['_revinclude', request.revInclude],
  ] as const)
    for (const { resourceType, searchParam, targetType, modifier } of targets ?? [])
      query.append(
        modifier === undefined ? key : `${key}:${modifier}`,
        [resourceType, searchParam, targetType].filter(Boolean).join(':'),
      )
  if (request.sortRules)
    query.set(
      '_sort',
      request.sortRules.map(({ code, descending }) => (descending ? `-${code}` : code)).join(','),
    )
  if (request.fields) query.set('_elements', request.fields.join(','))
  if (request.summary) query.set('_summary', request.summary)
  if (request.total) query.set('_total', request.total)
  if (request.count !== undefined) query.set('_count', String(request.count))
  if (request.offset) query.set('_offset', String(request.offset))
  if (request.cursor !== undefined) query.set('_cursor', request.cursor)
  return query
}

function pairOf({ code, operator, value }: Filter): [string, string] {
  if (operator === Operator.EQUALS) return [code, value]
  return modifiers.has(operator) ? [`${code}:${operator}`, value] : [code, `${operator}${value}`]
}

function withoutCursor({ cursor: _, ...request }: SearchRequest): SearchRequest {
  return request
}

export function pageLinks(
  baseUrl: string,
  request: SearchRequest,
  page: { count: number; more: boolean; cursor?: string | undefined },
): BundleLink[] {
  const link = (relation: string, offset: number | undefined): BundleLink => {
    const query = queryOf(
      offset === undefined ? request : withoutCursor({ ...request, count: page.count, offset }),
    ).toString()
    return { relation, url: `${baseUrl}${request.resourceType}${query === '' ? '' : `?${query}`}` }
  }
  const offset = request.offset ?? 0
  const links = [link('self', undefined)]
  if (page.count > 0) {
    links.push(link('first', 0))
    if (offset > 0) links.push(link('previous', Math.max(0, offset - page.count)))
    if (page.more && page.cursor !== undefined) {
      const after = queryOf({ ...request, count: page.count, offset: 0, cursor: page.cursor })
      links.push({ relation: 'next', url: `${baseUrl}${request.resourceType}?${after}` })
    } else if (page.more) links.push(link('next', offset + page.count))
  }
  return links
}

const subsetted = {
  system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue',
  code: 'SUBSETTED',
}

/** `_elements` and `_summary=data|text`, marked as incomplete so that no one writes it back. */
export function projected<T extends Resource>(resource: T, request: SearchRequest): T {
  const keep = keptElements(request)
  if (!keep) return resource
  const part = Object.fromEntries(Object.entries(resource).filter(([key]) => keep(key)))
  return { ...part, meta: { ...resource.meta, tag: [...(resource.meta?.tag ?? []), subsetted] } } as T
}

const always: ReadonlySet<string> = new Set(['resourceType', 'id', 'meta'])

function keptElements({ fields, summary }: SearchRequest): ((key: string) => boolean) | undefined {
  if (fields) {
    const wanted = new Set(fields.flatMap((field) => [field, `_${field}`]))
    return (key) => always.has(key) || wanted.has(key)
  }
  if (summary === 'data') return (key) => key !== 'text'
  if (summary === 'text') return (key) => always.has(key) || key === 'text' || key === 'status'
  return undefined
}
