import type { LedgerEntry } from '../ledger/model.ts'
import type { Database } from '../platform/postgres/database.ts'
import { type AuditKey, type AuditRow, auditId, contentOf, parseAuditId } from './row.ts'
import { type AuditFilter, actorsAround, countRows, findRows } from './store/audit-store.ts'

export interface AuditReader {
  find(
    filter: AuditFilter,
    page: { readonly ascending: boolean; readonly skip: number; readonly limit: number },
  ): Promise<AuditRow[]>
  count(filter: AuditFilter): Promise<number>
  /** Who appears in a patient's trail, most often first. */
  actorsAround(patient: string): Promise<readonly { readonly actor: string; readonly n: number }[]>
  /** Every row as the ledger committed to it, oldest first; `after` is the last key of the page before. */
  contents(after: string | undefined, limit: number): Promise<LedgerEntry[]>
}

const mostActors = 200

export const ledgerEntryOf = (row: AuditRow): LedgerEntry => ({
  kind: 'audit',
  key: `AuditEvent/${auditId(row)}`,
  patients: row.patients,
  content: contentOf(row),
  atUs: row.atUs,
})

const keyOf = (key: string): AuditKey | undefined => parseAuditId(key.replace(/^AuditEvent\//, ''))

export const createAuditReader = (db: Database): AuditReader => ({
  find: (filter, page) => findRows(db, filter, page),
  count: (filter) => countRows(db, filter),
  actorsAround: (patient) => actorsAround(db, patient, mostActors),
  async contents(after, limit) {
    const key = after === undefined ? undefined : keyOf(after)
    const rows = await findRows(db, key ? { after: key } : {}, { ascending: true, skip: 0, limit })
    return rows.map(ledgerEntryOf)
  },
})
