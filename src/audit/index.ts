import type { MigrationFolder } from '../platform/postgres/migrations.ts'

export { type Audit, type AuditDeps, createAudit } from './create-audit.ts'

export { auditFace } from './face/face.ts'
export { account, configuration, nothing, patientData, type RouteAudit } from './http/declare.ts'
export { actedAs, gave, gaveNothing } from './http/disclosure.ts'
export type { Who } from './http/entries.ts'
export { type AuditPluginDeps, auditPlugin } from './http/plugin.ts'
export { createRepeats } from './http/repeats.ts'
export { type AuditSight, auditRoutes } from './http/routes.ts'
export type { NamedPerson, People } from './http/view.ts'
export { auditLedgerSource } from './ledger-source.ts'
export type { AuditEntry, AuditKind, AuditWriter } from './model.ts'
export { createRecordAudit, givenOf, type RecordAudit } from './record-audit.ts'

export const auditMigrations: MigrationFolder = {
  domain: 'audit',
  directory: new URL('./migrations/', import.meta.url),
}
