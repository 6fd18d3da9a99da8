import type { Queryable, Transaction } from '../../platform/postgres/database.ts'
import type { AuditKey, AuditRow } from '../row.ts'

const stored = ({ atUs, requestId, ...rest }: AuditRow) => ({ ...rest, at_us: atUs, request_id: requestId })

/** One statement, however many rows, their patients included. */
export async function insertRows(tx: Transaction, rows: readonly AuditRow[]): Promise<void> {
  await tx.query(
    `WITH given AS MATERIALIZED (
       SELECT * FROM json_to_recordset($1::json) AS r(
         at_us bigint, nonce integer, kind text, action text, outcome text, actor text, app text, purpose text,
         patients text[], what text[], query text, address text, request_id text, reason text)
     ), kept AS (
       INSERT INTO audit_event (at_us, nonce, kind, action, outcome, actor, app, purpose, patients, what, query,
         address, request_id, reason)
       SELECT at_us, nonce, kind, action, outcome, actor, app, purpose, patients, what, query, address,
         request_id, reason FROM given
     )
     INSERT INTO audit_patient (patient, at_us, nonce) SELECT patient, at_us, nonce FROM given, unnest(patients) patient`,
    [JSON.stringify(rows.map(stored))],
  )
}

export interface AuditFilter {
  /** Entries that concern any of these stay out. */
  readonly notPatients?: readonly string[]
  readonly ids?: readonly AuditKey[]
  /** Of any of these. */
  readonly patients?: readonly string[]
  readonly actors?: readonly string[]
  readonly kinds?: readonly string[]
  readonly notActors?: readonly string[]
  readonly actions?: readonly string[]
  /** `kind action`, for codes that several kinds share. */
  readonly acts?: readonly string[]
  readonly purposes?: readonly string[]
  readonly outcomes?: readonly string[]
  /** How the address begins. */
  readonly addresses?: readonly string[]
  /** Named among `what`. */
  readonly what?: readonly string[]
  /** Only what concerns no patient. */
  readonly withoutPatient?: boolean
  readonly fromUs?: number
  readonly toUs?: number
  /** Strictly after this one in the order asked for. */
  readonly after?: AuditKey
}

interface StoredRow {
  readonly at_us: number
  readonly request_id: string | null
  readonly [column: string]: unknown
}

const columns = `e.at_us, e.nonce, e.kind, e.action, e.outcome, e.actor, e.app, e.purpose, e.patients, e.what, e.query,
  e.address, e.request_id, e.reason`

function rowFrom({ at_us: atUs, request_id: requestId, ...rest }: StoredRow): AuditRow {
  const present = Object.entries({ ...rest, requestId }).filter(([, value]) => value !== null)
  return { atUs, ...Object.fromEntries(present) } as AuditRow
}

/** One patient's rows lie in order in their own index; those of several are first made one set. */
function sourceOf({ patients }: AuditFilter, value: (given: unknown) => string): string {
  if (!patients) return 'audit_event e'
  const [only, another] = patients
  return another === undefined
    ? `(SELECT at_us, nonce FROM audit_patient WHERE patient = ${value(only ?? '')}) p JOIN audit_event e USING (at_us, nonce)`
    : `(SELECT DISTINCT at_us, nonce FROM audit_patient WHERE patient = ANY(${value(patients)})) p
       JOIN audit_event e USING (at_us, nonce)`
}

function conditionsOf(filter: AuditFilter, ascending: boolean, value: (given: unknown) => string): string {
  const { ids, actors, kinds, actions, acts, outcomes, what, fromUs, toUs, after } = filter
  const any = (expression: string, list: readonly string[] | undefined) =>
    list ? [`${expression} = ANY(${value(list)})`] : []
  const all = [
    ...any('e.actor', actors),
    ...any('e.kind', kinds),
    ...any("(e.kind || ' ' || e.action)", acts),
    ...any('e.outcome', outcomes),
    ...any('e.action', actions),
    ...any('e.purpose', filter.purposes),
    ...(filter.notActors ? [`(e.actor IS NULL OR e.actor <> ALL(${value(filter.notActors)}))`] : []),
    ...(filter.addresses
      ? [`EXISTS (SELECT FROM unnest(${value(filter.addresses)}::text[]) a WHERE starts_with(e.address, a))`]
      : []),
    ...(what ? [`e.what && ${value(what)}::text[]`] : []),
    ...(filter.notPatients ? [`NOT e.patients && ${value(filter.notPatients)}::text[]`] : []),
    ...(filter.withoutPatient ? ["e.patients = '{}'"] : []),
    ...(fromUs === undefined ? [] : [`e.at_us >= ${value(fromUs)}`]),
    ...(toUs === undefined ? [] : [`e.at_us < ${value(toUs)}`]),
  ]
  if (after) {
    const key = `(${value(after.atUs)}::bigint, ${value(after.nonce)}::integer)`
    all.push(`(e.at_us, e.nonce) ${ascending ? '>' : '<'} ${key}`)
  }
  if (ids) {
    const [times, nonces] = [ids.map(({ atUs }) => atUs), ids.map(({ nonce }) => nonce)]
    all.push(
      `(e.at_us, e.nonce) IN (SELECT * FROM unnest(${value(times)}::bigint[], ${value(nonces)}::integer[]))`,
    )
  }
  return all.length === 0 ? '' : `WHERE ${all.join(' AND ')}`
}

function compiled(filter: AuditFilter, ascending: boolean) {
  const values: unknown[] = []
  const value = (given: unknown) => `$${values.push(given)}`
  const from = sourceOf(filter, value)
  return { from, where: conditionsOf(filter, ascending, value), values, value }
}

export async function findRows(
  db: Queryable,
  filter: AuditFilter,
  page: { readonly ascending: boolean; readonly skip: number; readonly limit: number },
): Promise<AuditRow[]> {
  const { from, where, values, value } = compiled(filter, page.ascending)
  const direction = page.ascending ? 'ASC' : 'DESC'
  const rows = await db.query<StoredRow>(
    `SELECT ${columns} FROM ${from} ${where} ORDER BY at_us ${direction}, nonce ${direction}
     LIMIT ${value(page.limit)} OFFSET ${value(page.skip)}`,
    values,
  )
  return rows.map(rowFrom)
}

export async function countRows(db: Queryable, filter: AuditFilter): Promise<number> {
  const { from, where, values } = compiled(filter, false)
  const [row] = await db.query<{ n: number }>(`SELECT count(*) AS n FROM ${from} ${where}`, values)
  return row?.n ?? 0
}

/** Who appears in a patient's trail, most often first. */
export const actorsAround = (
  db: Queryable,
  patient: string,
  most: number,
): Promise<{ actor: string; n: number }[]> =>
  db.query(
    `SELECT e.actor, count(*) AS n FROM audit_patient p JOIN audit_event e USING (at_us, nonce)
     WHERE p.patient = $1 AND e.actor IS NOT NULL GROUP BY e.actor ORDER BY n DESC, e.actor LIMIT $2`,
    [patient, most],
  )
