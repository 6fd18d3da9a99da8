/**
 * The victim of `crash.test.ts`: appends readings and says which are acknowledged, until it is killed.
 * Arguments: database URL, first reading. Prints `from to` (half-open) after each acknowledgement.
 */
import { writeSync } from 'node:fs'
import { Registry } from 'prom-client'
import { systemClock } from '../platform/clock.ts'
import { silentLog } from '../platform/log.ts'
import { openDatabase } from '../platform/postgres/database.ts'
import { crashTime, crashValue } from './crash-reading.ts'
import { createTelemetry } from './telemetry.ts'
import { batchOf } from './test-batch.ts'

const [url, first] = process.argv.slice(2) as [string, string]
const db = openDatabase(url, { maxConnections: 4 })
const telemetry = await createTelemetry({ db, clock: systemClock, log: silentLog, metrics: new Registry() })
const series = await telemetry.seriesId('p', 'd', 'spo2')

async function compactForEver(): Promise<never> {
  for (;;) await telemetry.compactOnce({ all: true })
}
compactForEver().catch((error: Error) => writeSync(2, `${error.stack}\n`))

async function send(from: number, to: number): Promise<void> {
  const readings = Array.from({ length: to - from }, (_, i) => from + i)
  await telemetry.append(batchOf(readings.map((n) => [series, crashTime(n), crashValue(n)])))
  writeSync(1, `${from} ${to}\n`)
}

/** Each sender has every fourth stretch of readings, so that several flushes are always on their way. */
async function sender(lane: number): Promise<void> {
  for (let stretch = lane; ; stretch += 4) {
    const from = Number(first) + stretch * 20
    await send(from, from + 1 + (stretch % 20))
  }
}
await Promise.all([0, 1, 2, 3].map(sender))
