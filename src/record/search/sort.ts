/** The order of a search result, and the same order for resources that are not in the table. */
import { type SearchRequest, type SortRule, toTypedValue } from '@medplum/core'
import type { Resource } from '@medplum/fhirtypes'
import { microsFromIso } from '../../kernel/time.ts'
import type { SearchParams } from '../definitions/search-parameters.ts'
import { emptyRows } from '../indexing/rows.ts'
import { addValue } from '../indexing/values.ts'

/** Numbers for dates and quantities, text otherwise; null where the resource has no such value: it comes last. */
export type SortKey = number | string | null

const newestEffective: readonly SortRule[] = [{ code: 'date', descending: true }]
const newestWritten: readonly SortRule[] = [{ code: '_lastUpdated', descending: true }]

export const orderOf = (request: SearchRequest): readonly SortRule[] =>
  request.sortRules ?? (request.resourceType === 'Observation' ? newestEffective : newestWritten)

export function sortKeysOf(resource: Resource, order: readonly SortRule[], params: SearchParams): SortKey[] {
  return order.map(({ code, descending }) => {
    if (code === '_id') return resource.id ?? null
    if (code === '_lastUpdated') return microsFromIso(resource.meta?.lastUpdated ?? '') ?? null
    const keys = indexedKeys(resource, code, params)
    return keys.reduce<SortKey>(
      (best, key) => (best === null || (descending ? key > best : key < best) ? key : best),
      null,
    )
  })
}

function indexedKeys(resource: Resource, code: string, params: SearchParams): (number | string)[] {
  const param = params.get(resource.resourceType, code)
  if (!param || param.kind === 'composite') return []
  const rows = emptyRows()
  for (const value of param.values(toTypedValue(resource)))
    addValue({ rows, param: code, element: 0 }, param.kind, value)
  return [
    ...rows.dates.map((row) => row.startUs),
    ...rows.tokens.filter((row) => row.param === code).map((row) => row.code),
    ...rows.strings.map((row) => row.folded),
    ...rows.references.map((row) => row.targetId),
    ...rows.quantities.map((row) => Number(row.low)),
  ]
}

/** Negative where `a` comes first. Nulls last, whichever the direction. */
export function compareKeys(
  a: readonly SortKey[],
  b: readonly SortKey[],
  order: readonly SortRule[],
): number {
  for (const [i, { descending }] of order.entries()) {
    const [left = null, right = null] = [a[i], b[i]]
    if (left === right) continue
    if (left === null) return 1
    if (right === null) return -1
    const [x, y] = typeof left === typeof right ? [left, right] : [Number(left), Number(right)]
    if (x !== y) return x < y === Boolean(descending) ? 1 : -1
  }
  return 0
}
