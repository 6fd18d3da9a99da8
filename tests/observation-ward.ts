/** Documents and telemetry on one database behind the FHIR interface, for tests of what a client sees. */
import type { Bundle, Observation, Resource } from '@medplum/fhirtypes'
import Fastify from 'fastify'
import { Registry } from 'prom-client'
import type { Micros } from '../src/kernel/time.ts'
import { createBus } from '../src/platform/bus.ts'
import { type Clock, systemClock } from '../src/platform/clock.ts'
import { silentLog } from '../src/platform/log.ts'
import type { Database } from '../src/platform/postgres/database.ts'
import { systemRandom } from '../src/platform/random.ts'
import {
  createRecord,
  type RecordAccess,
  recordMigrations,
  recordRoutes,
  systemAccess,
} from '../src/record/index.ts'
import {
  createTelemetry,
  measurementFace,
  observationFace,
  observationOperations,
  telemetryMigrations,
} from '../src/telemetry/index.ts'
import { testDatabase } from './database.ts'

export const publicUrl = 'http://ward.test'

export async function observationWard() {
  const db = await testDatabase([recordMigrations, telemetryMigrations])
  let aheadUs = 0
  let access: RecordAccess = systemAccess
  const statements: string[] = []
  const watched: Database = {
    ...db,
    query: (text, values, options) => {
      statements.push(text)
      return db.query(text, values, options)
    },
  }
  const clock: Clock = { ...systemClock, now: () => (systemClock.now() + aheadUs) as Micros }
  const bus = createBus((_topic, error) => {
    throw error
  })
  const record = await createRecord({ db, bus, clock, random: systemRandom, log: silentLog })
  const telemetry = await createTelemetry({ db: watched, clock, log: silentLog, metrics: new Registry() })
  record.addFace(observationFace({ telemetry, clock }))
  record.addFace(measurementFace({ telemetry, clock }))
  const app = Fastify()
  const shared = { log: silentLog, publicUrl: () => publicUrl }
  await app.register(recordRoutes({ ...shared, record, accessOf: () => access }))
  await app.register(
    observationOperations({
      ...shared,
      telemetry,
      clock,
      access: () => access,
      search: (request, by) => record.repository(by).searchResources<Observation>(request as never),
    }),
  )
  const get = async <T extends Resource = Bundle>(path: string) => {
    const url = path.startsWith(publicUrl) ? path.slice(publicUrl.length) : `/fhir/R4/${path}`
    const response = await app.inject({ method: 'GET', url })
    return { status: response.statusCode, json: response.json() as T }
  }
  return {
    telemetry,
    clock,
    get,
    repository: record.repository(systemAccess),
    /** Statements of telemetry so far; emptied by who counts. */
    statements,
    actAs(other: RecordAccess) {
      access = other
    },
    /** Lets the clock go on. */
    pass(us: number) {
      aheadUs += us
    },
    /** Every entry of a search, page after page. */
    async all(path: string, betweenPages: () => Promise<unknown> = async () => {}): Promise<Resource[]> {
      const found: Resource[] = []
      for (let url: string | undefined = path; url !== undefined; ) {
        const { status, json }: { status: number; json: Bundle } = await get(url)
        if (status !== 200) throw new Error(`${url} answered ${status}: ${JSON.stringify(json)}`)
        found.push(...(json.entry ?? []).map((entry) => entry.resource!))
        url = json.link?.find(({ relation }) => relation === 'next')?.url
        if (url !== undefined) await betweenPages()
      }
      return found
    },
    async close() {
      await app.close()
      await telemetry.close()
      await db.drop()
    },
  }
}
