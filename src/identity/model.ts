import type { PurposeOfUse } from '../kernel/purpose.ts'
import type { IdentityEventKind, Role } from './contract.ts'

export interface Person {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly roles: readonly Role[]
  /** `Practitioner/<id>`, `Patient/<id>` or `RelatedPerson/<id>`. */
  readonly fhirUser: string
  readonly patient: string | null
  readonly disabled: boolean
}

export interface NewPerson {
  readonly email: string
  readonly name: string
  readonly roles: readonly Role[]
  readonly password: string
  readonly id?: string
  /** Default: `Patient/<patient>` where `patient` is given, else `Practitioner/<id>`. */
  readonly fhirUser?: string
  /** The only record a patient sees. */
  readonly patient?: string
}

/** A public key set, RFC 7517. */
export interface Jwks {
  readonly keys: readonly Record<string, unknown>[]
}

export interface Client {
  readonly id: string
  readonly name: string
  readonly scopes: readonly string[]
  /** Why it asks for data. */
  readonly purpose: PurposeOfUse
  readonly redirectUris: readonly string[]
  readonly jwks: Jwks | null
  /** SHA-256 of its secret, base64url; null: it signs with its key, or is public. */
  readonly secretSha256: string | null
  readonly disabled: boolean
}

export interface NewClient {
  readonly id: string
  readonly name?: string
  /** Neither `secret` nor `jwks`: a backend service gets a fresh secret, an app with `redirectUris` is public. */
  readonly secret?: string
  readonly jwks?: Jwks
  readonly scopes: readonly string[]
  /** Default: HOPERAT. */
  readonly purpose?: PurposeOfUse
  /** Given: the app signs people in by authorization code. Absent: a backend service, client credentials only. */
  readonly redirectUris?: readonly string[]
}

/** The web app served by this process: first party, public, PKCE. */
export const webClientId = 'vitalwire-web'

export const accessTokenTtlS = 600

/** Who may come in and act, and how that changed. Never a secret, a code, a password or a token. */
export interface IdentityEvent {
  readonly what: IdentityEventKind
  /** The account it is about; absent: an app on its own, or an address that belongs to no account. */
  readonly person?: string | undefined
  /** Who did it, an account's id, where it was not the person themselves. */
  readonly by?: string | undefined
  readonly client?: string | undefined
  readonly session?: string | undefined
  readonly address?: string | undefined
  readonly userAgent?: string | undefined
  /** Of a sign-in: by what (RFC 8176). */
  readonly methods?: readonly string[] | undefined
  /** Of a token or an app: what it may. */
  readonly scopes?: readonly string[] | undefined
  /** Of a proxy: the patient they stand for. */
  readonly patient?: string | undefined
  /** Of an outside provider: which. */
  readonly provider?: string | undefined
}
