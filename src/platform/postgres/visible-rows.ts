/**
 * A permit as SQL: the meaning of `Permit.covers` over what a row says of itself. Every statement that gives out data of
 * patients takes its condition from here.
 */
import type { Scope } from '../../kernel/patient-filter.ts'
import type { Permit } from '../../kernel/permit.ts'

/** Expressions of the row. */
export interface RowOfPatients {
  /** text[] */
  readonly patients: string
  readonly dataClass: string
  /** text[] */
  readonly labels: string
}

/** Where values become placeholders. */
export interface Parameters {
  add(value: unknown): string
}

export const columnsOf = (alias: string): RowOfPatients => ({
  patients: `${alias}.patients`,
  dataClass: `${alias}.data_class`,
  labels: `${alias}.labels`,
})

export function visibleRows(values: Parameters, row: RowOfPatients, permit: Permit): string {
  const { others } = permit.filter
  const named = permit.filter.named.filter(({ patients }) => patients.length > 0)
  const conditions = permit.seesUnassigned ? [] : [`cardinality(${row.patients}) > 0`]
  if (!isWhole(others)) {
    const all = values.add(named.flatMap((group) => group.patients))
    const known = `${row.patients} <@ ${all}::text[]`
    conditions.push(others.length === 0 ? known : `(${known} OR ${within(values, row, others)})`)
  }
  for (const group of named) {
    if (isWhole(group.scope)) continue
    const touches = `${row.patients} && ${values.add(group.patients)}::text[]`
    conditions.push(`(NOT ${touches} OR ${within(values, row, group.scope)})`)
  }
  return conditions.length === 0 ? 'true' : conditions.join(' AND ')
}

const isWhole = (scope: Scope): boolean =>
  scope.some(({ classes, cleared }) => classes === 'all' && cleared === 'all')

function within(values: Parameters, row: RowOfPatients, scope: Scope): string {
  const options = scope.map(({ classes, cleared }) => {
    const parts = [
      ...(classes === 'all' ? [] : [`${row.dataClass} = ANY (${values.add(classes)}::text[])`]),
      ...(cleared === 'all' ? [] : [`${row.labels} <@ ${values.add(cleared)}::text[]`]),
    ]
    return parts.length === 0 ? 'true' : `(${parts.join(' AND ')})`
  })
  return options.length === 0 ? 'false' : `(${options.join(' OR ')})`
}
