import type { PurposeOfUse } from '../kernel/purpose.ts'

/** What is told of identity, see model.ts. */
export type IdentityEventKind =
  | 'sign-in-done'
  | 'sign-in-refused'
  | 'sign-in-locked'
  | 'sign-out'
  | 'session-ended'
  | 'factor-added'
  | 'factor-removed'
  | 'recovery-codes-renewed'
  | 'passkey-added'
  | 'passkey-removed'
  | 'password-changed'
  | 'password-link-made'
  | 'app-granted'
  | 'app-ended'
  | 'token-issued'
  | 'token-reused'
  | 'proxy-granted'
  | 'proxy-ended'
  | 'provider-linked'
  | 'provider-unlinked'

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
  /** `Practitioner/<id>`, `Patient/<id>` or `RelatedPerson/<id>`. */
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

/** `POST /api/people/:id/password-link`: shown once, works once. */
export interface PasswordLink {
  readonly url: string
  readonly expiresAt: string
}

/** `POST /api/people`: an account without a password, and the link by which its owner sets one. */
export interface NewAccount {
  readonly email: string
  readonly name: string
  readonly roles: readonly Role[]
  /** Of a patient: the record that is theirs. */
  readonly patient?: string
  /** Default: `Patient/<patient>` or `Practitioner/<id>`; of who stands for a patient `RelatedPerson/<id>`. */
  readonly fhirUser?: string
}
export interface InvitedAccount {
  readonly id: string
  readonly link: PasswordLink
}

/** `GET /api/account/activity`, the newest first. */
export interface ActivityView {
  readonly what: IdentityEventKind
  readonly at: string
  readonly address?: string
  readonly userAgent?: string
  /** Who did it, where it was not the person themselves. */
  readonly by?: string
  /** A sign-in from where none was before. */
  readonly newPlace: boolean
}

/** `POST /api/proxies`: this person stands for this patient; end it by `DELETE /api/proxies/:id`. */
export interface NewProxy {
  /** Account id or e-mail address. */
  readonly person: string
  readonly patient: string
  /** HL7 v3 RoleCode: `GUARD`, `MTH`, `FTH`, `POWATT`, … */
  readonly relationship: string
  /** Default: now. */
  readonly from?: string
  /** Ends by itself, for the guardian of a minor on the day they come of age. */
  readonly until?: string
}

/** `GET /api/proxies?patient=…` and `GET /api/account/proxies` */
export interface ProxyView {
  readonly id: string
  readonly person: { readonly id: string; readonly name: string }
  readonly patient: string
  readonly relationship: string
  readonly from: string
  readonly until?: string
  readonly grantedBy: string
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
