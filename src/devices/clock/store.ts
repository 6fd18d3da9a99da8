import type { Database } from '../../platform/postgres/database.ts'
import type { ClockEpoch } from './epochs.ts'

/** An epoch as it is kept; its number names it for ever. */
export interface StoredEpoch extends ClockEpoch {
  readonly id: number
}

export interface ClockStore {
  all(): Promise<readonly StoredEpoch[]>
  /** Adds it, and answers its number; the same once more, after a failure, is the same row. */
  add(epoch: ClockEpoch): Promise<number>
}

export function createClockStore(db: Database): ClockStore {
  return {
    all: () =>
      db.query<StoredEpoch>(
        `SELECT id, device, received_from AS "receivedFrom", offset_us AS "offsetUs",
                accuracy_us AS "accuracyUs", basis, noted_at AS "notedAt"
           FROM device_clock ORDER BY device, received_from`,
      ),
    async add({ device, receivedFrom, offsetUs, accuracyUs, basis, notedAt }) {
      const [row] = await db.query<{ id: number }>(
        `WITH added AS (
           INSERT INTO device_clock (device, received_from, offset_us, accuracy_us, basis, noted_at)
           VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (device, received_from) DO NOTHING RETURNING id)
         SELECT id FROM added
         UNION ALL
         SELECT id FROM device_clock WHERE device = $1 AND received_from = $2 AND offset_us = $3`,
        [device, receivedFrom, offsetUs, accuracyUs, basis, notedAt],
      )
      if (!row) throw new Error('another clock epoch of the device begins at the same time')
      return row.id
    },
  }
}
