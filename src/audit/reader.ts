import type { Database } from '../platform/postgres/database.ts'
import type { AuditRow } from './row.ts'
import { type AuditFilter, actorsAround, countRows, findRows } from './store/audit-store.ts'

export interface AuditReader {
  find(
    filter: AuditFilter,
    page: { readonly ascending: boolean; readonly skip: number; readonly limit: number },
  ): Promise<AuditRow[]>
  count(filter: AuditFilter): Promise<number>
  /** Who appears in a patient's trail, most often first. */
  actorsAround(patient: string): Promise<readonly { readonly actor: string; readonly n: number }[]>
}

const mostActors = 200

export const createAuditReader = (db: Database): AuditReader => ({
  find: (filter, page) => findRows(db, filter, page),
  count: (filter) => countRows(db, filter),
  actorsAround: (patient) => actorsAround(db, patient, mostActors),
})
