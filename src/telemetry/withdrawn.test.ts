import { parseSearchRequest } from '@medplum/core'
import type { Observation } from '@medplum/fhirtypes'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../tests/database.ts'
import { systemPermit } from '../kernel/permit.ts'
import type { Micros } from '../kernel/time.ts'
import { systemClock } from '../platform/clock.ts'
import { silentLog } from '../platform/log.ts'
import { systemAccess } from '../record/model.ts'
import { observationFace, telemetryMigrations } from './index.ts'
import { quality } from './model.ts'
import { observationId } from './observation/ids.ts'
import { permittedTelemetry } from './permitted.ts'
import { createTelemetry, type TelemetryStore } from './telemetry.ts'
import { batchOf } from './test-batch.ts'
import { readTrend } from './trend.ts'

const start = Date.UTC(2026, 0, 1) * 1_000
const second = 1_000_000
const withdrawn = quality.enteredInError

describe('a withdrawn reading', () => {
  let db: TestDatabase
  let telemetry: TelemetryStore
  const open = () => createTelemetry({ db, clock: systemClock, log: silentLog, metrics: new Registry() })
  beforeAll(async () => {
    db = await testDatabase([telemetryMigrations])
    telemetry = await open()
  })
  afterAll(async () => {
    await telemetry.close()
    await db.drop()
  })
  const reopen = async () => {
    await telemetry.close()
    telemetry = await open()
  }
  const rest: Readonly<Record<string, () => Promise<unknown>>> = {
    'in the journal': async () => {},
    'in blocks': () => telemetry.compactOnce({ all: true }),
    'in the journal, after a restart': reopen,
    'in blocks, after a restart': () => telemetry.compactOnce({ all: true }).then(reopen),
  }
  const face = () => observationFace({ telemetry, clock: systemClock })
  const all = async (series: number) => {
    const { measuredAt, value } = await telemetry.range(series, 0 as Micros, (2 ** 52) as Micros)
    return [...measuredAt].map((time, i) => [(time - start) / second, value[i]])
  }
  const latest = (patient: string) =>
    telemetry.latest(patient).map(({ measuredAt, value }) => [(measuredAt - start) / second, value])
  const statuses = async (query: string) => {
    const page = { skip: 0, limit: 100 }
    const found = await face().search(parseSearchRequest(`Observation?${query}`), systemAccess, page)
    return (found.resources as Observation[]).map((one) => one.status)
  }

  for (const [where, settle] of Object.entries(rest)) {
    it(`is left out of ranges, trends and newest values, and reads as entered-in-error, ${where}`, async () => {
      const patient = `p ${where}`
      const series = await telemetry.seriesId(patient, 'd1', 'heart-rate')
      await telemetry.append(batchOf([0, 1, 2, 3].map((i) => [series, start + i * second, 70 + i])))
      await settle()
      const wrong = [1, 3, 2].map((i) => [series, start + i * second, 70 + i, withdrawn] as const)
      await telemetry.append(batchOf(wrong.slice(0, 2)))
      await settle()
      expect(latest(patient)).toEqual([[2, 72]])
      expect(await all(series)).toEqual([
        [0, 70],
        [2, 72],
      ])
      await telemetry.append(batchOf(wrong.slice(2)))
      await settle()
      expect(latest(patient)).toEqual([[0, 70]])
      const query = { patient, metric: 'heart-rate', from: start, to: start + 10 * second, points: 100 }
      expect((await readTrend(permittedTelemetry(telemetry, systemPermit), query)).values).toEqual([70])
      const id = observationId({ kind: 'reading', series, at: start + 3 * second })
      const history = (await face().history(id, systemAccess)) as Observation[]
      expect(history.map((one) => [one.status, one.valueQuantity?.value])).toEqual([
        ['entered-in-error', 73],
        ['final', 73],
      ])
      const subject = `subject=Patient/${encodeURIComponent(patient)}`
      expect(await statuses(`${subject}&_sort=date`)).toEqual(['final', ...Array(3).fill('entered-in-error')])
      expect(await statuses(`${subject}&status=entered-in-error`)).toHaveLength(3)
      expect(await statuses(`${subject}&status:not=entered-in-error`)).toEqual(['final'])
    })
  }

  it('stays withdrawn when its device sends it again, and comes back with another value or by command', async () => {
    const series = await telemetry.seriesId('again', 'd1', 'heart-rate')
    await telemetry.append(batchOf([[series, start, 70]]))
    await telemetry.append(batchOf([[series, start, 70, withdrawn]]))
    await telemetry.append(batchOf([[series, start, 70]]))
    await telemetry.compactOnce({ all: true })
    await telemetry.append(batchOf([[series, start, 70]]))
    expect(await all(series)).toEqual([])
    expect(latest('again')).toEqual([])
    await telemetry.append(batchOf([[series, start, 71]]))
    expect(await all(series)).toEqual([[0, 71]])
    await telemetry.append(batchOf([[series, start, 71, withdrawn]]))
    await telemetry.restate(batchOf([[series, start, 70]]))
    expect(await all(series)).toEqual([[0, 70]])
    expect(latest('again')).toEqual([[0, 70]])
  })

  it('is no news to listeners, and neither is what a command says', async () => {
    const series = await telemetry.seriesId('told', 'd1', 'heart-rate')
    const told: number[] = []
    const stop = telemetry.onStored({
      samples: (batch) => told.push(...batch.value.subarray(0, batch.count)),
    })
    await Promise.all([
      telemetry.append(batchOf([[series, start, 70]])),
      telemetry.append(batchOf([[series, start + second, 71, withdrawn]])),
      telemetry.restate(batchOf([[series, start + 2 * second, 72]])),
      telemetry.append(batchOf([[series, start + 3 * second, 73]])),
    ])
    stop()
    expect(told).toEqual([70, 73])
    expect(await all(series)).toEqual([
      [0, 70],
      [2, 72],
      [3, 73],
    ])
  })

  it('is a chunk without samples where it is a waveform, whatever piece of it is asked for', async () => {
    const series = await telemetry.seriesId('wave', 'd1', 'ecg-ii')
    const form = { series, receivedAt: start as Micros, rateHz: 100, scale: 1, offset: 0 }
    const chunks = [0, 10].map((at) => ({
      ...form,
      startAt: (start + at * second) as Micros,
      samples: new Int16Array(1_000).fill(at),
    }))
    const empty = { ...chunks[0]!, samples: new Int16Array(0) }
    const told: number[] = []
    const stop = telemetry.onStored({ waveforms: (news) => told.push(...news.map((one) => one.startAt)) })
    await telemetry.appendWaveforms([{ ...empty, startAt: (start + 99 * second) as Micros }])
    await telemetry.appendWaveforms(chunks)
    for (const settle of [rest['in the journal']!, rest['in blocks, after a restart']!]) {
      await settle()
      await telemetry.appendWaveforms([empty])
      await settle()
      await telemetry.appendWaveforms(chunks)
      for (const [from, to] of [
        [0, 20],
        [5, 12],
        [9, 10],
      ] as const) {
        const found = await telemetry.waveform(
          series,
          (start + from * second) as Micros,
          (start + to * second) as Micros,
        )
        expect(found.map((one) => (one.startAt - start) / second)).toEqual(to > 10 ? [10] : [])
      }
    }
    stop()
    expect(told).toEqual(chunks.map((one) => one.startAt))
    const id = observationId({ kind: 'waveform', series, at: start })
    const [drawn, before] = (await face().history(id, systemAccess)) as Observation[]
    expect([drawn?.status, drawn?.valueSampledData, drawn?.dataAbsentReason?.coding?.[0]?.code]).toEqual([
      'entered-in-error',
      undefined,
      'not-applicable',
    ])
    expect(before?.valueSampledData?.data).toContain('0 0')
    await telemetry.restateWaveforms(chunks.slice(0, 1))
    expect(await telemetry.waveform(series, start as Micros, (start + second) as Micros)).toHaveLength(1)
  })
})
