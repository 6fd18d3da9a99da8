import type { PurposeOfUse } from '../kernel/purpose.ts'
import type { Transaction } from '../platform/postgres/database.ts'

/** AuditEvent.action: create, read, update, delete, execute. */
export type AuditAction = 'C' | 'R' | 'U' | 'D' | 'E'

/** What kind of act; each has its AuditEvent.type and subtype, and its sentence for the patient. */
export type AuditKind =
  | 'read'
  | 'search'
  | 'write'
  | 'history'
  | 'export'
  | 'live'
  | 'alarm'
  | 'sign-in'
  | 'sign-out'
  | 'account'
  | 'consent'
  | 'break-glass'
  | 'device'
  | 'configuration'
  | 'erasure'

export interface AuditEntry {
  readonly kind: AuditKind
  readonly action: AuditAction
  readonly outcome: 'done' | 'refused' | 'failed'
  /** `Practitioner/…`, `Patient/…`, `RelatedPerson/…`, `Device/…`, `ClientApplication/…`, `system`; undefined: nobody signed in. */
  readonly actor?: string | undefined
  /** The app that acted in the person's name, where it is not our own. */
  readonly app?: string | undefined
  readonly purpose: PurposeOfUse
  /** Whose data. */
  readonly patients: readonly string[]
  /** References, or the path pattern of what was asked for; never free text of a record. */
  readonly what: readonly string[]
  /** Of a search: its parameters as sent. */
  readonly query?: string | undefined
  readonly address?: string | undefined
  readonly requestId?: string | undefined
  /** Why refused or failed; the reason of a broken glass. */
  readonly reason?: string | undefined
}

export interface AuditWriter {
  /** Resolves once it is durable: an answer with patient data waits for it. */
  write(entry: AuditEntry): Promise<void>
  /** Within the transaction that does what it reports. */
  writeIn(tx: Transaction, entries: readonly AuditEntry[]): Promise<void>
}
