/**
 * What a reading takes on disk after compaction, indexes and roll-ups included, of what real bedside monitors measured:
 * every numerics record of the BIDMC set (a reading a second) and of MIMIC (a reading a minute), each at its own cadence,
 * stored as it arrives. Compared with a narrow table of the same readings with its (series, time) index. And what a
 * sample of a real ECG takes (MIT-BIH), every one read back and compared.
 *
 * Needs the recordings named by VITALWIRE_RECORDINGS.
 */
import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Registry } from 'prom-client'
import type { Micros } from '../src/kernel/time.ts'
import { FakeClock } from '../src/platform/clock.ts'
import { silentLog } from '../src/platform/log.ts'
import { type Database, openDatabase } from '../src/platform/postgres/database.ts'
import { startEmbeddedPostgres } from '../src/platform/postgres/embedded.ts'
import { migrate } from '../src/platform/postgres/migrations.ts'
import { readRecording } from '../src/replay/index.ts'
import { createTelemetry, type TelemetryStore, telemetryMigrations } from '../src/telemetry/index.ts'
import { report } from './measuring/figure.ts'

const startUs = Date.UTC(2026, 0, 1) * 1_000
const latencyUs = 180_000
const leadSeconds = 1

type Row = readonly [series: number, measuredAt: number, value: number]

interface Loaded {
  readonly db: Database
  readonly clock: FakeClock
  readonly telemetry: TelemetryStore
}

/**
 * One bed after the other, each with all recordings of the set end to end, beginning at another one: hours as long as a
 * bed's are, and enough of them that a table's fixed pages do not count.
 */
async function rowsOf({ telemetry }: Loaded, files: readonly string[], beds: number): Promise<Row[]> {
  const recordings = await Promise.all(files.map((file) => readRecording(file)))
  const rows: Row[] = []
  for (let bed = 0; bed < beds; bed++) {
    let beganS = 0
    for (let turn = 0; turn < recordings.length; turn++) {
      const { numbers } =
        recordings[(turn + Math.floor((bed * recordings.length) / beds)) % recordings.length]!
      let endS = beganS
      for (const { signal, timesS, values } of numbers) {
        const id = await telemetry.seriesId(`p${bed}`, `d${bed}`, signal)
        for (let i = 0; i < values.length; i++) {
          const atS = beganS + timesS[i]!
          endS = Math.max(endS, atS)
          if (Number.isFinite(values[i]!)) rows.push([id, startUs + Math.round(atS * 1e6), values[i]!])
        }
      }
      beganS = endS + everyS(numbers[0]?.timesS)
    }
  }
  return rows.sort((a, b) => a[1] - b[1])
}

const everyS = (timesS: Float64Array | undefined): number => (timesS?.[1] ?? 1) - (timesS?.[0] ?? 0)

/** Second by second, as devices send; an hour goes into blocks when it is over, as hours do that are not today's. */
async function storeLive({ telemetry, clock }: Loaded, rows: readonly Row[]): Promise<void> {
  for (const second of Map.groupBy(rows, (row) => Math.floor(row[1] / 1e6)).values()) {
    clock.advanceMs(Math.max(0, (second.at(-1)![1] + latencyUs - clock.now()) / 1_000))
    const stored = telemetry.append({
      count: second.length,
      series: Uint32Array.from(second, (row) => row[0]),
      measuredAt: Float64Array.from(second, (row) => row[1]),
      receivedAt: new Float64Array(second.length).fill(clock.now()),
      value: Float64Array.from(second, (row) => row[2]),
      quality: new Uint8Array(second.length),
    })
    await stored
  }
  await telemetry.compactOnce({ all: true })
}

const sizeOf = async (db: Database, tables: readonly string[]): Promise<number> => {
  let bytes = 0
  for (const table of tables) {
    await db.query(`VACUUM ${table}`)
    const [row] = await db.query<{ bytes: number }>(`SELECT pg_total_relation_size('${table}') AS bytes`)
    bytes += row!.bytes
  }
  return bytes
}

async function numerics(loaded: Loaded, id: string, files: readonly string[], beds: number): Promise<void> {
  const { db } = loaded
  const rows = await rowsOf(loaded, files, beds)
  await storeLive(loaded, rows)
  const tables = ['telemetry_block', 'telemetry_rollup_hour', 'telemetry_rollup_minute']
  const bytes = await sizeOf(db, tables)
  for (const table of tables)
    console.error(
      table,
      (await sizeOf(db, [table])) / rows.length,
      await db.query(
        `select count(*), avg(octet_length(payload))::int a, pg_relation_size('${table}') heap, pg_indexes_size('${table}') idx from ${table}`,
      ),
    )
  await db.query(
    'CREATE TABLE reading (series int, at bigint, received_at bigint, value float8, PRIMARY KEY (series, at))',
  )
  await db.query(
    `INSERT INTO reading SELECT s, t, t + ${latencyUs}, v FROM unnest($1::int[], $2::bigint[], $3::float8[]) AS r (s, t, v)
     ON CONFLICT DO NOTHING`,
    [0, 1, 2].map((column) => rows.map((row) => row[column])),
  )
  const table = report(`${id}-table`, 'B', [(await sizeOf(db, ['reading'])) / rows.length])
  report(id, 'B', [bytes / rows.length], table)
}

async function ecg({ db, telemetry, clock }: Loaded, files: readonly string[]): Promise<void> {
  let samples = 0
  for (const [patient, file] of files.entries()) {
    const { waves } = await readRecording(file)
    for (const [lead, wave] of waves.entries()) {
      const series = await telemetry.seriesId(`e${patient}`, `e${patient}`, `ecg-${lead}`)
      const step = Math.round(wave.rateHz * leadSeconds)
      const chunks = []
      for (let at = 0; at < wave.samples.length; at += step) {
        const startAt = (startUs + Math.round((wave.startS + at / wave.rateHz) * 1e6)) as Micros
        const { rateHz, scale, offset } = wave
        const piece = wave.samples.subarray(at, at + step)
        chunks.push({ series, startAt, receivedAt: clock.now(), rateHz, scale, offset, samples: piece })
      }
      await telemetry.appendWaveforms(chunks)
      await telemetry.compactOnce({ all: true })
      const back = await telemetry.waveform(series, 0 as Micros, (2 ** 52) as Micros)
      const joined = back.flatMap((chunk) => [...chunk.samples])
      if (joined.length !== wave.samples.length || joined.some((one, i) => one !== wave.samples[i])) {
        throw new Error(`${file}: what was read back is not what was stored`)
      }
      samples += wave.samples.length
    }
  }
  report('bytes-per-ecg-sample', 'B', [(await sizeOf(db, ['telemetry_wave_block'])) / samples])
}

async function fresh(url: string, name: string, work: (loaded: Loaded) => Promise<void>): Promise<void> {
  const admin = openDatabase(url, { maxConnections: 1 })
  await admin.query(`CREATE DATABASE ${name}`)
  await admin.close()
  const own = new URL(url)
  own.pathname = `/${name}`
  const db = openDatabase(own.href)
  await migrate(db, [telemetryMigrations])
  const clock = new FakeClock(startUs as Micros)
  const telemetry = await createTelemetry({ db, clock, log: silentLog, metrics: new Registry() })
  await work({ db, clock, telemetry })
  await telemetry.close()
  await db.close()
}

const recordings = process.env['VITALWIRE_RECORDINGS'] ?? ''
const filesIn = (folder: string, pattern: RegExp): string[] => {
  const path = join(recordings, folder)
  return existsSync(path)
    ? readdirSync(path, { recursive: true, encoding: 'utf8' })
        .filter((name) => pattern.test(name))
        .sort()
        .map((name) => join(path, name))
    : []
}
const bidmc = filesIn('02-bedside/bidmc', /_Numerics\.csv$/)
const mimic = filesIn('02-bedside/mimic_multisegment', /\dn\.hea$/)
const mitdb = filesIn('01-ecg/mitdb', /\.hea$/).slice(0, 8)

if (bidmc.length > 0 && mitdb.length > 0) {
  const folder = await mkdtemp(join(tmpdir(), 'vitalwire-bench-'))
  const server = await startEmbeddedPostgres(join(folder, 'postgres'))
  try {
    await fresh(server.url, 'bidmc', (loaded) => numerics(loaded, 'bytes-per-reading', bidmc, 12))
    await fresh(server.url, 'mimic', (loaded) => numerics(loaded, 'bytes-per-minutely-reading', mimic, 400))
    await fresh(server.url, 'mitdb', (loaded) => ecg(loaded, mitdb))
  } finally {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
} else process.stdout.write('left out: VITALWIRE_RECORDINGS names no folder with the recordings\n')
