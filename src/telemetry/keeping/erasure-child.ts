/**
 * The victim of `erasure.test.ts`: begins to erase a patient, says so, and goes on until it is killed.
 * Arguments: database URL, patient.
 */
import { writeSync } from 'node:fs'
import { Registry } from 'prom-client'
import { systemClock } from '../../platform/clock.ts'
import { silentLog } from '../../platform/log.ts'
import { openDatabase } from '../../platform/postgres/database.ts'
import { rollupRows } from '../rollups/rollup-rows.ts'
import { createTelemetry } from '../telemetry.ts'
import { createErasure } from './erasure.ts'

const [url, patient] = process.argv.slice(2) as [string, string]
const db = openDatabase(url, { maxConnections: 4 })
const telemetry = await createTelemetry({ db, clock: systemClock, log: silentLog, metrics: new Registry() })
const erasure = createErasure({
  ...{ db, clock: systemClock, log: silentLog, derived: rollupRows, memory: telemetry.memory },
  compactAll: () => telemetry.compactOnce({ all: true }),
  deleted: (readings) => writeSync(1, `deleted ${readings}\n`),
})
const begun = await erasure.begin({ patient, reason: 'asked for it', by: 'Practitioner/a' })
writeSync(1, 'begun\n')
await erasure.run(begun)
// Its idle connections keep it alive for some seconds: to be killed with nothing left to do is one of the moments.
