/** All index rows of a resource. */
import { type TypedValue, toTypedValue } from '@medplum/core'
import type { Resource } from '@medplum/fhirtypes'
import { columnParams, type SearchParams } from '../definitions/search-parameters.ts'
import { emptyRows, type IndexRows } from './rows.ts'
import { addValue } from './values.ts'

/** The name under which a component of a composite parameter is indexed. */
export const componentParam = (code: string, position: number): string => `${code}$${position}`

export function extractRows(resource: Resource, params: SearchParams): IndexRows {
  const rows = emptyRows()
  const typed: TypedValue = toTypedValue(resource)
  for (const param of params.of(resource.resourceType).values()) {
    if (columnParams.has(param.code)) continue
    if (param.kind === 'composite') {
      for (const [element, base] of param.bases(typed).entries()) {
        const values = param.components.map((component) => component.values(base))
        // A component without a value: this element can never match.
        if (values.some((found) => found.length === 0)) continue
        for (const [position, component] of param.components.entries())
          for (const value of values[position] ?? [])
            addValue({ rows, param: componentParam(param.code, position), element }, component.kind, value)
      }
    } else {
      for (const value of param.values(typed))
        addValue({ rows, param: param.code, element: 0 }, param.kind, value)
    }
  }
  return rows
}
