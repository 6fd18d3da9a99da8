/** Index rows as the CTEs of the statement that writes their resource. */
import type { IndexRows } from '../indexing/rows.ts'
import type { Values } from './sql.ts'

interface IndexTable {
  readonly table: string
  readonly rows: (rows: IndexRows) => readonly object[]
  /** Column, its SQL type, and the row's field. */
  readonly columns: readonly (readonly [column: string, type: string, field: string])[]
}

const common = [
  ['param', 'text', 'param'],
  ['element', 'int', 'element'],
] as const

export const indexTables: readonly IndexTable[] = [
  {
    table: 'search_token',
    rows: (rows) => rows.tokens,
    columns: [...common, ['system', 'text', 'system'], ['code', 'text', 'code']],
  },
  {
    table: 'search_string',
    rows: (rows) => rows.strings,
    columns: [...common, ['folded', 'text', 'folded'], ['exact', 'text', 'exact']],
  },
  {
    table: 'search_date',
    rows: (rows) => rows.dates,
    columns: [...common, ['start_us', 'bigint', 'startUs'], ['end_us', 'bigint', 'endUs']],
  },
  {
    table: 'search_reference',
    rows: (rows) => rows.references,
    columns: [...common, ['target_type', 'text', 'targetType'], ['target_id', 'text', 'targetId']],
  },
  {
    table: 'search_quantity',
    rows: (rows) => rows.quantities,
    columns: [
      ...common,
      ['low', 'numeric', 'low'],
      ['high', 'numeric', 'high'],
      ['system', 'text', 'system'],
      ['code', 'text', 'code'],
      ['unit', 'text', 'unit'],
    ],
  },
]

/** CTEs that insert the rows of the version that the CTE `doc (resource_type, seq)` wrote. */
export function insertRows(rows: IndexRows, values: Values): string {
  return indexTables
    .map(({ table, rows: pick, columns }) => {
      const list = pick(rows) as readonly Record<string, unknown>[]
      if (list.length === 0) return ''
      const names = columns.map(([column]) => column).join(', ')
      const arrays = columns.map(
        ([, type, field]) => `${values.add(list.map((row) => row[field]))}::${type}[]`,
      )
      return `, new_${table} AS (
        INSERT INTO ${table} (resource_type, seq, ordinal, ${names})
        SELECT doc.resource_type, doc.seq, u.ordinal, ${columns.map(([column]) => `u.${column}`).join(', ')}
        FROM doc, unnest(${arrays.join(', ')}) WITH ORDINALITY AS u (${names}, ordinal))`
    })
    .join('')
}

/** CTEs that delete the rows of the version that the CTE `old (resource_type, seq)` names. */
export const deleteRows: string = indexTables
  .map(
    ({ table }) => `, gone_${table} AS (
      DELETE FROM ${table} t USING old WHERE t.resource_type = old.resource_type AND t.seq = old.seq)`,
  )
  .join('')
