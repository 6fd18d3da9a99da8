import type { Client } from 'pg'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../tests/database.ts'
import { systemClock } from '../platform/clock.ts'
import { silentLog } from '../platform/log.ts'
import { createTelemetry, type TelemetryStore, telemetryMigrations } from './index.ts'
import { batchOf } from './test-batch.ts'

const start = Date.UTC(2026, 0, 1) * 1_000

describe('when the database fails', () => {
  let db: TestDatabase
  let telemetry: TelemetryStore
  let series: number
  let reachable = true
  beforeAll(async () => {
    db = await testDatabase([telemetryMigrations])
    const connect = async (): Promise<Client> => {
      if (!reachable) throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })
      return db.connect()
    }
    telemetry = await createTelemetry({
      db: { ...db, connect },
      clock: systemClock,
      log: silentLog,
      metrics: new Registry(),
      giveUpMs: 200,
      pendingLimitBytes: 10_000,
    })
    series = await telemetry.seriesId('p', 'd', 'spo2')
  })
  afterAll(async () => {
    await telemetry.close()
    await db.drop()
  })
  const endWriter = () =>
    db.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'vitalwire-writer' AND datname = current_database()`,
    )
  const stored = async () => [...(await telemetry.range(series, 0 as never, (2 ** 52) as never)).value]

  it('goes on by itself on a new connection, and stores each reading once', async () => {
    for (let i = 0; i < 30; i++) {
      const appended = telemetry.append(batchOf([[series, start + i, i]]))
      if (i % 5 === 0) await endWriter()
      await appended
    }
    expect(await stored()).toEqual(Array.from({ length: 30 }, (_, i) => i))
  })

  it('refuses what it cannot make durable, and takes it again when the database is back', async () => {
    reachable = false
    await endWriter()
    const batch = batchOf([[series, start + 1_000, 77]])
    await expect(telemetry.append(batch)).rejects.toMatchObject({
      problem: { code: 'telemetry-not-durable', status: 503 },
    })
    expect(await stored()).not.toContain(77)
    reachable = true
    await telemetry.append(batch)
    expect(await stored()).toContain(77)
  })

  it('refuses more than memory may hold while it waits, and says so', async () => {
    reachable = false
    await endWriter()
    const rows = Array.from({ length: 300 }, (_, i) => [series, start + 2_000 + i, i] as const)
    const first = telemetry.append(batchOf(rows))
    expect(telemetry.pending()).toEqual({ samples: 300, bytes: 8_700 })
    await expect(telemetry.append(batchOf(rows))).rejects.toMatchObject({
      problem: { code: 'telemetry-overloaded', status: 503 },
    })
    reachable = true
    await first
    expect(telemetry.pending()).toEqual({ samples: 0, bytes: 0 })
    expect(await stored()).toHaveLength(331)
  })

  it('writes what waits when it is closed, and takes no more', async () => {
    const last = telemetry.append(batchOf([[series, start + 9_000, 1]]))
    await telemetry.close()
    await last
    await expect(telemetry.append(batchOf([[series, start + 9_001, 1]]))).rejects.toMatchObject({
      problem: { code: 'telemetry-closed' },
    })
  })
})
