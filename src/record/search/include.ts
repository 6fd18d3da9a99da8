/** `_include` and `_revinclude`, with the caller's access: what they may not read is left out silently. */
import {
  DEFAULT_MAX_SEARCH_COUNT,
  type IncludeTarget,
  Operator,
  type SearchRequest,
  toTypedValue,
  type WithId,
} from '@medplum/core'
import type { Reference, Resource, ResourceType } from '@medplum/fhirtypes'
import { referenceTarget } from '../indexing/values.ts'
import type { RecordAccess } from '../model.ts'
import type { RecordWorld } from '../world.ts'

/** Reads with the caller's access. */
export interface IncludeSource {
  readMany(
    keys: readonly { readonly resourceType: string; readonly id: string }[],
  ): Promise<WithId<Resource>[]>
  searchResources(request: SearchRequest): Promise<WithId<Resource>[]>
}

const maxRounds = 5
export const maxIncluded = DEFAULT_MAX_SEARCH_COUNT

interface IncludeContext {
  readonly world: RecordWorld
  readonly access: RecordAccess
}

/** Each once, without the matches themselves; at most `maxIncluded`. */
export async function includedResources(
  context: IncludeContext,
  source: IncludeSource,
  request: SearchRequest,
  matches: readonly WithId<Resource>[],
): Promise<WithId<Resource>[]> {
  const { include = [], revInclude = [] } = request
  if (include.length === 0 && revInclude.length === 0) return []
  const seen = new Set(matches.map(keyOf))
  const included: WithId<Resource>[] = []
  let from: readonly WithId<Resource>[] = matches
  for (let round = 0; from.length > 0 && round < maxRounds && included.length < maxIncluded; round++) {
    const applies = (target: IncludeTarget): boolean => round === 0 || target.modifier === Operator.ITERATE
    const found = [
      ...(await forward(context, source, include.filter(applies), from)),
      ...(await backward(context, source, revInclude.filter(applies), from)),
    ].filter((resource) => !seen.has(keyOf(resource)))
    const fresh = [...new Map(found.map((resource) => [keyOf(resource), resource])).values()]
    for (const resource of fresh) seen.add(keyOf(resource))
    included.push(...fresh)
    from = fresh
  }
  return included.slice(0, maxIncluded)
}

const keyOf = ({ resourceType, id }: WithId<Resource>): string => `${resourceType}/${id}`

async function forward(
  { world, access }: IncludeContext,
  source: IncludeSource,
  targets: readonly IncludeTarget[],
  from: readonly WithId<Resource>[],
): Promise<WithId<Resource>[]> {
  const keys = new Map<string, { resourceType: string; id: string }>()
  for (const { resourceType, searchParam, targetType } of targets) {
    const param = world.params.get(resourceType, searchParam)
    if (param?.kind !== 'reference') continue
    for (const resource of from) {
      if (resource.resourceType !== resourceType) continue
      for (const { value } of param.values(toTypedValue(resource))) {
        const reference = typeof value === 'string' ? value : (value as Reference).reference
        const target = reference === undefined ? undefined : referenceTarget(reference)
        if (!target || target.targetType === '' || (targetType && target.targetType !== targetType)) continue
        keys.set(`${target.targetType}/${target.targetId}`, {
          resourceType: target.targetType,
          id: target.targetId,
        })
      }
    }
  }
  return source.readMany([...keys.values()].filter(({ resourceType }) => access.allows(resourceType, 'read')))
}

async function backward(
  { access }: IncludeContext,
  source: IncludeSource,
  targets: readonly IncludeTarget[],
  from: readonly WithId<Resource>[],
): Promise<WithId<Resource>[]> {
  const found: WithId<Resource>[] = []
  for (const { resourceType, searchParam, targetType } of targets) {
    const pointedAt = from.filter(
      (resource) => targetType === undefined || resource.resourceType === targetType,
    )
    if (pointedAt.length === 0 || !access.allows(resourceType, 'search')) continue
    found.push(
      ...(await source.searchResources({
        resourceType: resourceType as ResourceType,
        filters: [{ code: searchParam, operator: Operator.EQUALS, value: pointedAt.map(keyOf).join(',') }],
        count: maxIncluded,
      })),
    )
  }
  return found
}
