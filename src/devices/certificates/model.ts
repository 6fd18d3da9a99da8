import type { Micros } from '../../kernel/time.ts'
import type { RevocationReason } from '../contract.ts'

/** One certificate that the authority of this server issued to a device. */
export interface DeviceCertificate {
  readonly serial: string
  readonly device: string
  readonly fingerprintSha256: Buffer
  readonly notBefore: Micros
  readonly notAfter: Micros
  readonly obtainedBy: 'code' | 'renewal'
  readonly revokedAt: Micros | null
  readonly revokedReason: RevocationReason | null
  readonly revokedNote: string | null
  readonly revokedBy: string | null
  readonly endToldAt: Micros | null
  readonly endedToldAt: Micros | null
}

/** RFC 5280 5.3.1. */
export const reasonCodes: Readonly<Record<RevocationReason, number>> = {
  unspecified: 0,
  'key-compromise': 1,
  superseded: 4,
  'cessation-of-operation': 5,
}

/** Something happened to how a device proves who it is: for the audit trail, and for whoever must look. */
export interface DeviceIdentityEvent {
  readonly what:
    | 'code-made'
    | 'enrolled'
    | 'renewed'
    | 'refused'
    | 'revoked'
    | 'ends-soon'
    | 'ended'
    | 'secret-rotated'
    | 'secret-revoked'
  /** As claimed where it was refused, and then not necessarily one of ours. */
  readonly device: string
  readonly at: Micros
  /** The person (`Practitioner/…`) or `Device/…`. */
  readonly by: string
  readonly serial?: string
  /** Why it was refused or revoked, in words without a secret. */
  readonly reason?: string
}
