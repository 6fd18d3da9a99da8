/** One search value of one kind as a condition on its index table's alias `x`. */
import { dateRange } from '../indexing/date-range.ts'
import { fold } from '../indexing/fold.ts'
import { cut, type ParamKind, referenceTarget } from '../indexing/values.ts'
import { type Prefix, splitPrefix, splitUnescaped, unescaped } from '../search/values.ts'
import type { Values } from './sql.ts'

export const tableOf: Readonly<Record<ParamKind, string>> = {
  token: 'search_token',
  uri: 'search_token',
  string: 'search_string',
  date: 'search_date',
  reference: 'search_reference',
  quantity: 'search_quantity',
  number: 'search_quantity',
}

export interface ConditionContext {
  readonly values: Values
  readonly nowUs: number
  /** `https://host/fhir/R4/`: absolute references to this server are its own. */
  readonly baseUrl: string
}

/** A modifier, or undefined. An ordered value carries its own prefix. */
export function condition(
  context: ConditionContext,
  kind: ParamKind,
  value: string,
  modifier?: string,
): string {
  switch (kind) {
    case 'token':
      return tokenCondition(context, value)
    case 'uri':
      return uriCondition(context, value, modifier)
    case 'string':
      return stringCondition(context, value, modifier)
    case 'date':
      return dateCondition(context, value, 'x.start_us', 'x.end_us')
    case 'reference':
      return referenceCondition(context, value)
    case 'quantity':
    case 'number':
      return quantityCondition(context, value)
  }
}

function tokenCondition({ values }: ConditionContext, value: string): string {
  const parts = splitUnescaped(value, '|').map(unescaped)
  const [system = '', code] = parts
  if (code === undefined) return `x.code = ${values.add(cut(system))}`
  if (code === '') return `x.system = ${values.add(cut(system))}`
  return `x.code = ${values.add(cut(code))} AND x.system IN (${values.add(cut(system))}, '*')`
}

/** `:of-type=system|code|value` */
export function ofTypeCondition({ values }: ConditionContext, value: string): string {
  const [system = '', code = '', identifier = ''] = splitUnescaped(value, '|').map(unescaped)
  return `x.code = ${values.add(cut(identifier))} AND x.system = ${values.add(cut(`${system}|${code}`))}`
}

const likePattern = (text: string): string => text.replace(/[\\%_]/g, '\\$&')

function uriCondition({ values }: ConditionContext, value: string, modifier?: string): string {
  const uri = cut(unescaped(value))
  if (modifier === 'below') return `x.code LIKE ${values.add(`${likePattern(uri)}%`)}`
  if (modifier === 'above') return `starts_with(${values.add(uri)}, x.code)`
  return `x.code = ${values.add(uri)}`
}

function stringCondition({ values }: ConditionContext, value: string, modifier?: string): string {
  const text = unescaped(value)
  const folded = fold(text)
  if (modifier === 'exact') return `x.folded = ${values.add(folded)} AND x.exact = ${values.add(text)}`
  const pattern = likePattern(folded)
  return `x.folded LIKE ${values.add(modifier === 'contains' ? `%${pattern}%` : `${pattern}%`)}`
}

/** The prefixes' meaning on ranges: https://hl7.org/fhir/R4/search.html#prefix */
export function dateCondition(
  { values, nowUs }: ConditionContext,
  value: string,
  start: string,
  end: string,
): string {
  const { prefix, rest } = splitPrefix(value)
  const range = dateRange(rest)
  if (!range) return 'false'
  const bound = (us: number): string => `${values.add(us)}::bigint`
  const { startUs, endUs } = range
  const within = (): string => `(${start} >= ${bound(startUs)} AND ${end} <= ${bound(endUs)})`
  switch (prefix) {
    case 'eq':
      return within()
    case 'ne':
      return `NOT ${within()}`
    case 'gt':
      return `${end} > ${bound(endUs)}`
    case 'lt':
      return `${start} < ${bound(startUs)}`
    case 'ge':
      return `(${end} > ${bound(endUs)} OR ${within()})`
    case 'le':
      return `(${start} < ${bound(startUs)} OR ${within()})`
    case 'sa':
      return `${start} >= ${bound(endUs)}`
    case 'eb':
      return `${end} <= ${bound(startUs)}`
    case 'ap': {
      const marginUs = Math.round(Math.abs(nowUs - startUs) / 10)
      return `${start} < ${bound(endUs + marginUs)} AND ${end} > ${bound(startUs - marginUs)}`
    }
  }
}

function referenceCondition({ values, baseUrl }: ConditionContext, value: string): string {
  const text = unescaped(value)
  const own = text.startsWith(baseUrl) ? text.slice(baseUrl.length) : text
  const target = referenceTarget(own)
  if (!target) return 'false'
  if (target.targetType !== '')
    return `x.target_id = ${values.add(target.targetId)} AND x.target_type = ${values.add(target.targetType)}`
  // A bare id, or a URL or canonical.
  return `x.target_id = ${values.add(target.targetId)}`
}

function quantityCondition({ values }: ConditionContext, value: string): string {
  const [amount = '', system, code] = splitUnescaped(value, '|').map(unescaped)
  const { prefix, rest } = splitPrefix(amount)
  const conditions = [numberCondition(values, prefix, rest)]
  if (system) conditions.push(`x.system = ${values.add(cut(system))}`)
  if (code) {
    const unit = values.add(cut(code))
    conditions.push(`(x.code = ${unit} OR x.unit = ${unit})`)
  }
  return conditions.join(' AND ')
}

/** What is written with n digits means the range that rounds to it: 5.4 is [5.35, 5.45). */
function numberCondition(values: Values, prefix: Prefix, text: string): string {
  const number = `${values.add(text)}::numeric`
  switch (prefix) {
    case 'gt':
      return `x.high > ${number}`
    case 'lt':
      return `x.low < ${number}`
    case 'ge':
      return `x.high >= ${number}`
    case 'le':
      return `x.low <= ${number}`
    case 'sa':
      return `x.low > ${number}`
    case 'eb':
      return `x.high < ${number}`
    case 'ap':
      return `x.high >= ${number} - abs(${number}) / 10 AND x.low <= ${number} + abs(${number}) / 10`
    case 'eq':
    case 'ne': {
      const half = `${values.add(halfStep(text))}::numeric`
      const equal = `x.low >= ${number} - ${half} AND x.high < ${number} + ${half}`
      return prefix === 'eq' ? equal : `NOT (${equal})`
    }
  }
}

/** Half of the last written digit's place, as a decimal text. */
function halfStep(text: string): string {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e')
  const decimals = mantissa.split('.')[1]?.length ?? 0
  return `5e${Number(exponent) - decimals - 1}`
}
