import type { Filter, SearchRequest, SortRule } from '@medplum/core'
import { findMetric } from '../../kernel/metrics/index.ts'
import type { Series } from '../model.ts'
import { microsPerTenth } from '../segment.ts'
import { categoryOf, codingMatches, conceptOf, panelConcept } from './codes.ts'
import { type Interval, momentsOf } from './dates.ts'
import { type ObservationKey, type ObservationKind, parseObservationId } from './ids.ts'
import { type ComparableValue, type ValueTest, valueTest } from './value-filter.ts'

/** What an Observation is known by before it is drawn. */
export interface Candidate {
  readonly at: number
  /** µs. */
  readonly storedAt: number
  readonly status: 'final' | 'amended' | 'entered-in-error'
  readonly value: ComparableValue | undefined
}

/** A search, compiled: which series, which time, and what must still be looked at in each candidate. */
export interface Plan {
  /** Whether a series' Observations of this kind can match at all. */
  takes(series: Series, kind: ObservationKind): boolean
  /** Only these, where `_id` was given. */
  readonly ids: readonly ObservationKey[] | undefined
  /** Blood pressure panels are drawn only for those who ask for them by code or id. */
  readonly wantsPanels: boolean
  /** Only these patients' series need be looked at; absent: all. */
  readonly patients: readonly string[] | undefined
  readonly from: number
  readonly to: number
  /** µs; none stored outside of it matches. */
  readonly stored: Interval
  /** Absent: everything in [from, to) matches. */
  readonly test: ((candidate: Candidate) => boolean) | undefined
  readonly order: 'newest' | 'oldest' | 'stored-newest' | 'stored-oldest'
  /** What decides between those with the same place in `order`. */
  readonly then: readonly SortRule[]
  /** A rule of the request by which readings cannot be put in order. */
  readonly unsortable: string | undefined
}

type SeriesTest = (series: Series, kind: ObservationKind) => boolean

/** Undefined: nothing of telemetry can match, or the request holds something that cannot be answered exactly. */
export function compilePlan(request: SearchRequest, now: number): Plan | undefined {
  const builder = new PlanBuilder(now)
  for (const filter of request.filters ?? []) if (!builder.apply(filter)) return undefined
  return builder.done(request.sortRules ?? [])
}

const sortable: ReadonlySet<string> = new Set(['date', '_lastUpdated', '_id'])

function orderOf(rule: SortRule | undefined): Plan['order'] {
  if (rule?.code === '_lastUpdated') return rule.descending ? 'stored-newest' : 'stored-oldest'
  return rule && !rule.descending ? 'oldest' : 'newest'
}

class PlanBuilder {
  readonly #now: number
  readonly #series: SeriesTest[] = []
  readonly #tests: ((candidate: Candidate) => boolean)[] = []
  #ids: ObservationKey[] | undefined
  #from = 0
  #to = Number.POSITIVE_INFINITY
  #stored: Interval = { from: 0, to: Number.POSITIVE_INFINITY }
  #panels = false
  #patients: string[] | undefined

  constructor(now: number) {
    this.#now = now
  }

  done([rule, ...then]: readonly SortRule[]): Plan {
    const foreign =
      rule?.code === '_id' ? rule : [rule, ...then].find((one) => one && !sortable.has(one.code))
    const series = this.#series
    const tests = this.#tests
    return {
      takes: (one, kind) => series.every((test) => test(one, kind)),
      ids: this.#ids,
      wantsPanels: this.#panels,
      patients: this.#patients,
      from: this.#from,
      to: this.#to,
      stored: this.#stored,
      test: tests.length === 0 ? undefined : (candidate) => tests.every((test) => test(candidate)),
      order: orderOf(rule),
      then,
      unsortable: foreign?.code,
    }
  }

  /** False where the filter cannot be applied. */
  apply(filter: Filter): boolean {
    const { operator } = filter
    if (operator === 'missing' || operator === 'present') return this.#presence(filter)
    switch (filter.code) {
      case 'patient':
      case 'subject':
        return this.#subject(filter)
      case 'device':
        return this.#reference(filter, 'Device', (series) => series.device)
      case 'code':
      case 'combo-code':
        return this.#code(filter)
      case 'category':
        return this.#token(filter, (series) => {
          const category = categoryOf(findMetric(series.metric))
          return category ? [category] : []
        })
      case 'status':
        return this.#status(filter)
      case '_id':
        return this.#id(filter)
      case 'date':
        return this.#date(filter)
      case '_lastUpdated':
        return this.#lastUpdated(filter)
      case 'value-quantity':
      case 'combo-value-quantity':
        return this.#value(filter)
      default:
        return false
    }
  }

  #presence({ code, operator, value }: Filter): boolean {
    const always = ['subject', 'device', 'code', 'combo-code', 'status', '_id', 'date', '_lastUpdated']
    if (!always.includes(code) || (value !== 'true' && value !== 'false')) return false
    return (operator === 'missing') === (value === 'false')
  }

  #subject(filter: Filter): boolean {
    // The search parser hands a type modifier (`subject:Patient`) over as the operator.
    const operator: string = filter.operator
    const patientOnly = filter.code === 'patient' || operator === 'Patient'
    if (operator !== 'eq' && operator !== 'Patient') return false
    const wanted = filter.value.split(',')
    const patients = new Set(wanted.map((value) => referenceId(value, 'Patient')))
    const devices = new Set(
      patientOnly
        ? []
        : wanted.map((value) => (value.includes('/') ? referenceId(value, 'Device') : undefined)),
    )
    if ([...devices].every((device) => device === undefined)) {
      this.#patients = [...patients].filter((patient) => patient !== undefined)
    }
    this.#series.push((series) =>
      series.patient === null ? devices.has(series.device) : patients.has(series.patient),
    )
    return true
  }

  #reference(filter: Filter, type: string, of: (series: Series) => string): boolean {
    if (filter.operator !== 'eq' && filter.operator !== type) return false
    const wanted = new Set(filter.value.split(',').map((value) => referenceId(value, type)))
    this.#series.push((series) => wanted.has(of(series)))
    return true
  }

  #code(filter: Filter): boolean {
    const tokens = filter.value.split(',')
    if (filter.operator === 'eq' && tokens.some((token) => codingMatches(panelConcept.coding!, token))) {
      this.#panels = true
    }
    return this.#token(filter, (series, kind) =>
      kind === 'panel' ? panelConcept.coding! : conceptOf(series.metric).coding!,
    )
  }

  #token(
    { operator, value }: Filter,
    codings: (series: Series, kind: ObservationKind) => readonly { system?: string; code?: string }[],
  ): boolean {
    if (operator !== 'eq' && operator !== 'not') return false
    const tokens = value.split(',')
    const positive = operator === 'eq'
    this.#series.push(
      (series, kind) => tokens.some((token) => codingMatches(codings(series, kind), token)) === positive,
    )
    return true
  }

  #status({ operator, value }: Filter): boolean {
    if (operator !== 'eq' && operator !== 'not') return false
    const system = 'http://hl7.org/fhir/observation-status'
    const tokens = value.split(',')
    this.#tests.push(({ status }) => {
      const coding = [{ system, code: status }]
      return tokens.some((token) => codingMatches(coding, token)) === (operator === 'eq')
    })
    return true
  }

  #id({ operator, value }: Filter): boolean {
    if (operator !== 'eq') return false
    const keys = value.split(',').flatMap((id) => parseObservationId(id) ?? [])
    const before = this.#ids
    this.#ids = before ? before.filter((key) => keys.some((one) => sameKey(one, key))) : keys
    if (keys.some((key) => key.kind === 'panel')) this.#panels = true
    return true
  }

  #date(filter: Filter): boolean {
    const moments = this.#moments(filter)
    if (!moments) return false
    if (moments.length > 1) {
      this.#tests.push(({ at }) => moments.some(({ from, to }) => at >= from && at < to))
      return true
    }
    this.#from = Math.max(this.#from, moments[0]!.from)
    this.#to = Math.min(this.#to, moments[0]!.to)
    return true
  }

  #lastUpdated(filter: Filter): boolean {
    const moments = this.#moments(filter, microsPerTenth - 1)
    if (!moments) return false
    const from = moments.reduce((least, one) => Math.min(least, one.from), Number.POSITIVE_INFINITY)
    const to = moments.reduce((most, one) => Math.max(most, one.to), 0)
    this.#stored = { from: Math.max(this.#stored.from, from), to: Math.min(this.#stored.to, to) }
    this.#tests.push(({ storedAt }) => moments.some(({ from, to }) => storedAt >= from && storedAt < to))
    return true
  }

  /**
   * What is asked about lies not at a point but somewhere in a stretch of `widthUs` more: later than a moment is also what
   * may have been later (FHIR R4 search, 3.1.1.5.7). So who asks for what came after the newest it has misses none.
   */
  #moments({ operator, value }: Filter, widthUs = 0): readonly Interval[] | undefined {
    const all: Interval[] = []
    for (const [i, text] of value.split(',').entries()) {
      const prefix = /^(eq|ne|lt|gt|ge|le|sa|eb|ap)(.*)$/.exec(text)
      const own = i === 0 && !prefix ? operator : (prefix?.[1] ?? 'eq')
      const moments = momentsOf(own, prefix?.[2] ?? text, this.#now)
      if (!moments) return undefined
      const reach = own === 'gt' || own === 'ge' ? widthUs : 0
      all.push(...moments.map(({ from, to }) => ({ from: from - reach, to })))
    }
    return all
  }

  #value({ operator, value }: Filter): boolean {
    const tests: ValueTest[] = []
    for (const text of value.split(',')) {
      const test = valueTest(operator, text)
      if (!test) return false
      tests.push(test)
    }
    this.#tests.push((candidate) => tests.some((test) => test(candidate.value)))
    return true
  }
}

const sameKey = (a: ObservationKey, b: ObservationKey) =>
  a.kind === b.kind && a.series === b.series && a.at === b.at

/** `Type/id` or a bare id; undefined where it refers to another type or another server. */
export function referenceId(value: string, type: string): string | undefined {
  const slash = value.indexOf('/')
  if (slash < 0) return value
  return value.startsWith(`${type}/`) && !value.includes('/', slash + 1) ? value.slice(slash + 1) : undefined
}
