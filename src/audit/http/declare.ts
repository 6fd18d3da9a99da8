/** Every route says in its options what it gives out; a server with a route that does not say so does not start. */
import type { AuditAction, AuditKind } from '../model.ts'

export type RouteAudit =
  | {
      /** Every answer is an entry: the patient of `/api/patients/:id/…`, or whose the handler says by `gave`. */
      readonly gives: 'patient-data'
      readonly kind?: AuditKind
      readonly action?: AuditAction
      /** A screen asks this every few seconds: the same look of the same session is one entry in five minutes. */
      readonly polled?: boolean
    }
  /** Nothing of a patient. Every change is an entry; looks are none. */
  | { readonly gives: 'configuration' | 'account'; readonly kind?: AuditKind; readonly action?: AuditAction }
  /** Never an entry. */
  | { readonly gives: 'nothing'; readonly because: string }

declare module 'fastify' {
  interface FastifyContextConfig {
    audit?: RouteAudit
  }
}

interface Declared {
  readonly config: { readonly audit: RouteAudit }
}
type Over = Omit<Extract<RouteAudit, { gives: 'patient-data' }>, 'gives'>

export const patientData = (over: Over = {}): Declared => ({
  config: { audit: { gives: 'patient-data', ...over } },
})
export const configuration = (kind: AuditKind = 'configuration', action?: AuditAction): Declared => ({
  config: { audit: { gives: 'configuration', kind, ...(action ? { action } : {}) } },
})
export const account = (kind: AuditKind = 'account', action?: AuditAction): Declared => ({
  config: { audit: { gives: 'account', kind, ...(action ? { action } : {}) } },
})
export const nothing = (because: string): Declared => ({ config: { audit: { gives: 'nothing', because } } })
