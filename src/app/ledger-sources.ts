/** Where the rows lie that the ledger commits to. */
import { auditLedgerSource } from '../audit/index.ts'
import type { LedgerSource } from '../ledger/index.ts'
import { versionsByKey, versionsInOrder } from '../record/index.ts'

export const ledgerSources: readonly LedgerSource[] = [
  { kind: 'resource', read: versionsByKey, page: versionsInOrder },
  auditLedgerSource,
]
