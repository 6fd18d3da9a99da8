import type { Micros } from '../kernel/time.ts'
import type { Database } from '../platform/postgres/database.ts'

export interface QuarantineRow {
  readonly id: number
  readonly device: string | null
  readonly receivedAt: Micros
  readonly protocol: string
  readonly code: string
  readonly reason: string
  readonly bytes: Buffer
  readonly size: number
}

export interface QuarantineCount {
  readonly device: string | null
  readonly count: number
  readonly lastAt: Micros
  readonly lastReason: string
}

export interface QuarantineStore {
  insert(rows: readonly (Omit<QuarantineRow, 'id'> & { readonly sha256: Buffer })[]): Promise<void>
  /** Newest first. */
  list(filter: { readonly device?: string; readonly limit: number }): Promise<readonly QuarantineRow[]>
  counts(): Promise<readonly QuarantineCount[]>
  leftOut(): Promise<readonly { readonly device: string; readonly count: number }[]>
  setLeftOut(counts: ReadonlyMap<string, number>): Promise<void>
  /** Deletes all but the newest `keep` of the device; answers how many went. */
  trim(device: string | null, keep: number): Promise<number>
}

export function createQuarantineStore(db: Database): QuarantineStore {
  return {
    async insert(rows) {
      const column = <K extends keyof (typeof rows)[number]>(key: K) => rows.map((row) => row[key])
      await db.query(
        `INSERT INTO quarantine (device, received_at, protocol, code, reason, bytes, size, sha256)
         SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::bytea[],
                              $7::bigint[], $8::bytea[])`,
        [
          ...[column('device'), column('receivedAt'), column('protocol'), column('code')],
          ...[column('reason'), column('bytes'), column('size'), column('sha256')],
        ],
      )
    },
    list: ({ device, limit }) =>
      db.query<QuarantineRow>(
        `SELECT id, device, received_at AS "receivedAt", protocol, code, reason, bytes, size
           FROM quarantine WHERE ($1::text IS NULL OR device = $1) ORDER BY id DESC LIMIT $2`,
        [device ?? null, limit],
      ),
    counts: () =>
      db.query<QuarantineCount>(
        `SELECT DISTINCT ON (device) device, count(*) OVER (PARTITION BY device) AS count,
                received_at AS "lastAt", reason AS "lastReason"
           FROM quarantine ORDER BY device, id DESC`,
      ),
    leftOut: () => db.query('SELECT device, count FROM quarantine_left_out'),
    async setLeftOut(counts) {
      await db.query(
        `INSERT INTO quarantine_left_out (device, count) SELECT * FROM unnest($1::text[], $2::bigint[])
         ON CONFLICT (device) DO UPDATE SET count = excluded.count`,
        [[...counts.keys()], [...counts.values()]],
      )
    },
    async trim(device, keep) {
      const gone = await db.query(
        `DELETE FROM quarantine WHERE device IS NOT DISTINCT FROM $1 AND id <=
           (SELECT id FROM quarantine WHERE device IS NOT DISTINCT FROM $1 ORDER BY id DESC OFFSET $2 LIMIT 1)
         RETURNING id`,
        [device, keep],
      )
      return gone.length
    },
  }
}
