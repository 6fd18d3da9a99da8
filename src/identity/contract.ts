import type { PurposeOfUse } from '../kernel/purpose.ts'

/** Who acts. A request without an actor is refused before any handler runs. */
export type Role = 'nurse' | 'physician' | 'patient' | 'biomed' | 'admin' | 'privacy'

export type Permission =
  | 'monitoring.view'
  | 'alarms.acknowledge'
  | 'readings.withdraw'
  | 'devices.view'
  | 'devices.manage'
  | 'quarantine.view'
  | 'users.manage'
  | 'own-record.view'
  | 'storage.view'
  | 'storage.manage'
  | 'audit.view'
  | 'break-glass.review'
  | 'consent.view'

export const rolePermissions: Readonly<Record<Role, readonly Permission[]>> = {
  nurse: ['monitoring.view', 'alarms.acknowledge', 'readings.withdraw', 'devices.view'],
  physician: ['monitoring.view', 'alarms.acknowledge', 'readings.withdraw', 'devices.view'],
  patient: ['own-record.view'],
  biomed: ['devices.view', 'devices.manage', 'quarantine.view', 'storage.view'],
  admin: [
    'devices.view',
    'devices.manage',
    'quarantine.view',
    'users.manage',
    'storage.view',
    'storage.manage',
  ],
  // Who oversees privacy: decisions and accesses, never what was seen.
  privacy: ['audit.view', 'break-glass.review', 'consent.view'],
}

export interface PersonActor {
  readonly kind: 'person'
  readonly id: string
  readonly name: string
  readonly roles: readonly Role[]
  /** `Practitioner/<id>` or `Patient/<id>`. */
  readonly fhirUser: string
  /** Set for a patient: the only record they see. */
  readonly patient?: string
  /** Patients for whom the person stands, as guardian or proxy. */
  readonly proxyFor?: readonly string[]
  readonly scopes: readonly string[]
  /** Set where another app than our own acts for the person: then only `scopes` of what the person may. */
  readonly app?: string
  /** The browser session behind the token, and when the person last proved in it who they are. */
  readonly session?: { readonly id: string; readonly provenAtMs: number }
}
export interface AppActor {
  readonly kind: 'app'
  readonly id: string
  /** Why it asks for data, as it was registered: a code of HL7 v3 PurposeOfUse. */
  readonly purpose?: PurposeOfUse
  readonly scopes: readonly string[]
}
export interface DeviceActor {
  readonly kind: 'device'
  readonly id: string
}
export type Actor = PersonActor | AppActor | DeviceActor

/** `GET /api/me` */
export interface Me {
  readonly id: string
  readonly name: string
  readonly roles: readonly Role[]
  readonly permissions: readonly Permission[]
  readonly patient?: string
  /** Patients for whom the person stands. */
  readonly proxyFor?: readonly string[]
}

/** `GET /api/sign-in/:uid`: what the sign-in page shows. */
export interface SignInPrompt {
  readonly client: { readonly id: string; readonly name: string; readonly firstParty: boolean }
  /** `consent` only for another app; answer by `POST …/consent {allow}`. */
  readonly prompt: 'login' | 'consent'
  readonly scopes: readonly string[]
  /** The host name under which passkeys work here; `POST …/passkey-options`, then `POST …/passkey`. */
  readonly passkeyHost?: string
}

/** `POST /api/sign-in/:uid` and `…/consent`: a path to go to with the whole page. */
export interface SignInAnswer {
  readonly redirectTo: string
}

/** `GET /api/account/sessions`: where the person is signed in; end one by `DELETE …/:id`, all others by `DELETE`. */
export interface SessionView {
  readonly id: string
  /** The one that asks. */
  readonly current: boolean
  readonly address: string
  readonly userAgent: string
  readonly beganAt: string
  /** To the minute. */
  readonly lastSeenAt: string
}

/** `GET /api/account/apps`: apps that may come back without the person; end one by `DELETE …/:id`. */
export interface AppAccessView {
  readonly id: string
  readonly name: string
  readonly scopes: readonly string[]
  readonly grantedAt: string
}

/** `GET /api/account/second-factor` */
export type SecondFactorView =
  | { readonly on: false }
  | { readonly on: true; readonly since: string; readonly recoveryCodesLeft: number }

/** `POST /api/account/second-factor`: for the authenticator app; then `POST …/confirm {code}`. */
export interface NewSecondFactor {
  /** Base32, for who types it. */
  readonly secret: string
  /** `otpauth://…`, for a QR code. */
  readonly uri: string
}

/** `POST …/confirm` and `POST …/recovery-codes`: shown once, each works once. */
export interface RecoveryCodes {
  readonly codes: readonly string[]
}

/** `GET /api/people`, for who manages accounts. */
export interface PersonView {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly roles: readonly Role[]
  readonly disabled: boolean
  readonly secondFactor: boolean
  readonly passkeys: boolean
}

/** `GET /api/account/passkeys`; add by `POST …/options` and `POST`, name by `PATCH …/:id`, remove by `DELETE …/:id`. */
export interface PasskeysView {
  /** The host name and the address of the pages where they work; absent: not under this server's address. */
  readonly host?: string
  readonly origin?: string
  readonly passkeys: readonly PasskeyView[]
}

export interface PasskeyView {
  readonly id: string
  readonly name: string
  /** Copied between the person's devices by whoever keeps it for them. */
  readonly synced: boolean
  readonly createdAt: string
  readonly lastUsedAt?: string
}
