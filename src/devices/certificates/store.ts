import type { Micros } from '../../kernel/time.ts'
import type { Database } from '../../platform/postgres/database.ts'
import type { RevocationReason } from '../contract.ts'
import type { DeviceCertificate } from './model.ts'

export interface Revocation {
  readonly at: Micros
  readonly reason: RevocationReason
  readonly note: string | null
  readonly by: string
}

export interface CertificatesStore {
  all(): Promise<readonly DeviceCertificate[]>
  /** Takes the place of a code that was not used. */
  setCode(code: {
    device: string
    sha256: Buffer
    madeBy: string
    madeAt: Micros
    endsAt: Micros
  }): Promise<void>
  codeIsOpen(device: string, sha256: Buffer, now: Micros): Promise<boolean>
  dropCode(device: string): Promise<void>
  /** Spends the code and keeps the certificate, both or neither; false: the code is not open. */
  insertByCode(certificate: DeviceCertificate, sha256: Buffer, now: Micros): Promise<boolean>
  insert(certificate: DeviceCertificate): Promise<void>
  revoke(serials: readonly string[], revocation: Revocation): Promise<void>
  told(serial: string, what: 'ends-soon' | 'ended', at: Micros): Promise<void>
}

const columns = `serial, device, fingerprint_sha256 AS "fingerprintSha256", not_before AS "notBefore",
  not_after AS "notAfter", obtained_by AS "obtainedBy", revoked_at AS "revokedAt",
  revoked_reason AS "revokedReason", revoked_note AS "revokedNote", revoked_by AS "revokedBy",
  end_told_at AS "endToldAt", ended_told_at AS "endedToldAt"`

const insertion = `INSERT INTO device_certificate
  (serial, device, fingerprint_sha256, not_before, not_after, obtained_by) VALUES ($1, $2, $3, $4, $5, $6)`

const rowOf = (one: DeviceCertificate) => [
  ...[one.serial, one.device, one.fingerprintSha256, one.notBefore, one.notAfter, one.obtainedBy],
]

const openCode = 'device = $1 AND code_sha256 = $2 AND ends_at > $3'

export function createCertificatesStore(db: Database): CertificatesStore {
  return {
    all: () =>
      db.query<DeviceCertificate>(`SELECT ${columns} FROM device_certificate ORDER BY not_before, serial`),
    async setCode({ device, sha256, madeBy, madeAt, endsAt }) {
      await db.query(
        `INSERT INTO device_enrolment_code (device, code_sha256, made_by, made_at, ends_at)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (device) DO UPDATE SET code_sha256 = excluded.code_sha256, made_by = excluded.made_by,
           made_at = excluded.made_at, ends_at = excluded.ends_at`,
        [device, sha256, madeBy, madeAt, endsAt],
      )
    },
    async codeIsOpen(device, sha256, now) {
      const sql = `SELECT 1 FROM device_enrolment_code WHERE ${openCode}`
      return (await db.query(sql, [device, sha256, now])).length === 1
    },
    async dropCode(device) {
      await db.query('DELETE FROM device_enrolment_code WHERE device = $1', [device])
    },
    insertByCode: (certificate, sha256, now) =>
      db.transaction(async (tx) => {
        const spent = await tx.query(`DELETE FROM device_enrolment_code WHERE ${openCode} RETURNING device`, [
          ...[certificate.device, sha256, now],
        ])
        if (spent.length === 0) return false
        await tx.query(insertion, rowOf(certificate))
        return true
      }),
    async insert(certificate) {
      await db.query(insertion, rowOf(certificate))
    },
    async revoke(serials, { at, reason, note, by }) {
      await db.query(
        `UPDATE device_certificate SET revoked_at = $2, revoked_reason = $3, revoked_note = $4, revoked_by = $5
          WHERE serial = ANY ($1) AND revoked_at IS NULL`,
        [serials, at, reason, note, by],
      )
    },
    async told(serial, what, at) {
      const column = what === 'ended' ? 'ended_told_at' : 'end_told_at'
      await db.query(`UPDATE device_certificate SET ${column} = $2 WHERE serial = $1`, [serial, at])
    },
  }
}
