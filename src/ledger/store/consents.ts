/** Leaves of Consents, in their order, and how far the chain was told of them. */
import type { Queryable } from '../../platform/postgres/database.ts'
import { type EntryRow, entryColumns, type KeptEntry, keptEntry } from './entries.ts'

export async function consentCursor(db: Queryable): Promise<number> {
  const [row] = await db.query<{ leaf: number }>('SELECT leaf FROM ledger_consent_cursor')
  return row?.leaf ?? -1
}

export async function moveConsentCursor(db: Queryable, leaf: number): Promise<void> {
  await db.query('UPDATE ledger_consent_cursor SET leaf = $1', [leaf])
}

export async function consentEntries(db: Queryable, after: number, limit: number): Promise<KeptEntry[]> {
  const rows = await db.query<EntryRow>(
    `SELECT ${entryColumns} FROM ledger_entry WHERE kind = 'resource' AND key >= 'Consent/' AND key < 'Consent0' AND leaf > $1
     ORDER BY leaf LIMIT $2`,
    [after, limit],
  )
  return rows.map(keptEntry)
}

/** The first version of the same Consent; undefined where it was erased. */
export async function firstOf(db: Queryable, key: string): Promise<KeptEntry | undefined> {
  const [row] = await db.query<EntryRow>(
    `SELECT ${entryColumns} FROM ledger_entry WHERE kind = 'resource' AND key = $1 ORDER BY leaf LIMIT 1`,
    [key.replace(/_history\/\d+$/, '_history/1')],
  )
  return row && keptEntry(row)
}
