import type { Micros } from '../kernel/time.ts'

/** `GET /api/devices` → DeviceView[] : the device list. */
export interface DeviceView {
  readonly id: string
  readonly name: string
  readonly profile: string
  readonly vendor: string
  readonly model: string
  readonly serial: string | null
  readonly simulated: boolean
  readonly patient: { readonly id: string; readonly name: string; readonly bed: string | null } | null
  readonly connection: 'online' | 'offline' | 'never'
  readonly lastSeenAt: string | null
  readonly batteryPercent: number | null
  /** Its clock is wrong by so much (ahead above zero), and its readings are put right. */
  readonly clock: { readonly offsetMs: number; readonly basis: 'declared' | 'inferred' } | null
  readonly signalDbm: number | null
  readonly quarantined: number
  readonly lastRefusal: { readonly at: string; readonly reason: string } | null
}

/** `GET /api/devices/{id}/associations`: whose the device was, and what was changed about the past. */
export interface AssociationsView {
  readonly associations: readonly {
    readonly patient: string | null
    readonly place: string | null
    readonly from: string
    readonly to: string | null
  }[]
  readonly corrections: readonly {
    readonly from: string
    readonly to: string
    readonly patientBefore: string | null
    readonly patientAfter: string | null
    readonly actor: string
    readonly reason: string
    readonly notedAt: string
    /** Whether the readings of that time have been given to the other. */
    readonly moved: boolean
  }[]
}

/** `POST /api/devices/{id}/associations/correct`; `to` absent: until now and from now on. */
export interface AssociationCorrectionRequest {
  /** null: it was on nobody. */
  readonly patient: string | null
  readonly from: string
  readonly to?: string
  readonly reason: string
}

/** A change a listener may need: association begun or ended, device registered or revoked,
 *  its credential replaced (what was signed in with the old one must go). */
export interface DeviceChange {
  readonly device: string
  readonly change: 'registered' | 'associated' | 'released' | 'revoked' | 'credential' | 'online' | 'offline'
  readonly at: Micros
}

/** `POST /api/devices` and `POST /api/devices/{id}/credential`: the only time the secret is shown. */
export interface IssuedCredential {
  readonly device: string
  readonly username: string
  readonly password: string
}

/** `POST /api/devices` */
export interface DeviceRegistration {
  readonly id?: string
  readonly name: string
  readonly profile: string
  readonly serial?: string
}

/** `GET /api/device-profiles` */
export interface ProfileView {
  readonly id: string
  readonly vendor: string
  readonly model: string
  readonly summary: string
  readonly evidence: 'datasheet' | 'simulated' | 'capture' | 'bench'
  readonly metrics: readonly string[]
}

/** `ends-soon`: five sixths of its life have passed. */
export type CertificateState = 'valid' | 'ends-soon' | 'ended' | 'revoked'

export const revocationReasons = [
  'key-compromise',
  'superseded',
  'cessation-of-operation',
  'unspecified',
] as const
export type RevocationReason = (typeof revocationReasons)[number]

/** `GET /api/device-certificates` → DeviceCertificatesView */
export interface DeviceCertificatesView {
  readonly devices: readonly DeviceIdentityView[]
  readonly authority: { readonly fingerprint: string; readonly endsAt: string }
  /** Where devices connect with TLS; null: nothing listens there. */
  readonly mqttsPort: number | null
  readonly httpsPort: number | null
}

/** How one device proves who it is. */
export interface DeviceIdentityView {
  readonly id: string
  readonly name: string
  readonly revoked: boolean
  readonly secret: DeviceSecretView | null
  readonly certificates: readonly DeviceCertificateView[]
  /** Its last certificate ends soon or has ended, and no other has taken its place. */
  readonly wantsRenewal: boolean
}

export interface DeviceSecretView {
  readonly issuedAt: string
  readonly lastUsedAt: string | null
  /** The secret before it still holds until the new one is used, and until then at most. */
  readonly previousUntil: string | null
}

export interface DeviceCertificateView {
  readonly serial: string
  /** SHA-256 over the DER, hexadecimal. */
  readonly fingerprint: string
  readonly state: CertificateState
  readonly notBefore: string
  readonly notAfter: string
  readonly renewsFrom: string
  /** Another that ends later has taken its place. */
  readonly renewed: boolean
  readonly obtainedBy: 'code' | 'renewal'
  readonly revoked: {
    readonly at: string
    readonly reason: RevocationReason
    readonly note: string | null
  } | null
}

/** `POST /api/devices/{id}/enrolment-code`: the only time the code is shown. */
export interface EnrolmentCode {
  readonly device: string
  readonly code: string
  readonly endsAt: string
}

/** `POST /api/device-certificates/{serial}/revoke` */
export interface CertificateRevocation {
  readonly reason: RevocationReason
  readonly note?: string
}

/** `POST /devices/enrol`: a one-time code and a PKCS #10 request in PEM; `POST /devices/renew` without the first two. */
export interface EnrolmentRequest {
  readonly device: string
  readonly code: string
  readonly request: string
}

export interface EnrolledCertificate {
  /** PEM: the certificate; and that of the authority, to check the server by. */
  readonly certificate: string
  readonly authority: string
  readonly serial: string
  readonly notAfter: string
  /** From here on it can be renewed; a device does so by itself. */
  readonly renewsFrom: string
}
