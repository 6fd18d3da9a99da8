import fc from 'fast-check'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../tests/database.ts'
import type { Micros } from '../../kernel/time.ts'
import { systemClock } from '../../platform/clock.ts'
import { silentLog } from '../../platform/log.ts'
import { telemetryMigrations } from '../index.ts'
import { quality } from '../model.ts'
import { unfinishedChanges } from '../store/change-store.ts'
import { createTelemetry, type TelemetryStore } from '../telemetry.ts'
import { batchOf } from '../test-batch.ts'
import { createTelemetryChanges } from './changes.ts'
import { stretches } from './stretches.ts'

const start = Date.UTC(2026, 0, 1) * 1_000
const second = 1_000_000
const hour = 3_600 * second
const at = (us: number) => (start + us) as Micros
const by = { actor: 'Practitioner/n', reason: 'The beds were mixed up' }

describe('a change of telemetry', () => {
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
  const changesOver = (store: TelemetryStore) =>
    createTelemetryChanges({ db, telemetry: store, clock: systemClock, log: silentLog })
  const said = async (patient: string | null, device: string, metric = 'heart-rate') => {
    const series = telemetry.knownSeriesId(patient, device, metric)
    if (series === undefined) return []
    const all = await telemetry.reading.versions(series, 0, 2 ** 52)
    return Array.from(all.measuredAt, (time, i) => [
      ...[(time - start) / second, all.value[i], all.quality[i], all.received[i]],
    ])
  }
  const latest = (patient: string) => telemetry.latest(patient).map((one) => [one.series.device, one.value])

  /** Readings on two days with a correction and flags, part of them in blocks; and two waveform chunks. */
  async function measure(patient: string, device: string): Promise<void> {
    const series = await telemetry.seriesId(patient, device, 'heart-rate')
    const wave = await telemetry.seriesId(patient, device, 'ecg-ii')
    await telemetry.append(
      batchOf(Array.from({ length: 30 }, (_, i) => [series, start + i * second, 60 + i])),
    )
    await telemetry.append(batchOf([[series, start + 3 * second, 99, quality.artefact]]))
    await telemetry.compactOnce({ all: true })
    await telemetry.append(
      batchOf([
        [series, start + 4 * second, 98],
        [series, start + 5 * second, Number.NaN, quality.missing | quality.leadOff],
        [series, start + 30 * hour, 70, quality.estimated],
      ]),
    )
    await telemetry.appendWaveforms(
      [0, 10].map((s) => ({
        ...{ series: wave, receivedAt: at(s * second), startAt: at(s * second) },
        ...{ rateHz: 10, scale: 1, offset: 0, samples: new Int16Array(100).fill(s + 1) },
      })),
    )
  }

  it('withdraws what was entered in error, in [from, to) and of one device where it is named', async () => {
    await measure('e1', 'd1')
    await measure('e1', 'd2')
    const changes = changesOver(telemetry)
    const order = { patient: 'e1', metric: 'heart-rate', from: at(0), to: at(48 * hour), ...by }
    const change = await changes.enterInError({ ...order, device: 'd2', from: at(4 * second) })
    expect(change).toMatchObject({ state: 'done', readings: 27, device: 'd2', ...by })
    expect(latest('e1')).toEqual([['d1', 70]])
    const series = telemetry.knownSeriesId('e1', 'd2', 'heart-rate')!
    const { value } = await telemetry.range(series, at(0), at(48 * hour))
    expect([...value]).toEqual([60, 61, 62, 99])
    expect((await changes.enterInError(order)).readings).toBe(35)
    expect((await changes.enterInError(order)).readings).toBe(0)
    expect(latest('e1')).toEqual([])
    await expect(changes.enterInError({ ...order, metric: 'spo2' })).rejects.toThrow(
      /no reading of this metric/,
    )
  })

  it('moves readings with all that was said of them, and leaves nothing where they were', async () => {
    await measure('w1', 'm1')
    const before = await said('w1', 'm1')
    const news: number[] = []
    const stop = telemetry.onStored({ samples: ({ count }) => news.push(count) })
    const change = await changesOver(telemetry).reattribute({
      ...{ device: 'm1', fromPatient: 'w1', toPatient: 'r1', from: at(3 * second), to: at(31 * hour), ...by },
    })
    stop()
    expect(change).toMatchObject({ state: 'done', readings: 29 })
    expect(await said('r1', 'm1')).toEqual(before.slice(3))
    expect(latest('r1')).toEqual([['m1', 70]])
    expect(latest('w1')).toEqual([['m1', 62]])
    const wrong = (await said('w1', 'm1')).filter(
      (row) => row[2] === (quality.enteredInError | quality.missing),
    )
    expect(wrong).toHaveLength(28)
    expect(wrong.every((row) => Number.isNaN(row[1]))).toBe(true)
    const wave = (patient: string) =>
      telemetry.waveform(telemetry.knownSeriesId(patient, 'm1', 'ecg-ii')!, at(0), at(hour))
    expect((await wave('w1')).map((chunk) => chunk.samples[0])).toEqual([1])
    expect((await wave('r1')).map((chunk) => chunk.samples[0])).toEqual([11])
    expect(news).toEqual([])
  })

  it('moves back what was moved, and to the device alone', async () => {
    await measure('b1', 'm2')
    const changes = changesOver(telemetry)
    const all = { device: 'm2', from: at(0), to: at(31 * hour), ...by }
    const before = (await said('b1', 'm2')).at(-1)
    await changes.reattribute({ ...all, fromPatient: 'b1', toPatient: 'b2' })
    await changes.reattribute({ ...all, fromPatient: 'b2', toPatient: 'b1' })
    expect([latest('b1'), latest('b2')]).toEqual([[['m2', 70]], []])
    await changes.reattribute({ ...all, fromPatient: 'b1', toPatient: null })
    expect([latest('b1'), latest('b2')]).toEqual([[], []])
    expect((await said(null, 'm2')).at(-1)).toEqual(before)
  })

  it('comes to the same end wherever it is cut off, once it is resumed', async () => {
    await measure('c0', 'm3')
    const all = { device: 'm3', from: at(0), to: at(31 * hour), ...by }
    await changesOver(telemetry).reattribute({ ...all, fromPatient: 'c0', toPatient: 'whole' })
    const whole = await said('whole', 'm3')
    const left = await said('c0', 'm3')
    for (let step = 0; ; step++) {
      const [wrong, right] = [`wrong ${step}`, `right ${step}`]
      await measure(wrong, 'm3')
      let calls = 0
      const cut = <T extends unknown[]>(work: (...args: T) => Promise<void>) => {
        return async (...args: T) => {
          if (calls++ === step) throw new Error('cut off')
          await work(...args)
        }
      }
      const dying = {
        ...telemetry,
        ...{ restate: cut(telemetry.restate), restateWaveforms: cut(telemetry.restateWaveforms) },
      }
      const order = { ...all, fromPatient: wrong, toPatient: right, key: `move-${step}` }
      const outcome = await changesOver(dying)
        .reattribute(order)
        .catch((error: Error) => error.message)
      if (outcome !== 'cut off') {
        expect(step).toBe(4)
        break
      }
      expect(await unfinishedChanges(db)).toMatchObject([{ fromPatient: wrong, toPatient: right }])
      const resumed = changesOver(telemetry)
      expect(await resumed.resume()).toBe(1)
      expect(await resumed.resume()).toBe(0)
      expect(await resumed.reattribute(order)).toMatchObject({ state: 'done', key: `move-${step}` })
      expect(await said(right, 'm3')).toEqual(whole)
      expect(await said(wrong, 'm3')).toEqual(left)
    }
  })

  it('is not begun where there is nothing to move, and refused where nobody would change', async () => {
    const changes = changesOver(telemetry)
    const order = { device: 'none', from: at(0), to: at(hour), fromPatient: 'x', ...by }
    expect(await changes.reattribute({ ...order, toPatient: 'y' })).toBeUndefined()
    await expect(changes.reattribute({ ...order, toPatient: 'x' })).rejects.toThrow(/patient already/)
  })
})

describe('the stretches of a change', () => {
  it('hold every reading once, in order, and none more than fits or than the shortest must', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(10_000), { maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        async (times, readings) => {
          const count = async (from: number, to: number) => times.filter((t) => t >= from && t < to).length
          const found: number[] = []
          let before = 0
          for await (const [from, to] of stretches(count, 0, 10_001, { readings, shortestUs: 50 })) {
            expect(from).toBeGreaterThanOrEqual(before)
            before = to
            const inside = times.filter((t) => t >= from && t < to)
            expect(inside.length > 0 && (inside.length <= readings || to - from <= 50)).toBe(true)
            found.push(...inside)
          }
          expect(found.sort((a, b) => a - b)).toEqual([...times].sort((a, b) => a - b))
        },
      ),
    )
  })
})
