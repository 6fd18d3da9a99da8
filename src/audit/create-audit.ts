import { type AuditReader, createAuditReader } from './reader.ts'
import { type AuditWriterDeps, createAuditWriter, type GroupedAuditWriter } from './writer.ts'

export type AuditDeps = AuditWriterDeps

export interface Audit extends GroupedAuditWriter, AuditReader {}

export const createAudit = (deps: AuditDeps): Audit => ({
  ...createAuditWriter(deps),
  ...createAuditReader(deps.db),
})
