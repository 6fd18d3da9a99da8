/** All of one patient's resources. */
import type { WithId } from '@medplum/core'
import type { Resource } from '@medplum/fhirtypes'
import type { Queryable } from '../../platform/postgres/database.ts'
import { compartmentParam } from './search.ts'

export interface CompartmentPage {
  readonly patient: string
  /** Only what belongs to none but these; or all. */
  readonly own: 'all' | readonly string[]
  readonly types: readonly string[]
  readonly skip: number
  readonly limit: number
}

/** By type, oldest version first. */
export async function compartmentPage(db: Queryable, page: CompartmentPage): Promise<WithId<Resource>[]> {
  const rows = await db.query<{ content: string }>(
    `SELECT r.content FROM resource r
     WHERE (r.resource_type, r.seq) IN (
       SELECT x.resource_type, x.seq FROM search_reference x
       WHERE x.resource_type = ANY ($1::text[]) AND x.param = '${compartmentParam}' AND x.target_id = $2)
     AND NOT r.deleted AND ($3::text[] IS NULL OR r.patients <@ $3::text[])
     ORDER BY r.resource_type, r.seq LIMIT $4 OFFSET $5`,
    [page.types, page.patient, page.own === 'all' ? null : page.own, page.limit, page.skip],
  )
  return rows.map((row) => JSON.parse(row.content) as WithId<Resource>)
}
