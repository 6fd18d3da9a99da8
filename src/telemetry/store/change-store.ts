import type { Micros } from '../../kernel/time.ts'
import type { Database } from '../../platform/postgres/database.ts'
import type { ChangeOrder, TelemetryChange } from '../truth/change.ts'

const columns = `id, key, kind, state, device, metric, from_patient AS "fromPatient", to_patient AS "toPatient",
  from_at AS "from", to_at AS "to", actor, reason, asked_at AS "askedAt", done_at AS "doneAt", readings`

/** The change, and the one known by its key where that was ordered before. */
export async function insertChange(
  db: Database,
  order: ChangeOrder,
  askedAt: Micros,
): Promise<TelemetryChange> {
  const [made] = await db.query<TelemetryChange>(
    `INSERT INTO telemetry_change
       (key, kind, device, metric, from_patient, to_patient, from_at, to_at, actor, reason, asked_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (key) DO NOTHING RETURNING ${columns}`,
    [
      ...[order.key, order.kind, order.device, order.metric, order.fromPatient, order.toPatient],
      ...[order.from, order.to, order.actor, order.reason, askedAt],
    ],
  )
  if (made) return made
  const [known] = await db.query<TelemetryChange>(`SELECT ${columns} FROM telemetry_change WHERE key = $1`, [
    order.key,
  ])
  return known!
}

export async function finishChange(
  db: Database,
  id: number,
  doneAt: Micros,
  readings: number,
): Promise<TelemetryChange> {
  const [done] = await db.query<TelemetryChange>(
    `UPDATE telemetry_change SET state = 'done', done_at = $2, readings = readings + $3 WHERE id = $1
     RETURNING ${columns}`,
    [id, doneAt, readings],
  )
  return done!
}

/** Keeps what was reached by a run that did not come to its end. */
export const countChanged = (db: Database, id: number, readings: number): Promise<unknown> =>
  db.query('UPDATE telemetry_change SET readings = readings + $2 WHERE id = $1', [id, readings])

export const unfinishedChanges = (db: Database): Promise<TelemetryChange[]> =>
  db.query(`SELECT ${columns} FROM telemetry_change WHERE state = 'running' ORDER BY id`)

export const changeById = async (db: Database, id: number): Promise<TelemetryChange | undefined> =>
  (await db.query<TelemetryChange>(`SELECT ${columns} FROM telemetry_change WHERE id = $1`, [id]))[0]

export interface ChangeFilter {
  /** Of or to any of these patients; absent: of everyone. */
  readonly patients?: readonly string[]
  readonly device?: string
  readonly actors?: readonly string[]
  readonly askedFrom: number
  readonly askedTo: number
}

const matching = `FROM telemetry_change WHERE asked_at >= $1 AND asked_at < $2
  AND ($3::text[] IS NULL OR from_patient = ANY($3) OR to_patient = ANY($3))
  AND ($4::text IS NULL OR device = $4) AND ($5::text[] IS NULL OR actor = ANY($5))`

const valuesOf = ({ patients, device, actors, askedFrom, askedTo }: ChangeFilter) => [
  ...[askedFrom, askedTo, patients ?? null, device ?? null, actors ?? null],
]

export const findChanges = (
  db: Database,
  filter: ChangeFilter,
  ascending: boolean,
  page: { readonly skip: number; readonly limit: number },
): Promise<TelemetryChange[]> => {
  const direction = ascending ? 'ASC' : 'DESC'
  return db.query(
    `SELECT ${columns} ${matching} ORDER BY asked_at ${direction}, id ${direction} OFFSET $6 LIMIT $7`,
    [...valuesOf(filter), page.skip, page.limit],
  )
}

export async function countChanges(db: Database, filter: ChangeFilter): Promise<number> {
  const [row] = await db.query<{ count: number }>(`SELECT count(*) AS count ${matching}`, valuesOf(filter))
  return row!.count
}

/** The changes that say something of a reading of this patient, device and metric at this time; oldest first. */
export const changesOf = (
  db: Database,
  reading: {
    readonly patient: string | null
    readonly device: string
    readonly metric: string
    readonly at: number
  },
): Promise<TelemetryChange[]> =>
  db.query(
    `SELECT ${columns} FROM telemetry_change WHERE from_at <= $4 AND to_at > $4
       AND (device IS NULL OR device = $2) AND (metric IS NULL OR metric = $3)
       AND (from_patient IS NOT DISTINCT FROM $1 OR (kind = 'reattribution' AND to_patient IS NOT DISTINCT FROM $1))
     ORDER BY id`,
    [reading.patient, reading.device, reading.metric, reading.at],
  )
