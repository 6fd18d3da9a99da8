import type { MigrationFolder } from '../platform/postgres/migrations.ts'

export const telemetryMigrations: MigrationFolder = {
  domain: 'telemetry',
  directory: new URL('./migrations/', import.meta.url),
}

export { createKeeping, type Keeping } from './keeping/keeping.ts'
export type { DerivedRows } from './keeping/model.ts'
export { keepingRoutes } from './keeping/routes.ts'
export { transferRoutes } from './keeping/transfer-routes.ts'
export { createLiveHub, type LiveHub } from './live/hub.ts'
export { liveRoutes } from './live/routes.ts'
export type { LiveWatch } from './live/session.ts'
export type {
  LatestValue,
  SampleBatch,
  Series,
  StoredListener,
  Telemetry,
  WaveformChunk,
} from './model.ts'
export { quality } from './model.ts'
export { withClocks } from './observation/clock-face.ts'
export { observationFace } from './observation/face.ts'
export { measurementFace } from './observation/measurement-face.ts'
export { type ObservationOperationsDeps, observationOperations } from './observation/operations.ts'
export { telemetryRoutes } from './routes.ts'
export { createTelemetry, type SeriesSpan, type TelemetryStore } from './telemetry.ts'
export { createTelemetryChanges, type TelemetryChanges } from './truth/changes.ts'
export { changesFace } from './truth/changes-face.ts'
export { withWithdrawal } from './truth/observation-update.ts'
export { truthRoutes } from './truth/routes.ts'
