import { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDevices, type DeviceRegistry, devicesMigrations } from '../../src/devices/index.ts'
import {
  createIngest,
  createQuarantine,
  decodeSenml,
  gatewayMigrations,
  type Ingest,
} from '../../src/gateway/index.ts'
import type { Micros } from '../../src/kernel/time.ts'
import { systemClock } from '../../src/platform/clock.ts'
import { silentLog } from '../../src/platform/log.ts'
import { systemRandom } from '../../src/platform/random.ts'
import {
  createTelemetry,
  createTelemetryChanges,
  type TelemetryStore,
  telemetryMigrations,
} from '../../src/telemetry/index.ts'
import { type TestDatabase, testDatabase } from '../database.ts'
import { type SenmlRecord, senmlCbor } from '../senml.ts'

let db: TestDatabase
let devices: DeviceRegistry
let telemetry: TelemetryStore
let ingest: Ingest
const start = 1_767_225_600
const micros = (seconds: number) => (seconds * 1e6) as Micros

async function open() {
  const common = { db, clock: systemClock, random: systemRandom, log: silentLog }
  telemetry = await createTelemetry({ ...common, metrics: new Registry() })
  const changes = createTelemetryChanges({ ...common, telemetry })
  devices = await createDevices({
    ...common,
    publishDevice: async () => {},
    moveReadings: async (move) => void (await changes.reattribute(move)),
  })
  const quarantine = await createQuarantine(common)
  ingest = createIngest({ ...common, devices, telemetry, quarantine, metrics: new Registry() })
}
const deliver = (...records: SenmlRecord[]) => deliverOf('b1', ...records)
const deliverOf = (device: string, ...records: SenmlRecord[]) => {
  const payload = senmlCbor(records)
  const now = systemClock.now()
  const decoded = decodeSenml(payload, now)
  if (!decoded.ok) throw new Error(decoded.problem.code)
  return ingest.deliver(devices.find(device)!, 'mqtt', payload, decoded.value, now)
}

beforeAll(async () => {
  db = await testDatabase([devicesMigrations, telemetryMigrations, gatewayMigrations])
  await open()
  await devices.register({ id: 'b1', name: 'Bedside', profile: 'vitalwire/bedside' })
  await devices.associate('b1', 'p1', micros(start))
})
afterAll(async () => {
  await telemetry.close()
  await devices.close()
  await db.drop()
})

it('gives telemetry what it takes: values, missing values, waveforms and repeats', async () => {
  const samples = Int16Array.from({ length: 250 }, (_, i) => i)
  const records: SenmlRecord[] = [
    { bt: start, n: 'heart-rate', v: 72 },
    { n: 'heart-rate', v: 73, t: 1 },
    { n: 'spo2', quality_: 10 },
    { n: 'ecg-ii', u: 'mV', rateHz_: 250, scale_: 0.005, offset_: 0, vd: Buffer.from(samples.buffer) },
  ]
  expect(await deliver(...records)).toMatchObject({ accepted: 4, quarantined: 0 })
  expect(await deliver(...records)).toMatchObject({ accepted: 4, quarantined: 0 })
  const check = async () => {
    const latest = new Map(telemetry.latest('p1').map((value) => [value.series.metric, value]))
    expect(latest.get('heart-rate')).toMatchObject({ value: 73, measuredAt: micros(start + 1) })
    expect(latest.get('spo2')).toMatchObject({ value: Number.NaN, quality: 10 })
    const range = await telemetry.range(
      latest.get('heart-rate')!.series.id,
      micros(start),
      micros(start + 10),
    )
    expect([...range.value]).toEqual([72, 73])
    const ecg = telemetry.seriesOfPatient('p1').find((series) => series.metric === 'ecg-ii')!
    const pieces = await telemetry.waveform(ecg.id, micros(start), micros(start + 1))
    expect(pieces).toHaveLength(1)
    expect(pieces[0]).toMatchObject({ rateHz: 250, scale: 0.005, offset: 0 })
    expect([...pieces[0]!.samples]).toEqual([...samples])
  }
  await check()
  await telemetry.close()
  await devices.close()
  await open()
  await check()
})

it('moves what is stored to whom it is said to belong, and later readings follow', async () => {
  const by = { actor: 'Practitioner/b', reason: 'Put on before it was entered' }
  const values = async (patient: string | null) => {
    const id = telemetry.knownSeriesId(patient, 'b2', 'heart-rate')
    return id === undefined ? [] : [...(await telemetry.range(id, micros(start), micros(start + 100))).value]
  }
  const beat = (t: number) => deliverOf('b2', { bt: start, t, n: 'heart-rate', v: 60 + t })
  const told: number[] = []
  const stop = telemetry.onStored({ samples: ({ count }) => told.push(count) })
  await devices.register({ id: 'b2', name: 'Bedside', profile: 'vitalwire/bedside' })
  for (const t of [0, 1, 2, 3]) await beat(t)
  await telemetry.compactOnce({ all: true })
  expect(await values(null)).toEqual([60, 61, 62, 63])
  await devices.associate('b2', 'p8', micros(start + 1), by)
  expect([await values(null), await values('p8')]).toEqual([[60], [61, 62, 63]])
  await devices.correct('b2', { patient: 'p9', from: micros(start + 2), to: null }, by)
  expect([await values('p8'), await values('p9')]).toEqual([[61], [62, 63]])
  for (const t of [0, 1, 2, 3, 4]) await beat(t)
  expect([await values(null), await values('p8'), await values('p9')]).toEqual([[60], [61], [62, 63, 64]])
  expect(telemetry.latest('p8')).toMatchObject([{ value: 61 }])
  stop()
  expect(told).toEqual([1, 1, 1, 1, 1])
})
