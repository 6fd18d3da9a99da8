export { type RecordChange, recordChanged } from './contract.ts'
export { type DateRange, dateRange } from './indexing/date-range.ts'
export {
  type FacePage,
  type Interaction,
  type RecordAccess,
  type RecordGiven,
  type ResourceFace,
  systemAccess,
  type VersionListener,
  type WrittenVersion,
} from './model.ts'
export { createRecord, type FhirRecord, type RecordDeps, recordMigrations } from './record.ts'
export { RecordRepository, type RepositoryOptions } from './repository.ts'
export { fhirErrorHandler } from './rest/errors.ts'
export { type RecordRoutesDeps, recordRoutes } from './routes.ts'
export { type VersionText, versionKey, versionsByKey, versionsInOrder } from './store/version-texts.ts'
