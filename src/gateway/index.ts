import type { MigrationFolder } from '../platform/postgres/migrations.ts'

export { type DeviceHttps, type DeviceHttpsDeps, startDeviceHttps } from './adapters/http/device-https.ts'
export { type TelemetryHttpDeps, telemetryHttpRoutes } from './adapters/http/telemetry-routes.ts'
export { type MqttBroker, type MqttBrokerDeps, startMqttBroker } from './adapters/mqtt/broker.ts'
export {
  connectMqttBroker,
  type ExternalBroker,
  type ExternalBrokerDeps,
} from './adapters/mqtt/external-broker.ts'
export { decodeSenml } from './codecs/senml/decode.ts'
export type { QuarantineEntry } from './contract.ts'
export { createIngest, type IngestDeps } from './ingest.ts'
export type { DecodedReadings, Ingest, IngestOutcome } from './model.ts'
export { type GatewayProblemCode, gatewayProblem, gatewayProblemCodes } from './problems.ts'
export { createQuarantine, type Quarantine } from './quarantine.ts'
export { type GatewayRoutesDeps, gatewayRoutes } from './routes.ts'

export const gatewayMigrations: MigrationFolder = {
  domain: 'gateway',
  directory: new URL('./migrations/', import.meta.url),
}
