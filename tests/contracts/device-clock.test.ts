/** A device whose clock is wrong, from its bytes to the Observation. */
import { parseSearchRequest } from '@medplum/core'
import type { Observation } from '@medplum/fhirtypes'
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
import { isoFromMicros, type Micros } from '../../src/kernel/time.ts'
import { systemClock } from '../../src/platform/clock.ts'
import { silentLog } from '../../src/platform/log.ts'
import { systemRandom } from '../../src/platform/random.ts'
import { systemAccess } from '../../src/record/model.ts'
import {
  createTelemetry,
  observationFace,
  type TelemetryStore,
  telemetryMigrations,
  withClocks,
} from '../../src/telemetry/index.ts'
import { type TestDatabase, testDatabase } from '../database.ts'
import { type SenmlRecord, senmlCbor } from '../senml.ts'

let db: TestDatabase
let devices: DeviceRegistry
let telemetry: TelemetryStore
let ingest: Ingest
const start = 1_767_225_600
let nowS = start
const iso = (seconds: number) => isoFromMicros((seconds * 1e6) as Micros)

async function open() {
  const clock = { ...systemClock, now: () => (nowS * 1e6) as Micros }
  const common = { db, clock, random: systemRandom, log: silentLog }
  devices = await createDevices({ ...common, publishDevice: async () => {}, moveReadings: async () => {} })
  telemetry = await createTelemetry({ ...common, metrics: new Registry() })
  const quarantine = await createQuarantine(common)
  ingest = createIngest({ ...common, devices, telemetry, quarantine, metrics: new Registry() })
}
async function close() {
  await telemetry.close()
  await devices.close()
}
const deliver = (device: string, ...records: SenmlRecord[]) => {
  const payload = senmlCbor(records)
  const receivedAt = (nowS * 1e6) as Micros
  const decoded = decodeSenml(payload, receivedAt)
  if (!decoded.ok) throw new Error(decoded.problem.code)
  return ingest.deliver(devices.find(device)!, 'mqtt', payload, decoded.value, receivedAt)
}
const register = (id: string) => devices.register({ id, name: id, profile: 'vitalwire/bedside' })
const search = async (query: string) => {
  const face = withClocks(
    observationFace({ telemetry, clock: systemClock, clocks: devices.clocks }),
    devices.clocks,
  )
  const found = await face.search(parseSearchRequest(`Observation?${query}`), systemAccess, {
    skip: 0,
    limit: 100,
  })
  const [one] = found.resources
  // What a search draws is what a read draws.
  if (one) expect(await face.read(one.id, systemAccess)).toEqual(one)
  return found.resources as Observation[]
}
const timesOf = (found: readonly Observation[]) =>
  found.map(({ effectiveDateTime }) => Date.parse(effectiveDateTime!) / 1_000 - start)

beforeAll(async () => {
  db = await testDatabase([devicesMigrations, telemetryMigrations, gatewayMigrations])
  await open()
})
afterAll(async () => {
  await close()
  await db.drop()
})

it('keeps what was measured at the right time, and what the clock of the device showed with it', async () => {
  await register('c1')
  const hour = 3_600
  nowS = start + 1
  const early = await deliver('c1', { n: 'heart-rate', v: 70, t: start + hour })
  expect(early.problems).toMatchObject([{ code: 'time-in-future' }])
  nowS = start + 10
  const ecg = Buffer.from(Int16Array.from([1, 2, 3]).buffer)
  const said: SenmlRecord[] = [
    { clock_: start + 10 + hour },
    { bt: start + hour, n: 'heart-rate', v: 71 },
    { n: 'spo2', v: 97, t: 9 },
    { n: 'ecg-ii', u: 'mV', rateHz_: 250, scale_: 0.005, vd: ecg },
  ]
  expect(await deliver('c1', ...said)).toMatchObject({ accepted: 3, quarantined: 0 })
  expect(await deliver('c1', { n: 'respiratory-rate', v: 16, t: -1 })).toMatchObject({ accepted: 1 })
  await telemetry.compactOnce({ all: true })
  expect(timesOf(await search('device=Device/c1&_sort=date'))).toEqual([0, 0, 9, 9])

  const [clock] = await search('code=67975&device=Device/c1')
  expect(clock).toMatchObject({
    subject: { reference: 'Device/c1' },
    code: { coding: [{ system: 'urn:iso:std:iso:11073:10101', code: '67975' }] },
    effectiveDateTime: iso(start + 10),
    valueDateTime: iso(start + 10 + hour),
  })
  const [heartRate] = await search('device=Device/c1&code=8867-4')
  expect(heartRate?.extension).toEqual([
    {
      url: 'http://hl7.org/fhir/uv/phd/StructureDefinition/CoincidentTimeStampReference',
      valueReference: { reference: `Observation/${clock?.id}` },
    },
    { url: 'urn:vitalwire:device-time', valueDateTime: iso(start + hour) },
  ])
  expect(await search(`_id=${clock?.id}`)).toEqual([clock])
})

it('believes a clock that is declared in the tenth of a second in which something else came', async () => {
  await register('c0')
  nowS = start + 50.015625
  await deliver('c0', { n: 'heart-rate', v: 70, t: nowS })
  nowS = start + 50.0625
  const ahead = { n: 'heart-rate', v: 66, t: nowS + 7_200, clock_: nowS + 7_200 }
  expect(await deliver('c0', ahead)).toMatchObject({ accepted: 1, quarantined: 0 })
  const found = await search('device=Device/c0&code=8867-4&_sort=date')
  expect(found.map((one) => one.effectiveDateTime)).toEqual([iso(start + 50.015625), iso(start + 50.0625)])
  expect(found.map((one) => one.extension?.length ?? 0)).toEqual([0, 2])
  expect(found[1]?.extension?.[1]?.valueDateTime).toBe(iso(start + 50.0625 + 7_200))
})

it('keeps a reading that is sent again once, over a new connection and a restart', async () => {
  await register('c2')
  nowS = start + 100
  const beat = (v: number, t: number) => ({ n: 'heart-rate', v, t: t + 60 })
  await deliver('c2', { clock_: nowS + 60 }, beat(70, nowS - 1))
  const sent = nowS - 1
  await close()
  nowS += 30
  await open()
  devices.connected('c2', 'mqtt')
  await deliver('c2', beat(70, sent), beat(71, nowS))
  await deliver('c2', { clock_: nowS + 61 }, beat(70, sent))
  expect(timesOf(await search('device=Device/c2&_sort=date'))).toEqual([99, 130])
})

it('corrects a clock that is seen to run ahead, from when it is known', async () => {
  await register('c3')
  nowS = start + 1_000
  for (let i = 0; i < 12; i++, nowS += 2) await deliver('c3', { n: 'heart-rate', v: 60 + i, t: nowS + 240 })
  const found = await search('device=Device/c3&_sort=date')
  const corrected = found.filter(({ extension }) => extension !== undefined)
  expect(timesOf(corrected)).toEqual([1_014, 1_016, 1_018, 1_020, 1_022])
  expect(found).toHaveLength(12)
  expect(devices.clocks.correction('c3')).toMatchObject({ offsetUs: 240e6, basis: 'inferred' })
})
