export { type LedgerKeys, loadLedgerKeys } from './keys.ts'
export { createLedger, type Ledger, type LedgerDeps, ledgerMigrations } from './ledger.ts'
export type { LedgerEntry, LedgerKind, LedgerRow, LedgerSource, LedgerWriter } from './model.ts'
