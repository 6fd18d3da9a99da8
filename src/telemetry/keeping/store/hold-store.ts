import type { Queryable } from '../../../platform/postgres/database.ts'

export interface HoldRow {
  readonly id: number
  readonly patient: string
  readonly from: number | null
  readonly to: number | null
  readonly reason: string
  readonly placedAt: number
  readonly placedBy: string
  readonly liftedAt: number | null
  readonly liftedBy: string | null
  readonly liftReason: string | null
}

const columns = `id, patient, from_at AS "from", to_at AS "to", reason, placed_at AS "placedAt",
  placed_by AS "placedBy", lifted_at AS "liftedAt", lifted_by AS "liftedBy", lift_reason AS "liftReason"`

export const insertHold = async (
  db: Queryable,
  hold: Pick<HoldRow, 'patient' | 'from' | 'to' | 'reason' | 'placedAt' | 'placedBy'>,
): Promise<HoldRow> =>
  (
    await db.query<HoldRow>(
      `INSERT INTO telemetry_hold (patient, from_at, to_at, reason, placed_at, placed_by)
       VALUES ($1, $2, $3, $4, $5, $6) RETURNING ${columns}`,
      [hold.patient, hold.from, hold.to, hold.reason, hold.placedAt, hold.placedBy],
    )
  )[0]!

/** Those that stand first, then the newest. */
export const readHolds = (db: Queryable): Promise<HoldRow[]> =>
  db.query(`SELECT ${columns} FROM telemetry_hold ORDER BY lifted_at IS NULL DESC, id DESC LIMIT 1000`)

export const standingHolds = (db: Queryable, patient: string): Promise<HoldRow[]> =>
  db.query(`SELECT ${columns} FROM telemetry_hold WHERE patient = $1 AND lifted_at IS NULL ORDER BY id`, [
    patient,
  ])

export const findHold = async (db: Queryable, id: number): Promise<HoldRow | undefined> =>
  (await db.query<HoldRow>(`SELECT ${columns} FROM telemetry_hold WHERE id = $1`, [id]))[0]

/** Nothing where it was lifted before. */
export const liftHold = async (
  db: Queryable,
  id: number,
  lift: { readonly at: number; readonly by: string; readonly reason: string },
): Promise<HoldRow | undefined> =>
  (
    await db.query<HoldRow>(
      `UPDATE telemetry_hold SET lifted_at = $2, lifted_by = $3, lift_reason = $4
       WHERE id = $1 AND lifted_at IS NULL RETURNING ${columns}`,
      [id, lift.at, lift.by, lift.reason],
    )
  )[0]
