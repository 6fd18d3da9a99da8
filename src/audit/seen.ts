import type { AuditRow } from './row.ts'

/**
 * An entry as one of several patients in it may see it: that it was, who and when; of the others nothing. What was asked
 * for and the query may name them, so both go where there are others.
 */
export function seenFor(row: AuditRow, own: readonly string[]): AuditRow {
  const patients = row.patients.filter((patient) => own.includes(patient))
  if (patients.length === row.patients.length) return row
  const what = row.what.filter((one) => one.startsWith('/') || !one.includes('/'))
  return { ...row, patients, what, query: undefined }
}
