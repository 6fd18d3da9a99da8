import type { MigrationFolder } from '../platform/postgres/migrations.ts'

export {
  createDeviceCertificates,
  type DeviceCertificates,
  type DeviceCertificatesDeps,
} from './certificates/certificates.ts'
export { createDeviceTls, type DeviceTls } from './certificates/device-tls.ts'
export { enrolmentRoutes } from './certificates/enrolment-routes.ts'
export { deviceIdentityRoutes } from './certificates/identity-routes.ts'
export { countWanting } from './certificates/metrics.ts'
export type { DeviceCertificate, DeviceIdentityEvent } from './certificates/model.ts'
export type { Peer } from './certificates/peer.ts'
export type { ClockedDelivery, DeviceClocks } from './clock/clocks.ts'
export { beginOf } from './clock/epochs.ts'
export type { StoredEpoch } from './clock/store.ts'
export type {
  AssociationsView,
  DeviceChange,
  DeviceRegistration,
  DeviceView,
  IssuedCredential,
  ProfileView,
} from './contract.ts'
export type { ChangedBy } from './corrections.ts'
export type { Association, Device, DevicePresence, DeviceRegistry, Devices } from './model.ts'
export { devicesProblem, devicesRefusal } from './problems.ts'
export { profileOf, profiles } from './profiles/index.ts'
export type { LoadedProfile, ProfileMetric } from './profiles/profile.ts'
export { createDevices, type DevicesDeps } from './registry.ts'

export const devicesMigrations: MigrationFolder = {
  domain: 'devices',
  directory: new URL('./migrations/', import.meta.url),
}
