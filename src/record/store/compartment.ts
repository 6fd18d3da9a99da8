/** All of one patient's resources. */
import type { WithId } from '@medplum/core'
import type { Resource } from '@medplum/fhirtypes'
import type { Queryable } from '../../platform/postgres/database.ts'
import { columnsOf, visibleRows } from '../../platform/postgres/visible-rows.ts'
import type { RecordAccess } from '../model.ts'
import { compartmentParam } from './search.ts'
import { Values } from './sql.ts'

export interface CompartmentPage {
  readonly patient: string
  readonly access: RecordAccess
  readonly types: readonly string[]
  readonly skip: number
  readonly limit: number
}

/** By type, oldest version first. */
export async function compartmentPage(db: Queryable, page: CompartmentPage): Promise<WithId<Resource>[]> {
  const values = new Values()
  const types = values.add(page.types)
  const rows = await db.query<{ content: string }>(
    `SELECT r.content FROM resource r
     WHERE (r.resource_type, r.seq) IN (
       SELECT x.resource_type, x.seq FROM search_reference x
       WHERE x.resource_type = ANY (${types}::text[]) AND x.param = '${compartmentParam}' AND x.target_id = ${values.add(page.patient)})
     AND NOT r.deleted AND ${visibleRows(values, columnsOf('r'), page.access)}
     ORDER BY r.resource_type, r.seq LIMIT ${values.add(page.limit)} OFFSET ${values.add(page.skip)}`,
    values.list,
  )
  return rows.map((row) => JSON.parse(row.content) as WithId<Resource>)
}
