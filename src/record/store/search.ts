/** A SearchRequest as SQL: conditions on the index tables, access, order and page. */
import type { Filter, SearchRequest, SortRule } from '@medplum/core'
import type { Resource } from '@medplum/fhirtypes'
import type { Queryable } from '../../platform/postgres/database.ts'
import { columnsOf, visibleRows } from '../../platform/postgres/visible-rows.ts'
import { isVisibleWithoutPatient } from '../access.ts'
import { type AnyParam, columnParams, type SearchParams } from '../definitions/search-parameters.ts'
import { componentParam } from '../indexing/extract.ts'
import type { ParamKind } from '../indexing/values.ts'
import type { RecordAccess } from '../model.ts'
import { invalid } from '../outcomes.ts'
import type { Cursor } from '../search/cursor.ts'
import { chainStep, chainTargets, reverseStep, type SearchParser } from '../search/parse.ts'
import type { SortKey } from '../search/sort.ts'
import { alternatives, orderedAlternatives, splitUnescaped } from '../search/values.ts'
import { type ConditionContext, condition, dateCondition, ofTypeCondition, tableOf } from './conditions.ts'
import { Values } from './sql.ts'

/** The reference parameter under which the patients of a compartment are indexed. */
export const compartmentParam = '_compartment'

export interface SearchScope {
  readonly params: SearchParams
  readonly parser: SearchParser
  readonly access: RecordAccess
  readonly baseUrl: string
  readonly nowUs: number
}

export interface FoundDocument {
  readonly keys: readonly SortKey[]
  readonly resource: Resource
}

export async function searchPage(
  db: Queryable,
  scope: SearchScope,
  request: SearchRequest,
  order: readonly SortRule[],
  page: { readonly skip: number; readonly limit: number },
  cursor?: Cursor,
): Promise<FoundDocument[]> {
  const walked = await walkDates(db, scope, request, order, page, cursor)
  if (walked.length === page.limit) return walked
  const sql = new SearchSql(scope)
  const where = sql.where(request)
  const keys = order.map((rule, i) => `${sql.sortKey(request.resourceType, rule)} AS k${i}`)
  const by = order.map((rule, i) => `k${i} ${direction(rule)}`)
  const names = order.map((_, i) => `k${i}`)
  const rows = await db.query<{ content: string } & Record<string, SortKey>>(
    `SELECT p.content, ${names.map((name) => `f.${name}`).join(', ')} FROM (
       SELECT * FROM (SELECT ${['r.seq', ...keys].join(', ')} FROM resource r WHERE ${where}) r
       WHERE ${sql.from(cursor, order)} ORDER BY ${[...by, 'r.seq DESC'].join(', ')}
       LIMIT ${sql.values.add(page.limit)} OFFSET ${sql.values.add(page.skip)}) f
     JOIN resource p ON p.resource_type = ${sql.values.add(request.resourceType)} AND p.seq = f.seq
     ORDER BY ${[...by.map((rule) => `f.${rule}`), 'f.seq DESC'].join(', ')}`,
    sql.values.list,
    // Where a reference or an id narrows the matches down, every value has the same best plan.
    { often: narrow(scope, request) },
  )
  return rows.map((row) => ({
    keys: names.map((name) => row[name] ?? null),
    resource: JSON.parse(row.content) as Resource,
  }))
}

const longestWalk = 2_000

/**
 * Newest or oldest first among very many: along the index of dates, as far as the page reaches, instead of dating and
 * sorting all that match. Not tried where the conditions narrow the matches down to one record anyway, and less than a page
 * where resources without a date belong on it.
 */
async function walkDates(
  db: Queryable,
  scope: SearchScope,
  request: SearchRequest,
  order: readonly SortRule[],
  page: { readonly skip: number; readonly limit: number },
  cursor: Cursor | undefined,
): Promise<FoundDocument[]> {
  const [rule, second] = order
  const param = rule && scope.params.get(request.resourceType, rule.code)
  if (second || param?.kind !== 'date' || columnParams.has(param.code)) return []
  if (cursor?.key === null || narrow(scope, request) || page.skip + page.limit > longestWalk) return []
  const sql = new SearchSql(scope)
  const [down, better] = rule?.descending ? ['DESC', '>'] : ['ASC', '<']
  const type = sql.values.add(request.resourceType)
  const code = sql.values.add(param.code)
  const rows = await db.query<{ content: string; k0: number }>(
    `SELECT r.content, d.start_us AS k0 FROM search_date d
     JOIN resource r ON r.resource_type = ${type} AND r.seq = d.seq
     WHERE d.resource_type = ${type} AND d.param = ${code} AND ${sql.where(request)}
     AND NOT EXISTS (SELECT 1 FROM search_date o
       WHERE o.resource_type = ${type} AND o.seq = d.seq AND o.param = ${code}
       AND (o.start_us ${better} d.start_us OR (o.start_us = d.start_us AND o.ordinal < d.ordinal)))
     AND ${cursor ? `d.start_us ${rule?.descending ? '<=' : '>='} ${sql.values.add(cursor.key)}` : 'true'}
     ORDER BY d.start_us ${down}, d.seq DESC
     LIMIT ${sql.values.add(page.limit)} OFFSET ${sql.values.add(page.skip)}`,
    sql.values.list,
  )
  return rows.map(({ content, k0 }) => ({ keys: [k0], resource: JSON.parse(content) as Resource }))
}

const narrow = ({ access, params }: SearchScope, { resourceType, filters = [] }: SearchRequest): boolean =>
  access.patients !== 'all' ||
  filters.some(({ code, operator }) => {
    const kind = params.get(resourceType, code)?.kind
    // What a negation leaves may be nothing: the walk would go through everything to find that out.
    if (operator === 'not' || operator === 'missing') return true
    return code === '_id' || kind === undefined || kind === 'reference'
  })

/** A column that is never null takes its plain order, which an index has. */
const direction = ({ code, descending }: SortRule): string =>
  `${descending ? 'DESC' : 'ASC'}${columnParams.has(code) ? '' : ' NULLS LAST'}`

export async function countMatches(
  db: Queryable,
  scope: SearchScope,
  request: SearchRequest,
): Promise<number> {
  const sql = new SearchSql(scope)
  const [row] = await db.query<{ count: number }>(
    `SELECT count(*) AS count FROM resource r WHERE ${sql.where(request)}`,
    sql.values.list,
  )
  return row?.count ?? 0
}

/** Ids of at most `limit` resources that match. */
export async function matchingIds(
  db: Queryable,
  scope: SearchScope,
  request: SearchRequest,
  limit: number,
): Promise<string[]> {
  const sql = new SearchSql(scope)
  const rows = await db.query<{ id: string }>(
    `SELECT r.id FROM resource r WHERE ${sql.where(request)} LIMIT ${sql.values.add(limit)}`,
    sql.values.list,
  )
  return rows.map((row) => row.id)
}

class SearchSql {
  readonly values = new Values()
  readonly #scope: SearchScope
  readonly #context: ConditionContext
  #aliases = 0

  constructor(scope: SearchScope) {
    this.#scope = scope
    this.#context = { values: this.values, nowUs: scope.nowUs, baseUrl: scope.baseUrl }
  }

  where(request: SearchRequest): string {
    const type = request.resourceType
    return [this.#ofType('r', type), ...(request.filters ?? []).map((f) => this.#filter('r', type, f))].join(
      ' AND ',
    )
  }

  /** Rows at and behind a cursor: what has no key comes last in either direction. */
  from(cursor: Cursor | undefined, [rule]: readonly SortRule[]): string {
    if (!cursor) return 'true'
    if (cursor.key === null) return 'k0 IS NULL'
    return `(k0 ${rule?.descending ? '<=' : '>='} ${this.values.add(cursor.key)} OR k0 IS NULL)`
  }

  sortKey(type: string, { code, descending }: SortRule): string {
    if (code === '_id') return 'r.id'
    if (code === '_lastUpdated') return 'r.last_updated'
    const param = this.#scope.params.get(type, code)
    if (!param || param.kind === 'composite') throw invalid(`${type} cannot be sorted by ${code}.`)
    const best = descending ? 'max' : 'min'
    return `(SELECT ${best}(x.${sortColumn[param.kind]}) FROM ${tableOf[param.kind]} x
      WHERE x.resource_type = r.resource_type AND x.seq = r.seq AND x.param = ${this.values.add(code)})`
  }

  /** Present resources of a type that the caller may see: every resource a search touches passes here. */
  #ofType(alias: string, type: string): string {
    const { access } = this.#scope
    const here = `${alias}.resource_type = ${this.values.add(type)} AND NOT ${alias}.deleted`
    if (isVisibleWithoutPatient(type)) return here
    const visible = `${here} AND ${visibleRows(this.values, columnsOf(alias), access)}`
    if (access.patients === 'all' || access.seesUnassigned) return visible
    // Who sees few patients and nothing else reaches theirs by index.
    const own = `${this.values.add(access.patients)}::text[]`
    if (type === 'Patient') return `${visible} AND ${alias}.id = ANY (${own})`
    return `${visible} AND ${alias}.seq IN (
      SELECT x.seq FROM search_reference x WHERE x.resource_type = ${this.values.add(type)}
      AND x.param = '${compartmentParam}' AND x.target_id = ANY (${own}))`
  }

  #filter(alias: string, type: string, filter: Filter): string {
    if (filter.code.startsWith('_has:')) return this.#reverseChain(alias, type, filter)
    if (filter.code.includes('.')) return this.#chain(alias, type, filter)
    const param = this.#scope.params.get(type, filter.code)
    if (!param) throw invalid(`${type} has no search parameter ${JSON.stringify(filter.code)}.`)
    if (param.code === '_id') return this.#idFilter(alias, filter)
    if (param.code === '_lastUpdated') return this.#lastUpdatedFilter(alias, filter)
    if (filter.operator === 'missing') return this.#missing(alias, type, param, filter.value)
    if (param.kind === 'composite') return this.#composite(alias, type, param.code, param.components, filter)
    return this.#indexed(alias, type, param.kind, filter)
  }

  #idFilter(alias: string, { operator, value }: Filter): string {
    const ids = this.values.add(alternatives(value))
    return operator === 'not' ? `${alias}.id <> ALL (${ids})` : `${alias}.id = ANY (${ids})`
  }

  #lastUpdatedFilter(alias: string, filter: Filter): string {
    const start = `${alias}.last_updated`
    return anyOf(
      orderedAlternatives(filter).map(({ prefix, rest }) =>
        dateCondition(this.#context, prefix + rest, start, `(${start} + 1)`),
      ),
    )
  }

  #missing(alias: string, type: string, param: AnyParam, value: string): string {
    const kind = param.kind === 'composite' ? 'token' : param.kind
    const code = param.kind === 'composite' ? componentParam(param.code, 0) : param.code
    return `${value === 'true' ? 'NOT ' : ''}EXISTS (SELECT 1 FROM ${tableOf[kind]} x
      WHERE x.resource_type = ${this.values.add(type)} AND x.seq = ${alias}.seq AND x.param = ${this.values.add(code)})`
  }

  #indexed(alias: string, type: string, kind: ParamKind, filter: Filter): string {
    const { operator } = filter
    const parameter =
      operator === 'identifier' || operator === 'of-type' ? `${filter.code}:${operator}` : filter.code
    const table = operator === 'identifier' ? tableOf.token : tableOf[kind]
    const matches = anyOf(this.#alternatives(kind, filter))
    const from = `FROM ${table} x WHERE x.resource_type = ${this.values.add(type)} AND x.param = ${this.values.add(parameter)}`
    if (operator === 'not') return `NOT EXISTS (SELECT 1 ${from} AND x.seq = ${alias}.seq AND ${matches})`
    return `${alias}.seq IN (SELECT x.seq ${from} AND ${matches})`
  }

  #alternatives(kind: ParamKind, filter: Filter): string[] {
    if (kind === 'date' || kind === 'number' || kind === 'quantity')
      return orderedAlternatives(filter).map(({ prefix, rest }) =>
        condition(this.#context, kind, prefix + rest),
      )
    return alternatives(filter.value).map((value) => {
      if (filter.operator === 'of-type') return ofTypeCondition(this.#context, value)
      if (filter.operator === 'identifier') return condition(this.#context, 'token', value)
      return condition(this.#context, kind, value, filter.operator)
    })
  }

  /** All components within one repetition of the base element. */
  #composite(
    alias: string,
    type: string,
    code: string,
    components: readonly { readonly kind: ParamKind }[],
    filter: Filter,
  ): string {
    const options = alternatives(filter.value).map((value) => {
      const parts = splitUnescaped(value, '$')
      if (parts.length !== components.length)
        throw invalid(`${code} takes ${components.length} values joined by $, not ${parts.length}.`)
      const [first = '', ...others] = components.map(({ kind }, position) => {
        const param = this.values.add(componentParam(code, position))
        return `SELECT x.seq, x.element FROM ${tableOf[kind]} x WHERE x.resource_type = ${this.values.add(type)}
          AND x.param = ${param} AND ${condition(this.#context, kind, parts[position] ?? '')}`
      })
      return `${alias}.seq IN (SELECT seq FROM (${[first, ...others].join(' INTERSECT ')}) same)`
    })
    return anyOf(options)
  }

  #chain(alias: string, type: string, filter: Filter): string {
    const { code, targetType, rest } = chainStep(filter.code)
    const param = this.#scope.params.get(type, code)
    if (param?.kind !== 'reference') throw invalid(`${type} has no reference parameter ${code}.`)
    const options: string[] = []
    for (const target of chainTargets(param.targets, targetType)) {
      const c = this.#alias()
      const inner = this.#chained(target, rest, filter.value)
      // An untyped chain follows only those of its targets that have the parameter.
      if (!inner || !this.#scope.access.allows(target, 'search')) continue
      options.push(`${alias}.seq IN (SELECT x.seq FROM search_reference x
        JOIN resource ${c} ON ${c}.resource_type = x.target_type AND ${c}.id = x.target_id
        WHERE x.resource_type = ${this.values.add(type)} AND x.param = ${this.values.add(code)}
        AND ${this.#ofType(c, target)} AND ${this.#filter(c, target, inner)})`)
    }
    return anyOf(options)
  }

  #chained(target: string, rest: string, value: string): Filter | undefined {
    return this.#scope.parser.filter(target, rest, value)
  }

  #reverseChain(alias: string, type: string, filter: Filter): string {
    const step = reverseStep(filter.code)
    const inner = step && this.#chained(step.sourceType, step.rest, filter.value)
    if (!step || !inner) throw invalid(`${JSON.stringify(filter.code)} is no chain that can be followed.`)
    if (!this.#scope.access.allows(step.sourceType, 'search')) return 'false'
    const c = this.#alias()
    return `${alias}.id IN (SELECT x.target_id FROM search_reference x
      JOIN resource ${c} ON ${c}.resource_type = x.resource_type AND ${c}.seq = x.seq
      WHERE x.resource_type = ${this.values.add(step.sourceType)} AND x.param = ${this.values.add(step.reference)}
      AND x.target_type = ${this.values.add(type)}
      AND ${this.#ofType(c, step.sourceType)} AND ${this.#filter(c, step.sourceType, inner)})`
  }

  #alias(): string {
    this.#aliases++
    return `c${this.#aliases}`
  }
}

const sortColumn: Readonly<Record<ParamKind, string>> = {
  token: 'code',
  uri: 'code',
  string: 'folded',
  date: 'start_us',
  reference: 'target_id',
  quantity: 'low',
  number: 'low',
}

const anyOf = (options: readonly string[]): string =>
  options.length === 0 ? 'false' : `(${options.map((option) => `(${option})`).join(' OR ')})`
