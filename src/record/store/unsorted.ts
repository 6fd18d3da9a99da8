/** Rows from before there were classes of data. */
import type { Resource } from '@medplum/fhirtypes'
import type { Queryable } from '../../platform/postgres/database.ts'
import type { Classify } from '../model.ts'

interface UnsortedRow {
  resource_type: string
  id: string
  version: number
  content: string | null
}

const pageSize = 500

/** A deleted version has no text to judge by, and gives nothing out. */
const dataOf = (classify: Classify, { content }: UnsortedRow) =>
  content === null ? { dataClass: 'other', labels: [] } : classify(JSON.parse(content) as Resource)

/** @returns how many there were */
export async function sortIntoClasses(db: Queryable, classify: Classify): Promise<number> {
  let sorted = 0
  for (const table of ['resource', 'resource_history']) {
    for (;;) {
      const rows = await db.query<UnsortedRow>(
        `SELECT resource_type, id, version, content FROM ${table} WHERE data_class = 'unsorted' LIMIT ${pageSize}`,
      )
      if (rows.length === 0) break
      const given = rows.map((row) => ({
        ...{ resource_type: row.resource_type, id: row.id, version: row.version },
        ...dataOf(classify, row),
      }))
      await db.query(
        `UPDATE ${table} t SET data_class = g."dataClass", labels = g.labels
         FROM jsonb_to_recordset($1::jsonb) AS g
           (resource_type text, id text, version integer, "dataClass" text, labels text[])
         WHERE t.resource_type = g.resource_type AND t.id = g.id AND t.version = g.version`,
        [JSON.stringify(given)],
      )
      sorted += rows.length
    }
  }
  return sorted
}
