import { Registry } from 'prom-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../tests/database.ts'
import { FakeClock, systemClock } from '../platform/clock.ts'
import { silentLog } from '../platform/log.ts'
import { telemetryMigrations } from './index.ts'
import { createTelemetry, type TelemetryStore } from './telemetry.ts'
import { batchOf } from './test-batch.ts'

const start = Date.UTC(2026, 0, 1) * 1_000

describe('telemetry', () => {
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
  const reopen = async () => {
    await telemetry.close()
    telemetry = await createTelemetry({ db, clock: systemClock, log: silentLog, metrics: new Registry() })
  }
  const all = async (series: number) => {
    const { measuredAt, value } = await telemetry.range(series, 0 as never, (2 ** 52) as never)
    return [...measuredAt].map((time, i) => [time - start, value[i]])
  }

  it('knows a newest value of -0 as that after a restart', async () => {
    const id = await telemetry.seriesId('p-zero', 'd', 'base-excess')
    await telemetry.append(batchOf([[id, start, -0]]))
    await telemetry.compactOnce({ all: true })
    await reopen()
    expect(telemetry.latest('p-zero').map((one) => one.value)).toEqual([-0])
  })

  it('keeps a series number for ever, and makes each once under a race', async () => {
    const ids = await Promise.all(
      Array.from({ length: 20 }, () => telemetry.seriesId('p1', 'd1', 'heart-rate')),
    )
    expect(new Set(ids).size).toBe(1)
    await reopen()
    expect(telemetry.knownSeriesId('p1', 'd1', 'heart-rate')).toBe(ids[0])
    expect(await telemetry.seriesId(null, 'd1', 'heart-rate')).not.toBe(ids[0])
  })

  it('stores a reading sent twice once, keeps the later of two values, and tells listeners only what is new', async () => {
    const series = await telemetry.seriesId('p2', 'd1', 'heart-rate')
    const told: number[] = []
    const stop = telemetry.onStored({
      samples: (batch) => told.push(...batch.value.subarray(0, batch.count)),
    })
    await telemetry.append(
      batchOf([
        [series, start, 70],
        [series, start, 70],
        [series, start + 1e6, 71],
      ]),
    )
    await telemetry.append(
      batchOf([
        [series, start, 70],
        [series, start + 1e6, 72],
      ]),
    )
    expect(await all(series)).toEqual([
      [0, 70],
      [1e6, 72],
    ])
    expect(told).toEqual([70, 71, 72])
    for (const step of [() => telemetry.compactOnce({ all: true }), reopen]) {
      await step()
      await telemetry.append(
        batchOf([
          [series, start, 70],
          [series, start + 1e6, 72],
        ]),
      )
      expect(await all(series)).toEqual([
        [0, 70],
        [1e6, 72],
      ])
    }
    stop()
    expect(told).toEqual([70, 71, 72])
    const versions = await telemetry.reading.versions(series, start + 1e6, start + 1e6 + 1)
    expect([...versions.value]).toEqual([71, 72])
  })

  it('answers the newest value of each metric across devices from memory, also after a restart', async () => {
    const one = await telemetry.seriesId('p3', 'd1', 'spo2')
    const two = await telemetry.seriesId('p3', 'd2', 'spo2')
    await telemetry.append(
      batchOf([
        [one, start + 5e6, 97],
        [two, start + 6e6, 96],
      ]),
    )
    await telemetry.compactOnce({ all: true })
    await telemetry.append(batchOf([[one, start + 7e6, 95]]))
    expect(telemetry.latest('p3').map((l) => [l.series.id, l.value])).toEqual([[one, 95]])
    await reopen()
    expect(telemetry.latest('p3').map((l) => [l.series.id, l.value])).toEqual([[one, 95]])
  })

  it('stores waveform chunks once and gives back what overlaps', async () => {
    const series = await telemetry.seriesId('p4', 'd1', 'ecg-ii')
    const chunk = (at: number, first: number) => ({
      series,
      startAt: (start + at) as never,
      receivedAt: (start + at + 1e6) as never,
      rateHz: 250,
      scale: 0.005,
      offset: -1,
      samples: Int16Array.from({ length: 250 }, (_, i) => first + i * 130),
    })
    await telemetry.appendWaveforms([chunk(0, -32768), chunk(1e6, 5)])
    await telemetry.appendWaveforms([chunk(1e6, 5), chunk(2e6, 7)])
    for (const step of [async () => {}, () => telemetry.compactOnce({ all: true }), reopen]) {
      await step()
      await telemetry.appendWaveforms([chunk(1e6, 5)])
      const found = await telemetry.waveform(series, (start + 1.5e6) as never, (start + 5e6) as never)
      expect(found.map((c) => c.startAt - start)).toEqual([1e6, 2e6])
      expect(found[0]).toMatchObject({
        rateHz: 250,
        scale: 0.005,
        offset: -1,
        samples: chunk(1e6, 5).samples,
      })
    }
  })

  it('refuses a batch of an unknown series or an impossible time, and takes nothing of it', async () => {
    const series = await telemetry.seriesId('p5', 'd1', 'spo2')
    await expect(
      telemetry.append(
        batchOf([
          [series, start, 1],
          [series, Number.NaN, 1],
        ]),
      ),
    ).rejects.toThrow('time')
    await expect(telemetry.append(batchOf([[series + 999, start, 1]]))).rejects.toThrow('unknown series')
    expect(await all(series)).toEqual([])
  })
})

describe('compaction', () => {
  it('waits until it is due', async () => {
    const db = await testDatabase([telemetryMigrations])
    const clock = new FakeClock()
    const telemetry = await createTelemetry({ db, clock, log: silentLog, metrics: new Registry() })
    const series = await telemetry.seriesId('p', 'd', 'spo2')
    await telemetry.append(batchOf([[series, start, 97]]))
    expect(await telemetry.compactOnce()).toEqual({ journalRows: 0, blocks: 0 })
    clock.advanceMs(61_000)
    expect(await telemetry.compactOnce()).toEqual({ journalRows: 1, blocks: 1 })
    await telemetry.close()
    await db.drop()
  })
})
