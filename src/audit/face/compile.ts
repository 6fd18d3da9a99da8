import type { Filter, SearchRequest } from '@medplum/core'
import { dateRange } from '../../record/index.ts'
import { type AuditKey, parseAuditId } from '../row.ts'
import type { AuditFilter } from '../store/audit-store.ts'
import { actsCoded, outcomes, subtypesOf, typeOf } from './codes.ts'

export interface AuditQuery {
  readonly filter: AuditFilter
  readonly ascending: boolean
}

type Draft = { -readonly [K in keyof AuditFilter]: AuditFilter[K] }

/** Undefined where something cannot be answered exactly: then nothing is found, never too much. */
export function compileAuditSearch(request: SearchRequest): AuditQuery | undefined {
  const [rule, second] = request.sortRules ?? []
  if (second || (rule && rule.code !== 'date' && rule.code !== '_lastUpdated')) return undefined
  const draft: Draft = {}
  for (const filter of request.filters ?? []) if (!apply(draft, filter)) return undefined
  return { filter: draft, ascending: rule !== undefined && rule.descending !== true }
}

function apply(draft: Draft, { code, operator, value }: Filter): boolean {
  if (code === 'date' || code === '_lastUpdated') return applyDate(draft, operator, value)
  if (operator !== 'eq' && !(code === 'address' && operator === 'exact')) return false
  const values = value.split(',')
  const set = <K extends keyof Draft>(key: K, given: Draft[K] | undefined): boolean => {
    // Both of two lists would be their meeting, which few ask for.
    if (draft[key] !== undefined || given === undefined) return false
    draft[key] = given
    return true
  }
  switch (code) {
    case '_id':
      return set(
        'ids',
        values.map(parseAuditId).filter((key): key is AuditKey => key !== undefined),
      )
    case 'patient':
      return set('patients', idsOf('Patient', values))
    case 'entity': {
      const patients = idsOf('Patient', values)
      return patients.length === values.length ? set('patients', patients) : set('what', values)
    }
    case 'agent':
      return set('actors', values)
    case 'address':
      return set('addresses', values)
    case 'action':
      return set('actions', values.map(bare))
    case 'outcome':
      return set(
        'outcomes',
        Object.entries(outcomes).flatMap(([name, one]) => (values.map(bare).includes(one) ? [name] : [])),
      )
    case 'type':
      return set(
        'acts',
        meeting(
          draft,
          actsCoded((kind) => [typeOf(kind)], values),
        ),
      )
    case 'subtype':
      return set('acts', meeting(draft, actsCoded(subtypesOf, values)))
    default:
      return false
  }
}

/** Type and subtype both say what act it was. */
function meeting(draft: Draft, acts: readonly string[]): readonly string[] {
  const before = draft.acts
  delete draft.acts
  return before ? acts.filter((act) => before.includes(act)) : acts
}

const bare = (token: string): string => token.slice(token.lastIndexOf('|') + 1)

const idsOf = (type: string, values: readonly string[]): string[] =>
  values.flatMap((value) => (value.startsWith(`${type}/`) ? [value.slice(type.length + 1)] : []))

/** https://hl7.org/fhir/R4/search.html#prefix, of a moment. */
function applyDate(draft: Draft, operator: string, text: string): boolean {
  const range = text.includes(',') ? undefined : dateRange(text)
  if (!range) return false
  const atLeast = (us: number) => {
    draft.fromUs = Math.max(draft.fromUs ?? 0, us)
    return true
  }
  const before = (us: number) => {
    draft.toUs = Math.min(draft.toUs ?? Number.MAX_SAFE_INTEGER, us)
    return true
  }
  if (operator === 'eq') return atLeast(range.startUs) && before(range.endUs)
  if (operator === 'ge') return atLeast(range.startUs)
  if (operator === 'gt' || operator === 'sa') return atLeast(range.endUs)
  if (operator === 'lt' || operator === 'eb') return before(range.startUs)
  if (operator === 'le') return before(range.endUs)
  return false
}
