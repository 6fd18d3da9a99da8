/** A record on a fresh database, and its HTTP face, for tests. */
import Fastify, { type FastifyInstance } from 'fastify'
import { type TestDatabase, testDatabase } from '../../../tests/database.ts'
import { only } from '../../kernel/patient-filter.ts'
import { grantPermit } from '../../kernel/permit.ts'
import { type Bus, createBus } from '../../platform/bus.ts'
import { FakeClock } from '../../platform/clock.ts'
import { silentLog } from '../../platform/log.ts'
import { systemRandom } from '../../platform/random.ts'
import { type RecordAccess, systemAccess, type VersionListener } from '../model.ts'
import { createRecord, type FhirRecord, recordMigrations } from '../record.ts'
import { recordRoutes } from '../routes.ts'

export interface TestRecord {
  readonly record: FhirRecord
  readonly db: TestDatabase
  readonly bus: Bus
  readonly clock: FakeClock
  readonly app: FastifyInstance
  /** Who the next requests come from. */
  actAs(access: RecordAccess): void
  close(): Promise<void>
}

export const publicUrl = 'http://ward.test'

export async function testRecord(onVersions?: VersionListener): Promise<TestRecord> {
  const db = await testDatabase([recordMigrations])
  const bus = createBus((name, error) => {
    throw new Error(`listener of ${name} failed`, { cause: error })
  })
  const clock = new FakeClock()
  const record = await createRecord({
    db,
    bus,
    clock,
    random: systemRandom,
    log: silentLog,
    ...(onVersions && { onVersions }),
  })
  let access = systemAccess
  const app = Fastify({ bodyLimit: 1024 })
  await app.register(
    recordRoutes({
      record,
      accessOf: () => access,
      publicUrl: () => publicUrl,
      log: silentLog,
      graphql: true,
    }),
  )
  return {
    ...{ record, db, bus, clock, app },
    actAs(other) {
      access = other
    },
    async close() {
      await app.close()
      await db.drop()
    },
  }
}

/** A patient who may read and search everything of their own. */
export const patientAccess = (id: string): RecordAccess => ({
  ...grantPermit({
    actor: `Patient/${id}`,
    purpose: 'PATRQT',
    filter: only([id]),
    seesUnassigned: false,
  }),
  allows: (_type, interaction) => interaction === 'read' || interaction === 'search',
})
