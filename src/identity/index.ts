import type { MigrationFolder } from '../platform/postgres/migrations.ts'

export { actorReference, permissionsOf, requireActor, requirePermission } from './access.ts'
export type { Actor, Permission, PersonActor, Role } from './contract.ts'
export { accessEnded, createIdentity, type Identity, type IdentityDeps } from './identity.ts'
export {
  type IdentityEvent,
  type NewClient,
  type NewPerson,
  type Person,
  webClientId,
} from './model.ts'
export { identityPlugin } from './plugin.ts'
export { recordAccess, standsForPatients } from './record-access.ts'
export { identityRoutes } from './routes.ts'
export { requireRecentSignIn } from './step-up.ts'

export const identityMigrations: MigrationFolder = {
  domain: 'identity',
  directory: new URL('./migrations/', import.meta.url),
}
