/**
 * What a FHIR server does without telemetry: a JSON document an Observation in PostgreSQL, with an index for the most
 * frequent search. Written a hundred documents a commit, the batch such servers advise.
 */
import type { Database } from '../../src/platform/postgres/database.ts'
import { metrics } from './many-readings.ts'

const perCommit = 100
const patients = 100

export interface DocumentFigures {
  /** Documents a second. */
  readonly rates: readonly number[]
  /** On disk, indexes included. */
  readonly bytesEach: number
  /** Milliseconds to read the newest 20 of a patient and code, over no HTTP. */
  readonly newest20: readonly number[]
}

/** `sample` is a drawn Observation; each document is that one with its own id, patient, code and time. */
export async function measureDocuments(
  db: Database,
  sample: object,
  count: number,
): Promise<DocumentFigures> {
  await db.query(
    `CREATE TABLE document (id text PRIMARY KEY, patient text NOT NULL, code text NOT NULL,
       date timestamptz NOT NULL, content jsonb NOT NULL)`,
  )
  await db.query('CREATE INDEX ON document (patient, code, date)')
  const rates: number[] = []
  for (let run = 0; run < 3; run++) rates.push(await write(db, sample, run * count, count))
  const [size] = await db.query<{ bytes: number }>("SELECT pg_total_relation_size('document') AS bytes")
  await db.query('ANALYZE document')
  const newest20: number[] = []
  for (let i = 0; i < 300; i++) newest20.push(await newest(db, i))
  await db.query('DROP TABLE document')
  return { rates, bytesEach: size!.bytes / (3 * count), newest20: newest20.slice(50) }
}

async function write(db: Database, sample: object, first: number, count: number): Promise<number> {
  const begin = performance.now()
  for (let at = first; at < first + count; at += perCommit) {
    const numbers = Array.from({ length: perCommit }, (_, i) => at + i)
    const dates = numbers.map((n) => new Date(1.7e12 + Math.floor(n / 1_000) * 1_000).toISOString())
    await db.query(
      `INSERT INTO document SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::jsonb[])`,
      [
        numbers.map((n) => `document-${n}`),
        numbers.map((n) => `p${Math.floor(n / metrics.length) % patients}`),
        numbers.map((n) => metrics[n % metrics.length]),
        dates,
        numbers.map((n, i) =>
          JSON.stringify({ ...sample, id: `document-${n}`, effectiveDateTime: dates[i] }),
        ),
      ],
    )
  }
  return (count * 1_000) / (performance.now() - begin)
}

async function newest(db: Database, i: number): Promise<number> {
  const begin = performance.now()
  const rows = await db.query<{ content: object }>(
    'SELECT content FROM document WHERE patient = $1 AND code = $2 ORDER BY date DESC LIMIT 20',
    [`p${(i * 37) % patients}`, metrics[i % metrics.length]],
  )
  JSON.stringify(rows.map((row) => row.content))
  return performance.now() - begin
}
