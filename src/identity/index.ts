export { actorReference, permissionsOf, requireActor, requirePermission, visiblePatients } from './access.ts'
export type { Actor, Permission, Role } from './contract.ts'
