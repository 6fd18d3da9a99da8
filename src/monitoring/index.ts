export { createMonitoring, type MonitoringDeps } from './create-monitoring.ts'
export type { Census, CensusEntry, Monitoring } from './model.ts'
export { monitoringRoutes } from './routes.ts'

export const monitoringMigrations = {
  domain: 'monitoring',
  directory: new URL('./migrations/', import.meta.url),
} as const
