import { Registry } from 'prom-client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../tests/database.ts'
import { FakeClock } from '../../platform/clock.ts'
import { silentLog } from '../../platform/log.ts'
import { telemetryMigrations } from '../index.ts'
import { rollupRows } from '../rollups/rollup-rows.ts'
import { createTelemetry, type TelemetryStore } from '../telemetry.ts'
import { batchOf } from '../test-batch.ts'
import { classOf, retentionClasses } from './classes.ts'
import { createHolds } from './holds.ts'
import type { DerivedRows } from './model.ts'
import { createRetention, type Retention } from './retention.ts'
import { readDeletions } from './store/deletion-store.ts'

const day = 86_400_000_000
const hour = 3_600_000_000
const start = Date.UTC(2026, 0, 1) * 1_000
const everything = [0 as never, (2 ** 52) as never] as const

it.each([
  ['ecg-ii', 1, 'waveform'],
  ['ecg-ii', 0, 'waveform'],
  ['heart-rate', 0, 'vital-sign'],
  ['heart-rate', 1, 'waveform'],
  ['body-weight', 0, 'home-measurement'],
  ['glucose', 0, 'home-measurement'],
  ['steps', 0, 'home-measurement'],
  ['news2', 0, 'score'],
  ['room-temperature', 0, 'environment'],
  ['battery-level', 0, 'technical'],
  ['never-heard-of', 0, 'other'],
] as const)('%s of kind %i is kept as %s', (metric, kind, expected) => {
  expect(classOf(metric, kind)).toBe(expected)
  expect(retentionClasses.map(({ id }) => id)).toContain(expected)
})

describe('retention', () => {
  let db: TestDatabase
  let telemetry: TelemetryStore
  let retention: Retention
  let deleted: number
  const clock = new FakeClock(start)
  const open = async (derived?: DerivedRows) => {
    telemetry = await createTelemetry({ db, clock, log: silentLog, metrics: new Registry() })
    retention = createRetention({
      db,
      clock,
      log: silentLog,
      derived: derived ?? rollupRows,
      memory: telemetry.memory,
      allSeries: () => telemetry.allSeries(),
      deleted: (readings) => {
        deleted += readings
      },
    })
  }
  beforeEach(async () => {
    db = await testDatabase([telemetryMigrations])
    deleted = 0
    await open()
  })
  afterEach(async () => {
    await telemetry.close()
    await db.drop()
  })
  /** A reading an hour, for so many days up to now. */
  const fill = async (series: number, days: number) => {
    const rows = Array.from(
      { length: days * 24 },
      (_, i) => [series, clock.now() - (i + 1) * hour, i] as const,
    )
    await telemetry.append(batchOf(rows))
    await telemetry.compactOnce({ all: true })
  }
  const count = async (series: number) => (await telemetry.range(series, ...everything)).measuredAt.length

  it('deletes whole blocks beyond the limit, keeps the others and every other class, and logs what went', async () => {
    const battery = await telemetry.seriesId('p1', 'd1', 'battery-level')
    const pulse = await telemetry.seriesId('p1', 'd1', 'heart-rate')
    for (const series of [battery, pulse]) await fill(series, 100)
    expect(await retention.run()).toEqual({ blocks: 240, readings: 240 })
    expect(await retention.run()).toEqual({ blocks: 0, readings: 0 })
    expect([await count(battery), await count(pulse), deleted]).toEqual([90 * 24, 100 * 24, 240])
    expect(telemetry.spans(battery)[0]!.firstAt).toBe(clock.now() - 90 * day)
    const [row] = await readDeletions(db, 'p1', 10)
    expect(row).toMatchObject({
      ...{ series: battery, metric: 'battery-level', kind: 0, why: 'retention', readings: 240 },
      ...{ from: clock.now() - 100 * day, to: clock.now() - 90 * day - hour, deletedAt: clock.now() },
    })
    await telemetry.close()
    await open()
    expect(telemetry.spans(battery)[0]!.firstAt).toBe(clock.now() - 90 * day)
  })

  it('obeys what an administrator set, null for ever, and says who set it', async () => {
    const pulse = await telemetry.seriesId('p1', 'd1', 'heart-rate')
    await fill(pulse, 10)
    await retention.set('vital-sign', 3, 'Practitioner/a')
    await retention.set('vital-sign', null, 'Practitioner/b')
    expect((await retention.run()).blocks).toBe(0)
    await retention.set('vital-sign', 3, 'Practitioner/c')
    expect((await retention.run()).blocks).toBe(7 * 24)
    expect((await retention.limits()).find((limit) => limit.class === 'vital-sign')).toEqual({
      ...{ class: 'vital-sign', days: 3, changedAt: clock.now(), changedBy: 'Practitioner/c' },
    })
  })

  it('takes readings that are older than their class is kept, and deletes them with the next run', async () => {
    const battery = await telemetry.seriesId('p1', 'd1', 'battery-level')
    await fill(battery, 1)
    await telemetry.append(batchOf([[battery, clock.now() - 200 * day, 50]]))
    expect((await retention.run()).blocks).toBe(0)
    expect(await count(battery)).toBe(25)
    await telemetry.compactOnce({ all: true })
    expect((await retention.run()).readings).toBe(1)
    expect(await count(battery)).toBe(24)
  })

  it('forgets the latest value where everything went, and takes the same reading again as new', async () => {
    const battery = await telemetry.seriesId('p1', 'd1', 'battery-level')
    const old = clock.now() - 91 * day
    await telemetry.append(batchOf([[battery, old, 50]]))
    await telemetry.compactOnce({ all: true })
    expect(telemetry.latest('p1')).toHaveLength(1)
    await retention.run()
    expect([telemetry.latest('p1'), telemetry.spans(battery)]).toEqual([[], []])
    await telemetry.append(batchOf([[battery, old, 51]]))
    expect(telemetry.latest('p1')[0]!.value).toBe(51)
  })

  it('leaves alone what is under a legal hold, in its period alone where it has one, until it is lifted', async () => {
    const holds = createHolds({ db, clock })
    const whole = await telemetry.seriesId('held', 'd1', 'battery-level')
    const partly = await telemetry.seriesId('partly', 'd2', 'battery-level')
    for (const series of [whole, partly]) await fill(series, 100)
    const order = { reason: 'inquiry', by: 'Practitioner/a' }
    await holds.place({ ...order, patient: 'held', from: null, to: null })
    const from = clock.now() - 95 * day
    const hold = await holds.place({ ...order, patient: 'partly', from, to: from + 6 * hour })
    await retention.run()
    expect([await count(whole), await count(partly)]).toEqual([2_400, 90 * 24 + 6])
    await holds.lift(hold.id, 'Practitioner/b', 'closed')
    await retention.run()
    expect([await count(whole), await count(partly)]).toEqual([2_400, 90 * 24])
    await expect(holds.lift(hold.id, 'Practitioner/b', 'again')).rejects.toThrow('lifted already')
    await expect(holds.lift(999, 'Practitioner/b', 'none')).rejects.toThrow('no such hold')
  })

  it('tells what is made from blocks of every block that went, and of summaries beyond their own limit unless held', async () => {
    await telemetry.close()
    const told: { blocks: number; before: number[]; series: number[] } = { blocks: 0, before: [], series: [] }
    await open({
      ...rollupRows,
      async blocksDeleted(_tx, keys) {
        told.blocks += keys.length
      },
      async deleteBefore(_tx, series, before) {
        told.before.push(before)
        told.series.push(...series)
        return series.map((id) => ({
          ...{ series: id, kind: 2, firstAt: before - day, lastAt: before },
          ...{ blocks: 1, readings: 24, bytes: 100 },
        }))
      },
    })
    const [free, held] = await Promise.all(
      ['free', 'held'].map((patient) => telemetry.seriesId(patient, 'd1', 'battery-level')),
    )
    for (const series of [free!, held!]) await fill(series, 100)
    const order = { patient: 'held', from: clock.now(), to: null, reason: 'inquiry', by: 'Practitioner/a' }
    await createHolds({ db, clock }).place(order)
    await retention.run()
    expect(told).toEqual({ blocks: 480, before: [], series: [] })
    await retention.set('rollups', 30, 'Practitioner/a')
    await retention.run()
    expect(told).toMatchObject({ before: [clock.now() - 90 * day], series: [free] })
    expect(await readDeletions(db, 'free', 10)).toMatchObject([{ kind: 2 }, { kind: 0, readings: 240 }])
  })

  it('deletes waveforms by their own class, whatever the metric', async () => {
    const ecg = await telemetry.seriesId('p1', 'd1', 'ecg-ii')
    const chunk = { series: ecg, receivedAt: clock.now(), rateHz: 10, scale: 1, offset: 0 }
    const samples = Int16Array.from([1, 2, 3])
    for (const startAt of [clock.now() - 15 * day, clock.now() - 13 * day]) {
      await telemetry.appendWaveforms([{ ...chunk, startAt: startAt as never, samples }])
    }
    await telemetry.compactOnce({ all: true })
    expect(await retention.run()).toEqual({ blocks: 1, readings: 1 })
    expect(await telemetry.waveform(ecg, ...everything)).toHaveLength(1)
    expect(telemetry.spans(ecg)).toMatchObject([{ kind: 'waveform', firstAt: clock.now() - 14 * day }])
  })
})
