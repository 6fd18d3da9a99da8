import type { Micros } from '../kernel/time.ts'
import type { Database, Queryable } from '../platform/postgres/database.ts'
import type { Association, AssociationCorrection, Device } from './model.ts'

export interface StoredDevice extends Device {
  readonly revokedAt: Micros | null
  readonly lastSeenAt: Micros | null
}

export interface DevicesStore {
  all(): Promise<readonly StoredDevice[]>
  associations(): Promise<readonly Association[]>
  /** False where the id is taken. */
  insert(device: Device, registeredAt: Micros): Promise<boolean>
  revoke(device: string, at: Micros): Promise<void>
  /** Puts one timeline in the place of the other, and what that corrects beside it, in one transaction. */
  setTimeline(
    device: string,
    timeline: readonly Association[],
    corrections: readonly Omit<AssociationCorrection, 'id'>[],
  ): Promise<void>
  corrections(device: string): Promise<readonly AssociationCorrection[]>
  /** Those whose readings are not moved yet, the oldest first; of one device, or of all. */
  waitingCorrections(device?: string): Promise<readonly AssociationCorrection[]>
  correctionMoved(id: number): Promise<void>
  touch(seen: ReadonlyMap<string, Micros>): Promise<void>
}

const correctionColumns = `id, device, patient_before AS "patientBefore", patient_after AS "patientAfter",
  from_at AS "from", to_at AS "to", actor, reason, noted_at AS "notedAt", moved`

async function insertTimeline(tx: Queryable, timeline: readonly Association[]): Promise<void> {
  const column = <K extends keyof Association>(key: K) => timeline.map((one) => one[key])
  await tx.query(
    `INSERT INTO device_association (device, patient, place, from_at, to_at)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[])`,
    [column('device'), column('patient'), column('place'), column('from'), column('to')],
  )
}

async function insertCorrections(
  tx: Queryable,
  corrections: readonly Omit<AssociationCorrection, 'id'>[],
): Promise<void> {
  for (const one of corrections) {
    await tx.query(
      `INSERT INTO device_correction
         (device, patient_before, patient_after, from_at, to_at, actor, reason, noted_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        ...[one.device, one.patientBefore, one.patientAfter, one.from, one.to],
        ...[one.actor, one.reason, one.notedAt],
      ],
    )
  }
}

export function createDevicesStore(db: Database): DevicesStore {
  return {
    all: () =>
      db.query<StoredDevice>(
        `SELECT id, name, profile, serial, simulated, revoked_at AS "revokedAt",
                last_seen_at AS "lastSeenAt"
           FROM device ORDER BY id`,
      ),
    associations: () =>
      db.query<Association>(
        `SELECT device, patient, place, from_at AS "from", to_at AS "to"
           FROM device_association ORDER BY device, from_at`,
      ),
    async insert(device, registeredAt) {
      const rows = await db.query(
        `INSERT INTO device (id, name, profile, serial, simulated, registered_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING RETURNING id`,
        [device.id, device.name, device.profile, device.serial, device.simulated, registeredAt],
      )
      return rows.length === 1
    },
    async revoke(device, at) {
      await db.query('UPDATE device SET revoked_at = $2 WHERE id = $1', [device, at])
    },
    setTimeline: (device, timeline, corrections) =>
      db.transaction(async (tx) => {
        await tx.query('DELETE FROM device_association WHERE device = $1', [device])
        await insertTimeline(tx, timeline)
        await insertCorrections(tx, corrections)
      }),
    corrections: (device) =>
      db.query<AssociationCorrection>(
        `SELECT ${correctionColumns} FROM device_correction WHERE device = $1 ORDER BY id`,
        [device],
      ),
    waitingCorrections: (device) =>
      db.query<AssociationCorrection>(
        `SELECT ${correctionColumns} FROM device_correction
          WHERE NOT moved AND ($1::text IS NULL OR device = $1) ORDER BY id`,
        [device ?? null],
      ),
    async correctionMoved(id) {
      await db.query('UPDATE device_correction SET moved = true WHERE id = $1', [id])
    },
    async touch(seen) {
      await db.query(
        `UPDATE device SET last_seen_at = greatest(last_seen_at, seen.at)
           FROM unnest($1::text[], $2::bigint[]) AS seen (id, at) WHERE device.id = seen.id`,
        [[...seen.keys()], [...seen.values()]],
      )
    },
  }
}
