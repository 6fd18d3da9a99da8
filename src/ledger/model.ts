import type { Queryable, Transaction } from '../platform/postgres/database.ts'

export type LedgerKind = 'resource' | 'audit'

/** What a leaf commits to. Consents are resources; their versions are leaves like any other's. */
export interface LedgerEntry {
  readonly kind: LedgerKind
  /** Names the row: `Patient/1/_history/3`, `AuditEvent/a-…`. */
  readonly key: string
  /** Whose data it is: their salts go when they are erased. */
  readonly patients: readonly string[]
  /** The stored text, byte for byte. A leaf holds only a salted commitment to it. */
  readonly content: string
  /** When the row says it was written, µs since 1970. */
  readonly atUs: number
}

export interface LedgerWriter {
  /** Within the transaction that writes the row itself: either both are there afterwards, or neither. */
  commit(tx: Transaction, entries: readonly LedgerEntry[]): Promise<void>
}

/** A row as the database holds it now, with what its leaf committed to. */
export type LedgerRow = Omit<LedgerEntry, 'kind'>

/** Where rows of one kind lie. What `commit` was given of a row, `read` gives back for as long as nobody changes it. */
export interface LedgerSource {
  readonly kind: LedgerKind
  /** Those of them that there are, in any order. */
  read(db: Queryable, keys: readonly string[]): Promise<readonly LedgerRow[]>
  /** All rows, each once, in an order of its own: the page that comes after that key. */
  page(db: Queryable, after: string | undefined, limit: number): Promise<readonly LedgerRow[]>
}
