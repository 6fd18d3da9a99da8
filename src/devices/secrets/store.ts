import type { Micros } from '../../kernel/time.ts'
import type { Database } from '../../platform/postgres/database.ts'
import type { Secret } from './rotation.ts'

export interface SecretUse {
  readonly device: string
  readonly at: Micros
  /** With that the one before it ended. */
  readonly alone: boolean
}

export interface SecretsStore {
  all(): Promise<readonly (Secret & { readonly device: string })[]>
  /** The device has these and no others. */
  set(device: string, secrets: readonly Secret[]): Promise<void>
  used(sha256: Buffer, use: SecretUse): Promise<void>
}

export function createSecretsStore(db: Database): SecretsStore {
  return {
    all: () =>
      db.query(
        `SELECT sha256, device, issued_at AS "issuedAt", valid_until AS "validUntil",
                last_used_at AS "lastUsedAt" FROM device_secret ORDER BY device, valid_until NULLS LAST`,
      ),
    set: (device, secrets) =>
      db.transaction(async (tx) => {
        await tx.query('DELETE FROM device_secret WHERE device = $1', [device])
        for (const { sha256, issuedAt, validUntil, lastUsedAt } of secrets) {
          await tx.query(
            `INSERT INTO device_secret (sha256, device, issued_at, valid_until, last_used_at)
             VALUES ($1, $2, $3, $4, $5)`,
            [sha256, device, issuedAt, validUntil, lastUsedAt],
          )
        }
      }),
    async used(sha256, { device, at, alone }) {
      await db.transaction(async (tx) => {
        await tx.query('UPDATE device_secret SET last_used_at = $2 WHERE sha256 = $1', [sha256, at])
        if (!alone) return
        await tx.query(
          'DELETE FROM device_secret WHERE device = $1 AND sha256 <> $2 AND valid_until IS NOT NULL',
          [device, sha256],
        )
      })
    },
  }
}
