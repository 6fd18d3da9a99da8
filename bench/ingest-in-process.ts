/**
 * Durable ingest in this process, against what one would do without Vitalwire: `COPY` of the same batches into a narrow
 * table with its (series, time) index, on the same server in the same run. Every batch waits for its own commit.
 *
 *   node bench/ingest-in-process.ts [seconds a run, default 2]
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client, Connection, Submittable } from 'pg'
import { Registry } from 'prom-client'
import { systemClock } from '../src/platform/clock.ts'
import { silentLog } from '../src/platform/log.ts'
import { type Database, openDatabase } from '../src/platform/postgres/database.ts'
import { startEmbeddedPostgres } from '../src/platform/postgres/embedded.ts'
import { migrate } from '../src/platform/postgres/migrations.ts'
import { createTelemetry, type SampleBatch, telemetryMigrations } from '../src/telemetry/index.ts'
import { repeats, report } from './measuring/figure.ts'

const batchSize = 5_000
const seriesCount = 8_000
const startUs = Date.UTC(2026, 0, 1) * 1_000

/** Readings as devices send them: each series one a second, whole numbers and tenths. */
function createSource(seriesIds: Uint32Array) {
  let next = 0
  return (): SampleBatch => {
    const batch = {
      count: batchSize,
      series: new Uint32Array(batchSize),
      measuredAt: new Float64Array(batchSize),
      receivedAt: new Float64Array(batchSize),
      value: new Float64Array(batchSize),
      quality: new Uint8Array(batchSize),
    }
    for (let i = 0; i < batchSize; i++, next++) {
      const lane = next % seriesCount
      const second = Math.floor(next / seriesCount)
      batch.series[i] = seriesIds[lane]!
      batch.measuredAt[i] = startUs + second * 1_000_000 + lane * 13
      batch.receivedAt[i] = batch.measuredAt[i]! + 180_000
      const wave = 72 + 8 * Math.sin((second + lane) / 17)
      batch.value[i] = lane % 4 === 0 ? Math.round(wave * 10) / 10 : Math.round(wave)
    }
    return batch
  }
}

async function rate(
  seconds: number,
  inFlight: number,
  store: (lane: number) => Promise<void>,
): Promise<number> {
  const begin = performance.now()
  let batches = 0
  const lanes = Array.from({ length: inFlight }, async (_, lane) => {
    while (performance.now() - begin < seconds * 1_000) {
      await store(lane)
      batches++
    }
  })
  await Promise.all(lanes)
  return (batches * batchSize) / ((performance.now() - begin) / 1_000)
}

const copySignature = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
const tupleBytes = 2 + 4 + 4 + 4 + 8 + 4 + 8 + 4 + 8 + 4 + 2

function encodeBinaryCopy(batch: SampleBatch): Buffer {
  const out = Buffer.allocUnsafe(copySignature.length + batch.count * tupleBytes + 2)
  let at = copySignature.copy(out)
  for (let i = 0; i < batch.count; i++) {
    at = out.writeInt16BE(5, at)
    at = out.writeInt32BE(batch.series[i]!, out.writeInt32BE(4, at))
    at = out.writeBigInt64BE(BigInt(batch.measuredAt[i]!), out.writeInt32BE(8, at))
    at = out.writeBigInt64BE(BigInt(batch.receivedAt[i]!), out.writeInt32BE(8, at))
    at = out.writeDoubleBE(batch.value[i]!, out.writeInt32BE(8, at))
    at = out.writeInt16BE(batch.quality[i]!, out.writeInt32BE(2, at))
  }
  out.writeInt16BE(-1, at)
  return out
}

interface CopyConnection extends Connection {
  sendCopyFromChunk(chunk: Buffer): void
  endCopyFrom(): void
}

/** COPY through the driver's own protocol, in one statement that commits by itself. */
function copyIn(client: Client, rows: Buffer): Promise<void> {
  return new Promise((done, fail) => {
    let failure: Error | undefined
    const copy = {
      submit(connection: Connection) {
        connection.query('COPY reading FROM STDIN (FORMAT binary)')
      },
      handleCopyInResponse(connection: CopyConnection) {
        connection.sendCopyFromChunk(rows)
        connection.endCopyFrom()
      },
      handleCommandComplete() {},
      handleError(error: Error) {
        failure = error
      },
      handleReadyForQuery() {
        if (failure) fail(failure)
        else done()
      },
    }
    client.query(copy as unknown as Submittable)
  })
}

async function benchCopy(db: Database, seconds: number, inFlight: number) {
  await db.query('DROP TABLE IF EXISTS reading')
  await db.query(
    `CREATE TABLE reading (series int, measured_at bigint, received_at bigint, value float8, quality smallint,
       PRIMARY KEY (series, measured_at))`,
  )
  const clients = await Promise.all(Array.from({ length: inFlight }, () => db.connect()))
  const source = createSource(Uint32Array.from({ length: seriesCount }, (_, i) => i + 1))
  const found = await rate(seconds, inFlight, (lane) => copyIn(clients[lane]!, encodeBinaryCopy(source())))
  const [size] = await db.query<{ bytes: number; rows: number }>(
    "SELECT pg_total_relation_size('reading') AS bytes, count(*) AS rows FROM reading",
  )
  await Promise.all(clients.map((client) => client.end()))
  return { rate: found, bytes: size!.bytes / size!.rows }
}

const inFlight = 16
const seconds = Number(process.argv[2] ?? 2)
const folder = await mkdtemp(join(tmpdir(), 'vitalwire-bench-'))
const server = await startEmbeddedPostgres(join(folder, 'postgres'))
try {
  const db = openDatabase(server.url)
  await migrate(db, [telemetryMigrations])
  const telemetry = await createTelemetry({ db, clock: systemClock, log: silentLog, metrics: new Registry() })
  const ids = Uint32Array.from(
    await Promise.all(
      Array.from({ length: seriesCount }, (_, i) =>
        telemetry.seriesId(`p${i >> 3}`, `d${i >> 3}`, `m${i & 7}`),
      ),
    ),
  )
  const source = createSource(ids)
  const rates = { copy: [] as number[], ours: [] as number[] }
  let copyBytes = 0
  for (const _ of repeats) {
    const copied = await benchCopy(db, seconds, inFlight)
    rates.copy.push(copied.rate)
    copyBytes = copied.bytes
    rates.ours.push(await rate(seconds, inFlight, () => telemetry.append(source())))
  }
  const copy = report('copy-indexed', '1/s', rates.copy)
  report('ingest-in-process', '1/s', rates.ours, copy)
  await telemetry.compactOnce({ all: true })
  const [size] = await db.query<{ bytes: number; readings: number }>(
    "SELECT pg_total_relation_size('telemetry_block') AS bytes, sum(readings)::bigint AS readings FROM telemetry_block",
  )
  const copied = report('copy-indexed-bytes-per-reading', 'B', [copyBytes])
  report('bytes-per-regular-reading', 'B', [size!.bytes / size!.readings], copied)
  await telemetry.close()
  await db.close()
} finally {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
}
