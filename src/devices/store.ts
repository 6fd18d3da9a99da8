import type { Micros } from '../kernel/time.ts'
import type { Database, Queryable } from '../platform/postgres/database.ts'
import type { Association, Device } from './model.ts'

export interface StoredDevice extends Device {
  readonly revokedAt: Micros | null
  readonly secretSha256: Buffer | null
  readonly lastSeenAt: Micros | null
}

export interface DevicesStore {
  all(): Promise<readonly StoredDevice[]>
  associations(): Promise<readonly Association[]>
  /** False where the id is taken. */
  insert(device: Device, registeredAt: Micros): Promise<boolean>
  setSecret(device: string, sha256: Buffer): Promise<void>
  revoke(device: string, at: Micros): Promise<void>
  /** Ends what is open at `from` and begins anew, in one transaction. */
  associate(device: string, patient: string, from: Micros): Promise<void>
  release(device: string, at: Micros): Promise<void>
  touch(seen: ReadonlyMap<string, Micros>): Promise<void>
}

const endOpen = (on: Queryable, device: string, at: Micros) =>
  on
    // An association that would end at or before its begin never was.
    .query('DELETE FROM device_association WHERE device = $1 AND to_at IS NULL AND from_at >= $2', [
      device,
      at,
    ])
    .then(() =>
      on.query('UPDATE device_association SET to_at = $2 WHERE device = $1 AND to_at IS NULL', [device, at]),
    )

export function createDevicesStore(db: Database): DevicesStore {
  return {
    all: () =>
      db.query<StoredDevice>(
        `SELECT id, name, profile, serial, simulated, revoked_at AS "revokedAt",
                secret_sha256 AS "secretSha256", last_seen_at AS "lastSeenAt"
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
    async setSecret(device, sha256) {
      await db.query('UPDATE device SET secret_sha256 = $2 WHERE id = $1', [device, sha256])
    },
    async revoke(device, at) {
      await db.query('UPDATE device SET revoked_at = $2, secret_sha256 = NULL WHERE id = $1', [device, at])
    },
    associate: (device, patient, from) =>
      db.transaction(async (tx) => {
        await endOpen(tx, device, from)
        await tx.query('INSERT INTO device_association (device, patient, from_at) VALUES ($1, $2, $3)', [
          device,
          patient,
          from,
        ])
      }),
    release: (device, at) => db.transaction((tx) => endOpen(tx, device, at)).then(() => {}),
    async touch(seen) {
      await db.query(
        `UPDATE device SET last_seen_at = greatest(last_seen_at, seen.at)
           FROM unnest($1::text[], $2::bigint[]) AS seen (id, at) WHERE device.id = seen.id`,
        [[...seen.keys()], [...seen.values()]],
      )
    },
  }
}
