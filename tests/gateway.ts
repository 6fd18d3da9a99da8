import { Registry } from 'prom-client'
import { createDevices, type DeviceRegistry, devicesMigrations } from '../src/devices/index.ts'
import {
  createIngest,
  createQuarantine,
  gatewayMigrations,
  type Ingest,
  type Quarantine,
} from '../src/gateway/index.ts'
import type { Micros } from '../src/kernel/time.ts'
import { type Clock, systemClock } from '../src/platform/clock.ts'
import { silentLog } from '../src/platform/log.ts'
import type { Database } from '../src/platform/postgres/database.ts'
import { systemRandom } from '../src/platform/random.ts'
import { testDatabase } from './database.ts'
import { MemoryTelemetry } from './memory-telemetry.ts'

export interface TestGateway {
  readonly db: Database
  readonly devices: DeviceRegistry
  readonly telemetry: MemoryTelemetry
  readonly quarantine: Quarantine
  readonly ingest: Ingest
  readonly clock: Clock
  /** A registered device with a credential, on a patient since 2001 where one is named. */
  device(id: string, profile: string, patient?: string): Promise<{ username: string; password: string }>
  close(): Promise<void>
}

/** Registry, quarantine and pipeline over a database of its own, with telemetry in memory. */
export async function testGateway(clock: Clock = systemClock): Promise<TestGateway> {
  const db = await testDatabase([devicesMigrations, gatewayMigrations])
  const log = silentLog
  const publishDevice = async () => {}
  const moveReadings = async () => {}
  const common = { db, clock, log }
  const devices = await createDevices({ ...common, random: systemRandom, publishDevice, moveReadings })
  const quarantine = await createQuarantine({ db, clock, log })
  const telemetry = new MemoryTelemetry()
  const ingest = createIngest({ devices, telemetry, quarantine, clock, log, metrics: new Registry() })
  return {
    ...{ db, devices, telemetry, quarantine, ingest, clock },
    async device(id, profile, patient) {
      await devices.register({ id, name: id, profile })
      if (patient) await devices.associate(id, patient, (Date.UTC(2001, 0, 1) * 1_000) as Micros)
      return devices.issueCredential(id)
    },
    async close() {
      await quarantine.close()
      await devices.close()
      await db.drop()
    },
  }
}
