/** FHIR values into index rows, by the kind of the search parameter. */
import type { TypedValue } from '@medplum/core'
import type {
  Address,
  CodeableConcept,
  Coding,
  ContactPoint,
  HumanName,
  Identifier,
  Money,
  Period,
  Quantity,
  Range,
  Reference,
  Timing,
} from '@medplum/fhirtypes'
import { type DateRange, dateRange, periodRange } from './date-range.ts'
import { fold } from './fold.ts'
import type { IndexRows } from './rows.ts'

export type ParamKind = 'token' | 'string' | 'date' | 'reference' | 'quantity' | 'number' | 'uri'

/** Longer ones would not fit an index row; search cuts its values alike. */
export const indexedLength = 600
export const cut = (text: string): string => text.slice(0, indexedLength)

interface Target {
  readonly rows: IndexRows
  readonly param: string
  readonly element: number
}

export function addValue(target: Target, kind: ParamKind, typed: TypedValue): void {
  if (typed.value !== undefined && typed.value !== null) adders[kind](target, typed)
}

const adders: Readonly<Record<ParamKind, (target: Target, typed: TypedValue) => void>> = {
  token: addToken,
  string: addString,
  date: addDate,
  reference: addReference,
  quantity: addQuantity,
  number: addQuantity,
  uri: (target, { value }) => pushToken(target, '', String(value)),
}

function pushToken({ rows, param, element }: Target, system: string, code: string): void {
  rows.tokens.push({ param, element, system: cut(system), code: cut(code) })
}

function addToken(target: Target, { type, value }: TypedValue): void {
  if (type === 'CodeableConcept') {
    for (const coding of (value as CodeableConcept).coding ?? []) addCoding(target, coding)
  } else if (type === 'Coding') {
    addCoding(target, value as Coding)
  } else if (type === 'Identifier') {
    addIdentifier(target, value as Identifier)
  } else if (type === 'ContactPoint') {
    const contact = value as ContactPoint
    if (contact.value) pushToken(target, '', contact.value)
  } else if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') {
    pushToken(target, type === 'code' || type === 'boolean' ? '*' : '', String(value))
  }
}

function addCoding(target: Target, coding: Coding): void {
  if (coding.code !== undefined || coding.system !== undefined)
    pushToken(target, coding.system ?? '', coding.code ?? '')
}

function addIdentifier(target: Target, identifier: Identifier): void {
  pushToken(target, identifier.system ?? '', identifier.value ?? '')
  if (identifier.value === undefined) return
  for (const type of identifier.type?.coding ?? []) {
    const param = `${target.param}:of-type`
    pushToken({ ...target, param }, `${type.system ?? ''}|${type.code ?? ''}`, identifier.value)
  }
}

function addString(target: Target, { type, value }: TypedValue): void {
  for (const text of stringsOf(type, value)) {
    if (!text) continue
    const { rows, param, element } = target
    rows.strings.push({ param, element, folded: fold(text), exact: text })
  }
}

function stringsOf(type: string, value: unknown): readonly (string | undefined)[] {
  if (typeof value === 'string') return [value]
  if (type === 'HumanName') {
    const name = value as HumanName
    const full = [...(name.given ?? []), name.family].filter(Boolean).join(' ')
    return [
      name.family,
      ...(name.given ?? []),
      ...(name.prefix ?? []),
      ...(name.suffix ?? []),
      name.text,
      full,
    ]
  }
  if (type === 'Address') {
    const a = value as Address
    return [...(a.line ?? []), a.city, a.district, a.state, a.postalCode, a.country, a.text]
  }
  if (type === 'CodeableConcept') return [(value as CodeableConcept).text]
  return []
}

function addDate({ rows, param, element }: Target, { type, value }: TypedValue): void {
  const range = rangeOf(type, value)
  if (range) rows.dates.push({ param, element, ...range })
}

function rangeOf(type: string, value: unknown): DateRange | undefined {
  if (typeof value === 'string') return dateRange(value)
  if (type === 'Timing') {
    const timing = value as Timing
    const events = (timing.event ?? []).map(dateRange).filter((range) => range !== undefined)
    if (events.length > 0)
      return {
        startUs: Math.min(...events.map((e) => e.startUs)),
        endUs: Math.max(...events.map((e) => e.endUs)),
      }
    const bounds = timing.repeat?.boundsPeriod
    return bounds && periodRange(bounds.start, bounds.end)
  }
  const period = value as Period
  return periodRange(period.start, period.end)
}

const relative = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})(?:\/_history\/.*)?$/

/** `Type/id` apart, or a URL whole; undefined for a reference to something contained. */
export function referenceTarget(reference: string): { targetType: string; targetId: string } | undefined {
  if (reference.startsWith('#')) return undefined
  const match = relative.exec(reference)
  if (match?.[1] && match[2]) return { targetType: match[1], targetId: match[2] }
  return { targetType: '', targetId: cut(reference) }
}

function addReference({ rows, param, element }: Target, { value }: TypedValue): void {
  if (typeof value === 'string') {
    // A canonical is found by its URL with and without its version.
    const url = value.split('|')[0] ?? value
    for (const targetId of new Set([cut(value), cut(url)]))
      rows.references.push({ param, element, targetType: '', targetId })
    return
  }
  const { reference, identifier } = value as Reference
  const target = reference === undefined ? undefined : referenceTarget(reference)
  if (target) rows.references.push({ param, element, ...target })
  if (identifier)
    pushToken(
      { rows, param: `${param}:identifier`, element },
      identifier.system ?? '',
      identifier.value ?? '',
    )
}

function addQuantity({ rows, param, element }: Target, { type, value }: TypedValue): void {
  if (typeof value === 'number') {
    const exact = String(value)
    rows.quantities.push({ param, element, low: exact, high: exact, system: '', code: '', unit: '' })
  } else if (type === 'Range') {
    const { low, high } = value as Range
    const { system = '', code = '', unit = '' } = low ?? high ?? {}
    rows.quantities.push({
      ...{ param, element, system, code, unit },
      low: low?.value === undefined ? '-Infinity' : String(low.value),
      high: high?.value === undefined ? 'Infinity' : String(high.value),
    })
  } else {
    const { value: amount, system = '', code = '', unit = '', currency } = value as Quantity & Money
    if (typeof amount !== 'number') return
    const exact = String(amount)
    const units =
      currency === undefined
        ? { system, code, unit }
        : { system: 'urn:iso:std:iso:4217', code: currency, unit: currency }
    rows.quantities.push({ param, element, low: exact, high: exact, ...units })
  }
}
