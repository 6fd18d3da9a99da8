/**
 * A query string into the library's SearchRequest. Stricter and wider than the library's own parser: every alternative
 * of an ordered value may have its prefix, `subject:Patient=` keeps its type, and what is unknown is told apart.
 */
import { DEFAULT_MAX_SEARCH_COUNT, type Filter, Operator, type SearchRequest } from '@medplum/core'
import type { ResourceType } from '@medplum/fhirtypes'
import type { AnyParam, SearchParams } from '../definitions/search-parameters.ts'
import { dateRange } from '../indexing/date-range.ts'
import { invalid, notSupported } from '../outcomes.ts'
import { alternatives, orderedAlternatives, splitPrefix } from './values.ts'

export type QueryPair = readonly [key: string, value: string]

export interface ParseOptions {
  /** `Prefer: handling=strict`: what is unknown is refused; otherwise it is left out. */
  readonly strict: boolean
}

/** Understood by the HTTP layer, or without effect. */
const passedOver: ReadonlySet<string> = new Set(['_', '_format', '_pretty', '_contained', '_containedType'])

const modifiersOf: Readonly<Record<AnyParam['kind'], readonly string[]>> = {
  token: ['not', 'missing', 'of-type'],
  string: ['exact', 'contains', 'missing'],
  uri: ['below', 'above', 'missing'],
  reference: ['identifier', 'missing'],
  date: ['missing'],
  number: ['missing'],
  quantity: ['missing'],
  composite: [],
}

const decimal = /^[+-]?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,3})?$/
const maxChainLength = 4
const maxFilters = 50
const maxValueLength = 65_536

export class SearchParser {
  readonly #params: SearchParams
  readonly #isResourceType: (name: string) => boolean
  constructor(params: SearchParams, isResourceType: (name: string) => boolean) {
    this.#params = params
    this.#isResourceType = isResourceType
  }

  /** @throws OperationOutcomeError 400 */
  parse(resourceType: string, pairs: Iterable<QueryPair>, options: ParseOptions): SearchRequest {
    const request: SearchRequest = { resourceType: resourceType as ResourceType }
    for (const [key, value] of pairs) this.#accept(request, key, value, options)
    if ((request.filters?.length ?? 0) > maxFilters)
      throw invalid(`A search may have ${maxFilters} conditions, not ${request.filters?.length}.`)
    return request
  }

  /**
   * One condition; undefined where its parameter is unknown.
   * @throws OperationOutcomeError 400 where it is known, but its modifier or value is not possible
   */
  filter(resourceType: string, key: string, value: string): Filter | undefined {
    if (key.startsWith('_has:')) {
      return this.#knowsReverseChain(resourceType, key, value)
        ? { code: key, operator: Operator.EQUALS, value }
        : undefined
    }
    if (key.includes('.')) {
      return this.#knowsChain(resourceType, key, value, maxChainLength)
        ? { code: key, operator: Operator.EQUALS, value }
        : undefined
    }
    const [code = '', modifier] = splitOnce(key, ':')
    const param = this.#params.get(resourceType, code)
    return param && this.#parameterFilter(param, modifier, value)
  }

  #parameterFilter(param: AnyParam, modifier: string | undefined, value: string): Filter {
    const { code, kind } = param
    if (modifier === undefined) {
      const operator = ordered(kind) ? splitPrefix(value).prefix : 'eq'
      const filter = {
        code,
        operator,
        value: operator === 'eq' ? value.replace(/^eq(?=[\d+-])/, '') : value.slice(2),
      }
      checkOrdered(param, filter)
      return filter
    }
    if (kind === 'reference' && this.#isResourceType(modifier)) {
      const typed = alternatives(value).map((id) => (id.includes('/') ? id : `${modifier}/${id}`))
      return { code, operator: Operator.EQUALS, value: typed.join(',') }
    }
    if (!modifiersOf[kind].includes(modifier))
      throw notSupported(
        `${code} has no modifier :${modifier} here. Possible: ${modifiersOf[kind].join(', ')}.`,
      )
    if (modifier === 'missing' && value !== 'true' && value !== 'false')
      throw invalid(`${code}:missing is true or false, not ${JSON.stringify(value)}.`)
    return { code, operator: modifier as Operator, value }
  }

  #knowsChain(resourceType: string, key: string, value: string, depth: number): boolean {
    if (depth === 0) throw notSupported(`A chain may have ${maxChainLength} steps.`)
    const step = chainStep(key)
    const param = this.#params.get(resourceType, step.code)
    if (param?.kind !== 'reference') return false
    return chainTargets(param.targets, step.targetType).some((target) =>
      step.rest.includes('.') && !step.rest.startsWith('_has:')
        ? this.#knowsChain(target, step.rest, value, depth - 1)
        : this.filter(target, step.rest, value) !== undefined,
    )
  }

  #knowsReverseChain(resourceType: string, key: string, value: string): boolean {
    const step = reverseStep(key)
    if (!step || !this.#isResourceType(step.sourceType)) return false
    const param = this.#params.get(step.sourceType, step.reference)
    if (param?.kind !== 'reference') return false
    if (param.targets.length > 0 && !param.targets.includes(resourceType as ResourceType)) return false
    return this.filter(step.sourceType, step.rest, value) !== undefined
  }

  #accept(request: SearchRequest, key: string, value: string, { strict }: ParseOptions): void {
    if (passedOver.has(key) || value === '') return
    if (value.length > maxValueLength)
      throw invalid(`The value of ${key} is longer than ${maxValueLength} characters.`)
    // PostgreSQL's text holds no NUL.
    if (value.includes('\0')) throw invalid('A search value cannot hold the character NUL.')
    const [code = '', modifier] = splitOnce(key, ':')
    const control = controls[code]
    if (control) {
      const unknown = control(request, value, modifier, (type, name) => this.#params.get(type, name))
      if (unknown !== undefined && strict) throw invalid(unknown)
      return
    }
    const filter = this.filter(request.resourceType, key, value)
    if (filter) request.filters = [...(request.filters ?? []), filter]
    else if (strict) throw invalid(`${request.resourceType} has no search parameter ${JSON.stringify(key)}.`)
  }
}

type Control = (
  request: SearchRequest,
  value: string,
  modifier: string | undefined,
  find: (resourceType: string, code: string) => AnyParam | undefined,
) => string | undefined

const totals: ReadonlySet<string> = new Set(['none', 'estimate', 'accurate'])

/** Parameters that shape the result. Each answers what it did not know, or undefined. */
const controls: Readonly<Record<string, Control>> = {
  _count(request, value) {
    request.count = Math.min(wholeNumber('_count', value), DEFAULT_MAX_SEARCH_COUNT)
    return undefined
  },
  _offset(request, value) {
    request.offset = wholeNumber('_offset', value)
    return undefined
  },
  _cursor(request, value) {
    request.cursor = value
    return undefined
  },
  _total(request, value) {
    if (!totals.has(value))
      throw invalid(`_total is none, estimate or accurate, not ${JSON.stringify(value)}.`)
    request.total = value as 'none' | 'estimate' | 'accurate'
    return undefined
  },
  _summary(request, value) {
    if (value === 'count') {
      request.count = 0
      request.total = 'accurate'
    } else if (value === 'data' || value === 'text') request.summary = value
    else if (value !== 'false') return `_summary=${value} is not known; possible: count, data, text, false.`
    return undefined
  },
  _elements(request, value) {
    request.fields = alternatives(value)
    return undefined
  },
  _sort(request, value, _modifier, find) {
    for (const rule of alternatives(value)) {
      const descending = rule.startsWith('-')
      const code = descending ? rule.slice(1) : rule
      const param = find(request.resourceType, code)
      if (!param || param.kind === 'composite')
        return `${request.resourceType} cannot be sorted by ${JSON.stringify(code)}.`
      request.sortRules = [...(request.sortRules ?? []), { code, descending }]
    }
    return undefined
  },
  _include(request, value, modifier, find) {
    const target = includeTarget(value, modifier)
    if (!target || find(target.resourceType, target.searchParam)?.kind !== 'reference')
      return `_include=${value} names no reference parameter.`
    request.include = [...(request.include ?? []), target]
    return undefined
  },
  _revinclude(request, value, modifier, find) {
    const target = includeTarget(value, modifier)
    if (!target || find(target.resourceType, target.searchParam)?.kind !== 'reference')
      return `_revinclude=${value} names no reference parameter.`
    request.revInclude = [...(request.revInclude ?? []), target]
    return undefined
  },
}

function includeTarget(value: string, modifier: string | undefined) {
  const [resourceType, searchParam, targetType, surplus] = value.split(':')
  if (!resourceType || !searchParam || surplus !== undefined) return undefined
  if (modifier !== undefined && modifier !== 'iterate') return undefined
  return {
    resourceType,
    searchParam,
    ...(targetType ? { targetType } : {}),
    ...(modifier === 'iterate' ? { modifier: 'iterate' as const } : {}),
  }
}

const ordered = (kind: AnyParam['kind']): boolean =>
  kind === 'date' || kind === 'number' || kind === 'quantity'

function checkOrdered({ kind, code }: AnyParam, filter: Filter): void {
  if (!ordered(kind)) return
  if (alternatives(filter.value).length === 0) throw invalid(`${code} takes a ${kind}, not nothing.`)
  for (const { rest } of orderedAlternatives(filter)) {
    const number = rest.split('|')[0] ?? ''
    if (
      kind === 'date'
        ? dateRange(rest) === undefined
        : !decimal.test(number) || !Number.isFinite(Number(number))
    )
      throw invalid(`${code} takes a ${kind}, not ${JSON.stringify(rest)}.`)
  }
}

function wholeNumber(code: string, value: string): number {
  if (/^\d{1,9}$/.test(value)) return Number(value)
  throw invalid(`${code} is a whole number from 0, not ${JSON.stringify(value)}.`)
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator)
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

/** `subject:Patient.name` → subject, Patient, name. */
export function chainStep(key: string): { code: string; targetType: string | undefined; rest: string } {
  const [head, rest = ''] = splitOnce(key, '.')
  const [code, targetType] = splitOnce(head, ':')
  return { code, targetType, rest }
}

export const chainTargets = (
  targets: readonly string[],
  targetType: string | undefined,
): readonly string[] =>
  targetType === undefined
    ? targets
    : targets.length === 0 || targets.includes(targetType)
      ? [targetType]
      : []

/** `_has:Observation:patient:code` → Observation, patient, code. */
export function reverseStep(
  key: string,
): { sourceType: string; reference: string; rest: string } | undefined {
  const match = /^_has:([A-Za-z]+):([A-Za-z-]+):(.+)$/.exec(key)
  return match?.[1] && match[2] && match[3]
    ? { sourceType: match[1], reference: match[2], rest: match[3] }
    : undefined
}
