/** The audit's rows as the ledger committed to them. */
import type { LedgerEntry, LedgerSource } from '../ledger/model.ts'
import { type AuditKey, type AuditRow, auditId, contentOf, parseAuditId } from './row.ts'
import { findRows } from './store/audit-store.ts'

export const ledgerEntryOf = (row: AuditRow): LedgerEntry => ({
  kind: 'audit',
  key: `AuditEvent/${auditId(row)}`,
  patients: row.patients,
  content: contentOf(row),
  atUs: row.atUs,
})

const keyOf = (key: string): AuditKey | undefined => parseAuditId(key.replace(/^AuditEvent\//, ''))

export const auditLedgerSource: LedgerSource = {
  kind: 'audit',
  async read(db, keys) {
    const ids = keys.map(keyOf).filter((key) => key !== undefined)
    const page = { ascending: true, skip: 0, limit: keys.length }
    return ids.length === 0 ? [] : (await findRows(db, { ids }, page)).map(ledgerEntryOf)
  },
  async page(db, after, limit) {
    const key = after === undefined ? undefined : keyOf(after)
    const rows = await findRows(db, key ? { after: key } : {}, { ascending: true, skip: 0, limit })
    return rows.map(ledgerEntryOf)
  },
}
