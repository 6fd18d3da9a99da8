/** Versions of resources: write, read, history. */
import type { Resource } from '@medplum/fhirtypes'
import type { DataClass, SensitivityLabel } from '../../kernel/data-class.ts'
import type { Queryable } from '../../platform/postgres/database.ts'
import type { IndexRows } from '../indexing/rows.ts'
import type { StoredText } from '../model.ts'
import { deleteRows, insertRows } from './index-rows.ts'
import { Values } from './sql.ts'

/** A version as it lies in the table; `content` undefined: this version is the deletion. */
export interface StoredVersion {
  readonly resourceType: string
  readonly id: string
  readonly version: number
  readonly lastUpdatedUs: number
  readonly deleted: boolean
  readonly patients: readonly string[]
  readonly dataClass: DataClass
  readonly labels: readonly SensitivityLabel[]
  readonly content: Resource | undefined
}

export interface VersionRow {
  resource_type: string
  id: string
  version: number
  last_updated: number
  deleted: boolean
  patients: string[]
  data_class: DataClass
  labels: SensitivityLabel[]
  content: string | null
}

export const versionColumns =
  'resource_type, id, version, last_updated, deleted, patients, data_class, labels, content'

export const storedVersion = (row: VersionRow): StoredVersion => ({
  resourceType: row.resource_type,
  id: row.id,
  version: row.version,
  lastUpdatedUs: row.last_updated,
  deleted: row.deleted,
  patients: row.patients,
  dataClass: row.data_class,
  labels: row.labels,
  content: row.content === null ? undefined : (JSON.parse(row.content) as Resource),
})

export async function currentVersion(
  db: Queryable,
  resourceType: string,
  id: string,
  options: { readonly lock?: boolean } = {},
): Promise<StoredVersion | undefined> {
  const [row] = await db.query<VersionRow>(
    `SELECT ${versionColumns} FROM resource WHERE resource_type = $1 AND id = $2 ${options.lock ? 'FOR UPDATE' : ''}`,
    [resourceType, id],
  )
  return row && storedVersion(row)
}

export async function currentVersions(
  db: Queryable,
  keys: readonly { readonly resourceType: string; readonly id: string }[],
): Promise<StoredVersion[]> {
  if (keys.length === 0) return []
  const rows = await db.query<VersionRow>(
    `SELECT ${versionColumns} FROM resource
     WHERE (resource_type, id) IN (SELECT * FROM unnest($1::text[], $2::text[])) AND NOT deleted`,
    [keys.map((key) => key.resourceType), keys.map((key) => key.id)],
  )
  return rows.map(storedVersion)
}

/** False where the id is taken (by a resource or by the trace of a deleted one). */
export async function insertFirst(db: Queryable, version: StoredVersion, rows: IndexRows): Promise<boolean> {
  const values = new Values()
  const columns = versionValues(version, values)
  const written = await db.query(
    `WITH doc AS (
       INSERT INTO resource (${versionColumns}) VALUES (${columns})
       ON CONFLICT (resource_type, id) DO NOTHING RETURNING resource_type, seq)
     ${insertRows(rows, values)}
     SELECT seq FROM doc`,
    values.list,
  )
  return written.length === 1
}

/** Writes the next version over the current one, which the caller holds locked. */
export async function replaceCurrent(db: Queryable, version: StoredVersion, rows: IndexRows): Promise<void> {
  const values = new Values()
  const key = `resource_type = ${values.add(version.resourceType)} AND id = ${values.add(version.id)}`
  await db.query(
    `WITH old AS (SELECT * FROM resource WHERE ${key})
     , kept AS (
       INSERT INTO resource_history (${versionColumns}) SELECT ${versionColumns} FROM old)
     , doc AS (
       UPDATE resource SET seq = nextval('resource_seq'),
         (${versionColumns}) = ROW (${versionValues(version, values)})
       WHERE ${key} RETURNING resource_type, seq)
     ${deleteRows} ${insertRows(rows, values)}
     SELECT seq FROM doc`,
    values.list,
  )
}

const contentText = ({ content }: StoredVersion): string | null =>
  content === undefined ? null : JSON.stringify(content)

/** What stands for a version that is the deletion, where its text is asked for. */
export const deletionText = (resourceType: string, id: string): string =>
  JSON.stringify({ deleted: true, id, resourceType })

export const storedTextOf = (version: StoredVersion): StoredText => ({
  atUs: version.lastUpdatedUs,
  patients: version.patients,
  content: contentText(version) ?? deletionText(version.resourceType, version.id),
})

const versionValues = (version: StoredVersion, values: Values): string =>
  [
    values.add(version.resourceType),
    values.add(version.id),
    `${values.add(version.version)}::int`,
    `${values.add(version.lastUpdatedUs)}::bigint`,
    `${values.add(version.deleted)}::boolean`,
    `${values.add(version.patients)}::text[]`,
    values.add(version.dataClass),
    `${values.add(version.labels)}::text[]`,
    values.add(contentText(version)),
  ].join(', ')

export async function oneVersion(
  db: Queryable,
  resourceType: string,
  id: string,
  version: number,
): Promise<StoredVersion | undefined> {
  const [row] = await db.query<VersionRow>(
    `SELECT ${versionColumns} FROM resource WHERE resource_type = $1 AND id = $2 AND version = $3
     UNION ALL
     SELECT ${versionColumns} FROM resource_history WHERE resource_type = $1 AND id = $2 AND version = $3`,
    [resourceType, id, version],
  )
  return row && storedVersion(row)
}

/** Newest first. */
export async function versionsOf(
  db: Queryable,
  resourceType: string,
  id: string,
  page: { readonly skip: number; readonly limit: number },
): Promise<StoredVersion[]> {
  const rows = await db.query<VersionRow>(
    `SELECT * FROM (
       SELECT ${versionColumns} FROM resource WHERE resource_type = $1 AND id = $2
       UNION ALL
       SELECT ${versionColumns} FROM resource_history WHERE resource_type = $1 AND id = $2) v
     ORDER BY version DESC LIMIT $3 OFFSET $4`,
    [resourceType, id, page.limit, page.skip],
  )
  return rows.map(storedVersion)
}

/** Holds others with the same key off until the end of the transaction. */
export async function lockKey(db: Queryable, key: string): Promise<void> {
  await db.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 4270))', [key])
}
