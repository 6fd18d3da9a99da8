/**
 * The newest value of each of eight metrics of 1,000 patients, as a ward board asks for it, a minute of readings at 1 Hz
 * behind each. Compared with asking a narrow indexed table of the same readings.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Registry } from 'prom-client'
import { systemClock } from '../src/platform/clock.ts'
import { silentLog } from '../src/platform/log.ts'
import { type Database, openDatabase } from '../src/platform/postgres/database.ts'
import { startEmbeddedPostgres } from '../src/platform/postgres/embedded.ts'
import { migrate } from '../src/platform/postgres/migrations.ts'
import { createTelemetry, telemetryMigrations } from '../src/telemetry/index.ts'
import { repeats, report } from './measuring/figure.ts'

const patients = 1_000
const metrics = 8
const startUs = Date.UTC(2026, 0, 1) * 1_000

async function measure(db: Database): Promise<void> {
  await migrate(db, [telemetryMigrations])
  const telemetry = await createTelemetry({ db, clock: systemClock, log: silentLog, metrics: new Registry() })
  const ids = await Promise.all(
    Array.from({ length: patients * metrics }, (_, i) => {
      const p = Math.floor(i / metrics)
      return telemetry.seriesId(`p${p}`, `d${p}`, `m${i % metrics}`)
    }),
  )
  const count = ids.length
  const series = Uint32Array.from(ids)
  const received = new Float64Array(count)
  for (let second = 0; second < 60; second++) {
    const measuredAt = new Float64Array(count).fill(startUs + second * 1e6)
    const value = Float64Array.from(ids, (id) => (id + second) % 97)
    const quality = new Uint8Array(count)
    await telemetry.append({ count, series, measuredAt, receivedAt: received.fill(startUs), value, quality })
  }
  await db.query('CREATE TABLE reading (series int, at bigint, value float8, PRIMARY KEY (series, at))')
  await db.query(
    `INSERT INTO reading SELECT s, t, (s + t) % 97 FROM unnest($1::int[]) AS s, generate_series(0, 59) AS t`,
    [ids],
  )
  await db.query('ANALYZE reading')
  const ours: number[] = []
  const asked: number[] = []
  for (const _ of repeats) {
    let begin = performance.now()
    let found = 0
    for (let p = 0; p < patients; p++) found += telemetry.latest(`p${p}`).length
    ours.push(performance.now() - begin)
    begin = performance.now()
    const rows = await db.query(
      `SELECT s.series, r.value FROM unnest($1::int[]) AS s (series)
       CROSS JOIN LATERAL (SELECT value FROM reading WHERE series = s.series ORDER BY at DESC LIMIT 1) r`,
      [ids],
    )
    asked.push(performance.now() - begin)
    if (found !== rows.length) throw new Error(`${found} values here, ${rows.length} there`)
  }
  report('latest-1000-patients', 'ms', ours, report('latest-1000-patients-table', 'ms', asked))
  await telemetry.close()
}

const folder = await mkdtemp(join(tmpdir(), 'vitalwire-bench-'))
const server = await startEmbeddedPostgres(join(folder, 'postgres'))
const db = openDatabase(server.url)
try {
  await measure(db)
} finally {
  await db.close()
  await server.stop()
  await rm(folder, { recursive: true, force: true })
}
