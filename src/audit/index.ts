import type { MigrationFolder } from '../platform/postgres/migrations.ts'

export { type Audit, type AuditDeps, createAudit } from './create-audit.ts'

export const auditMigrations: MigrationFolder = {
  domain: 'audit',
  directory: new URL('./migrations/', import.meta.url),
}
