/**
 * A day of a reading a second as a thousand points that keep the peaks, cold: PostgreSQL was just started again and has
 * nothing in its buffers, and this process has nothing decoded; each series is asked for once. Compared with the lowest
 * and highest of as many stretches from a narrow indexed table of the same readings, as cold.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Registry } from 'prom-client'
import type { Micros } from '../src/kernel/time.ts'
import { systemClock } from '../src/platform/clock.ts'
import { silentLog } from '../src/platform/log.ts'
import { type Database, openDatabase } from '../src/platform/postgres/database.ts'
import { startEmbeddedPostgres } from '../src/platform/postgres/embedded.ts'
import { migrate } from '../src/platform/postgres/migrations.ts'
import { createTelemetry, telemetryMigrations } from '../src/telemetry/index.ts'
import { percentile, repeats, report } from './measuring/figure.ts'
import { loadReadings } from './measuring/many-readings.ts'

const patients = 6
const metricsEach = 10
const daySeconds = 86_400
const points = 1_000
/** `loadReadings` counts from now back; what it loads is this many seconds of each series. */
const readings = patients * metricsEach * daySeconds

async function fillTable(db: Database): Promise<void> {
  await db.query('CREATE TABLE reading (series int, at bigint, value float8, PRIMARY KEY (series, at))')
  const telemetry = await createTelemetry({ db, clock: systemClock, log: silentLog, metrics: new Registry() })
  for (const { id } of telemetry.allSeries()) {
    const { measuredAt, value } = await telemetry.range(id, 0 as Micros, (2 ** 52) as Micros)
    await db.query(
      'INSERT INTO reading SELECT $1, t, v FROM unnest($2::bigint[], $3::float8[]) AS r (t, v)',
      [id, [...measuredAt], [...value]],
    )
  }
  await telemetry.close()
  await db.query('VACUUM ANALYZE reading')
}

interface Times {
  readonly ours: number[]
  readonly table: number[]
}

async function askEach(db: Database, times: Times): Promise<void> {
  const telemetry = await createTelemetry({ db, clock: systemClock, log: silentLog, metrics: new Registry() })
  for (const { id } of telemetry.allSeries()) {
    const span = telemetry.spans(id)[0]!
    const to = (span.lastAt + 1) as Micros
    const from = (to - daySeconds * 1e6) as Micros
    let begin = performance.now()
    const found = await telemetry.downsampled(id, from, to, points)
    times.ours.push(performance.now() - begin)
    if (found.rawCount !== daySeconds) throw new Error(`${found.rawCount} readings of a day`)
    begin = performance.now()
    await db.query(
      `SELECT width_bucket(at, $2, $3, ${points / 5}) AS bucket, min(value), max(value), min(at), max(at)
       FROM reading WHERE series = $1 AND at >= $2 AND at < $3 GROUP BY 1 ORDER BY 1`,
      [id, from, to],
    )
    times.table.push(performance.now() - begin)
  }
  await telemetry.close()
}

const folder = await mkdtemp(join(tmpdir(), 'vitalwire-bench-'))
let server = await startEmbeddedPostgres(join(folder, 'postgres'))
try {
  const loading = openDatabase(server.url)
  await migrate(loading, [telemetryMigrations])
  await loadReadings(loading, { readings, patients })
  await fillTable(loading)
  await loading.close()
  const medians: Times = { ours: [], table: [] }
  for (const _ of repeats) {
    await server.stop()
    server = await startEmbeddedPostgres(join(folder, 'postgres'))
    const db = openDatabase(server.url)
    const times: Times = { ours: [], table: [] }
    await askEach(db, times)
    medians.ours.push(percentile(times.ours, 50))
    medians.table.push(percentile(times.table, 50))
    await db.close()
  }
  const table = report('day-as-1000-points-table', 'ms', medians.table)
  report('day-as-1000-points', 'ms', medians.ours, table)
} finally {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
}
