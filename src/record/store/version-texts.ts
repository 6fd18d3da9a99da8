/** Every version as its stored text, by the key that names it: for those who prove that none was changed. */
import type { Queryable } from '../../platform/postgres/database.ts'
import { deletionText, type VersionRow, versionColumns } from './documents.ts'

export interface VersionText {
  /** `Patient/1/_history/3` */
  readonly key: string
  readonly content: string
  readonly atUs: number
  readonly patients: readonly string[]
}

const keyPattern = /^([A-Za-z]+)\/([^/]+)\/_history\/(\d{1,9})$/

const partsOf = (key: string): readonly [string, string, number] | undefined => {
  const match = keyPattern.exec(key)
  return match ? [match[1]!, match[2]!, Number(match[3])] : undefined
}

export const versionKey = (resourceType: string, id: string, version: number): string =>
  `${resourceType}/${id}/_history/${version}`

const versionText = (row: VersionRow): VersionText => ({
  key: versionKey(row.resource_type, row.id, row.version),
  content: row.content ?? deletionText(row.resource_type, row.id),
  atUs: row.last_updated,
  patients: row.patients,
})

const everyVersion = `(SELECT ${versionColumns} FROM resource UNION ALL SELECT ${versionColumns} FROM resource_history) v`

/** Those of them that there are, in no order. */
export async function versionsByKey(db: Queryable, keys: readonly string[]): Promise<VersionText[]> {
  const parts = keys.map(partsOf).filter((one) => one !== undefined)
  if (parts.length === 0) return []
  const columns = [0, 1, 2].map((at) => parts.map((one) => one[at]))
  const asked = 'SELECT * FROM unnest($1::text[], $2::text[], $3::int[]) AS k (resource_type, id, version)'
  const rows = await db.query<VersionRow>(
    `WITH asked AS MATERIALIZED (${asked})
     SELECT ${versionColumns} FROM resource JOIN asked USING (resource_type, id, version)
     UNION ALL
     SELECT ${versionColumns} FROM resource_history JOIN asked USING (resource_type, id, version)`,
    columns,
  )
  return rows.map(versionText)
}

/** The page of all versions after that key. */
export async function versionsInOrder(
  db: Queryable,
  after: string | undefined,
  limit: number,
): Promise<VersionText[]> {
  const from = (after === undefined ? undefined : partsOf(after)) ?? ['', '', 0]
  const rows = await db.query<VersionRow>(
    `SELECT * FROM ${everyVersion}
     WHERE (resource_type, id) >= ($1, $2) AND (resource_type, id, version) > ($1, $2, $3::int)
     ORDER BY resource_type, id, version LIMIT $4`,
    [...from, limit],
  )
  return rows.map(versionText)
}
