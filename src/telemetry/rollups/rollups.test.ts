import fc from 'fast-check'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../tests/database.ts'
import { systemClock } from '../../platform/clock.ts'
import { silentLog } from '../../platform/log.ts'
import { quality, telemetryMigrations } from '../index.ts'
import { createTelemetry, type TelemetryStore } from '../telemetry.ts'
import { batchOf } from '../test-batch.ts'
import { readDownsampled } from './read-downsampled.ts'
import { columnNames, hourUs, minuteUs, type Rollups } from './rollup.ts'
import { rollUp } from './summarise.ts'
import { bandsOfMetric } from './write-rollups.ts'

const start = Date.UTC(2026, 0, 1, 21) * 1_000
const bands = bandsOfMetric('glucose')
const plain = (all: Rollups) => ({
  ...Object.fromEntries(columnNames.map((name) => [name, [...all[name]]])),
  bands: all.bands.map((band) => [...band]),
})

describe('roll-ups as they are kept', () => {
  let db: TestDatabase
  let telemetry: TelemetryStore
  beforeAll(async () => {
    db = await testDatabase([telemetryMigrations])
    telemetry = await createTelemetry({ db, clock: systemClock, log: silentLog, metrics: new Registry() })
  })
  afterAll(async () => {
    await telemetry.close()
    await db.drop()
  })

  /** Runs of readings: some a second apart, which are worth minutes, some five minutes, which are not. */
  const run = fc.record({
    at: fc.integer({ min: 0, max: 8 * 3_600 }),
    stepS: fc.constantFrom(1, 5, 300),
    length: fc.integer({ min: 1, max: 200 }),
    value: fc.integer({ min: 40, max: 300 }),
    bits: fc.constantFrom(0, 0, 0, quality.enteredInError),
  })
  const step = fc.record({ runs: fc.array(run, { minLength: 1, maxLength: 3 }), compact: fc.boolean() })

  it('answer what the readings would, wherever these lie and whatever came late or was corrected', async () => {
    let device = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: -60, max: 9 * 3_600 }),
        fc.integer({ min: 1, max: 9 * 3_600 }),
        async (steps, fromS, lengthS) => {
          const id = await telemetry.seriesId('p', `d${device++}`, 'glucose')
          for (const { runs, compact } of steps) {
            const rows = runs.flatMap(({ at, stepS, length, value, bits }) =>
              Array.from(
                { length },
                (_, i) => [id, start + (at + i * stepS) * 1e6 + 7, value + (i % 9), bits] as const,
              ),
            )
            await telemetry.append(batchOf(rows))
            if (compact) await telemetry.compactOnce({ all: true })
          }
          const from = start + fromS * 1e6
          const to = from + lengthS * 1e6
          const raw = await telemetry.reading.versions(id, from, to)
          for (const width of [minuteUs, hourUs] as const) {
            const rolled = await telemetry.reading.rollups(id, width, from, to, bands)
            expect(plain(rolled)).toEqual(plain(rollUp(raw, width, bands)))
          }
        },
      ),
      { numRuns: 40 },
    )
  }, 60_000)

  it('cover blocks that were made before there were roll-ups', async () => {
    const id = await telemetry.seriesId('p', 'older', 'glucose')
    const rows = Array.from({ length: 3_600 }, (_, i) => [id, start + i * 1e6, 100 + (i % 50)] as const)
    await telemetry.append(batchOf(rows))
    await telemetry.compactOnce({ all: true })
    const before = await telemetry.reading.rollups(id, hourUs, start, start + hourUs, bands)
    for (const table of ['telemetry_rollup_hour', 'telemetry_rollup_minute']) {
      await db.query(`DELETE FROM ${table} WHERE series = $1`, [id])
    }
    await db.query('UPDATE telemetry_block SET rolled = false WHERE series = $1', [id])
    for (const width of [minuteUs, hourUs] as const) {
      const found = await telemetry.reading.rollups(id, width, start, start + hourUs, bands)
      expect(found.readings.reduce((a, b) => a + b, 0)).toBe(3_600)
    }
    await telemetry.compactOnce()
    const after = await telemetry.reading.rollups(id, hourUs, start, start + hourUs, bands)
    expect(plain(after)).toEqual(plain(before))
  })

  it('keep what an hour came to whose readings retention deleted, whatever comes late', async () => {
    const id = await telemetry.seriesId('p', 'deleted', 'heart-rate')
    const rows = Array.from({ length: 600 }, (_, i) => [id, start + i * 1e6, 60 + (i % 20)] as const)
    await telemetry.append(batchOf(rows))
    await telemetry.compactOnce({ all: true })
    await db.query('DELETE FROM telemetry_block WHERE series = $1', [id])
    await telemetry.append(batchOf([[id, start + 900e6, 200]]))
    await telemetry.compactOnce({ all: true })
    const hour = await telemetry.reading.rollups(id, hourUs, start, start + hourUs, [])
    expect([hour.readings[0], hour.max[0]]).toEqual([600, 79])
  })

  it('draw a month of seconds with its one-second peak', async () => {
    const id = await telemetry.seriesId('p', 'month', 'heart-rate')
    const days = 30
    for (let day = 0; day < days; day++) {
      const rows = Array.from({ length: 8_640 }, (_, i) => {
        const at = start + day * 24 * hourUs + i * 10e6
        return [id, at, day === 17 && i === 4_000 ? 212 : 70 + (i % 7)] as const
      })
      await telemetry.append(batchOf(rows))
    }
    await telemetry.compactOnce({ all: true })
    const to = start + days * 24 * hourUs
    const found = await readDownsampled(telemetry.reading, [id], start, to, 1_000)
    expect(found.rawCount).toBe(days * 8_640)
    expect(found.measuredAt.length).toBeLessThanOrEqual(1_000)
    const peak = [...found.value].indexOf(212)
    const truth = start + 17 * 24 * hourUs + 40_000e6
    expect(found.measuredAt[peak]).toBe(truth)
    expect([...found.value].some(Number.isNaN)).toBe(false)
  })
})
