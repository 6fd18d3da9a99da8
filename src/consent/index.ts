import type { MigrationFolder } from '../platform/postgres/migrations.ts'

export { type BreakGlassService, createBreakGlass } from './break-glass/break-glass.ts'
export { createEmergencySearch, nameOf } from './break-glass/find-patient.ts'
export { breakGlassRoutes } from './break-glass/routes.ts'
export { classify } from './classify.ts'
export { createDecisions } from './consents/decisions.ts'
export { createParties } from './consents/parties.ts'
export { consentRoutes } from './consents/routes.ts'
export { createDecisionPoint, type DecisionPoint, type DecisionPointDeps } from './decision-point.ts'
export { permitPlugin, requirePermit } from './plugin.ts'
export { wardRoutes } from './staff/routes.ts'
export { createWards } from './staff/wards.ts'

export const consentMigrations: MigrationFolder = {
  domain: 'consent',
  directory: new URL('./migrations/', import.meta.url),
}
