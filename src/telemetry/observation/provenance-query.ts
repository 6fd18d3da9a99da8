import type { Filter, SearchRequest } from '@medplum/core'
import { momentsOf } from './dates.ts'
import { type ObservationKey, parseObservationId } from './ids.ts'
import type { Origin } from './origins.ts'
import { referenceId } from './plan.ts'
import { provenanceTarget } from './provenance-id.ts'

export interface ProvenanceQuery {
  /** Of these Observations; their number bounds what is read. */
  readonly keys: readonly ObservationKey[]
  readonly test: (origin: Origin) => boolean
  readonly newestFirst: boolean
}

/**
 * Undefined where nothing can match. Every reading has its Provenance; they are drawn only for a search that names
 * targets or ids, as nobody is served by a billion of them.
 */
export function provenanceQuery(request: SearchRequest, now: number): ProvenanceQuery | undefined {
  const [rule, second] = request.sortRules ?? [{ code: '_lastUpdated', descending: true }]
  if (second || (rule && rule.code !== '_lastUpdated' && rule.code !== 'recorded')) return undefined
  let keys: ObservationKey[] | undefined
  const tests: ((origin: Origin) => boolean)[] = []
  for (const filter of request.filters ?? []) {
    const named = namedKeys(filter)
    if (named) keys = keys ? keys.filter((key) => named.some((one) => sameKey(one, key))) : named
    else {
      const test = testOf(filter, now)
      if (!test) return undefined
      tests.push(test)
    }
  }
  if (!keys || keys.length === 0) return undefined
  return {
    keys,
    test: (origin) => tests.every((test) => test(origin)),
    newestFirst: rule?.descending !== false,
  }
}

const sameKey = (a: ObservationKey, b: ObservationKey): boolean =>
  a.kind === b.kind && a.series === b.series && a.at === b.at

function namedKeys({ code, operator, value }: Filter): ObservationKey[] | undefined {
  if (operator !== 'eq') return undefined
  if (code === '_id') return distinct(value.split(',').map(provenanceTarget))
  if (code !== 'target') return undefined
  return distinct(
    value.split(',').map((reference) => parseObservationId(referenceId(reference, 'Observation') ?? '')),
  )
}

function distinct(keys: readonly (ObservationKey | undefined)[]): ObservationKey[] {
  const found = keys.filter((key) => key !== undefined)
  return [...new Map(found.map((key) => [`${key.kind} ${key.series} ${key.at}`, key])).values()]
}

function testOf({ code, operator, value }: Filter, now: number): ((origin: Origin) => boolean) | undefined {
  if (code === 'recorded' || code === '_lastUpdated') {
    const moments = value.includes(',') ? undefined : momentsOf(operator, value, now)
    return moments && (({ storedAt }) => moments.some(({ from, to }) => storedAt >= from && storedAt < to))
  }
  if (operator !== 'eq' || (code !== 'patient' && code !== 'agent')) return undefined
  const type = code === 'patient' ? 'Patient' : 'Device'
  const wanted = new Set(value.split(',').map((reference) => referenceId(reference, type)))
  return ({ series }) => wanted.has((code === 'patient' ? series.patient : series.device) ?? undefined)
}
