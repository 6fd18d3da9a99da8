import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'
import type { Bundle, Observation } from '@medplum/fhirtypes'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Board } from '../../src/monitoring/contract.ts'
import { eventually, type RunningServer, startServer } from './server.ts'

const hasMosquitto = (() => {
  try {
    execFileSync('which', ['mosquitto_pub'])
    return true
  } catch {
    return false
  }
})()

const needsMosquitto = (skip: (reason: string) => void) => {
  if (!hasMosquitto) skip('mosquitto_pub is not installed (Debian package mosquitto-clients)')
}

describe('one reading, from a device to a clinician', () => {
  let server: RunningServer
  beforeAll(async () => {
    server = await startServer()
  }, 120_000)
  afterAll(() => server.remove())

  const device = () => server.freeDevice(0)
  const newest = (code: string, patient = device().patient) =>
    server.get<Bundle<Observation>>(
      `/fhir/R4/Observation?patient=${patient}&code=${encodeURIComponent(code)}&_sort=-date&_count=1`,
    )
  const publish = (payload: string, more: { topic?: string; password?: string } = {}) =>
    promisify(execFile)('mosquitto_pub', [
      ...[
        '-h',
        '127.0.0.1',
        '-p',
        String(server.runtime.mqttPort),
        '-q',
        '1',
        '-i',
        device().id,
        '-V',
        'mqttv311',
      ],
      ...['-u', device().mqtt.username, '-P', more.password ?? device().mqtt.password],
      ...['-t', more.topic ?? `vitalwire/${device().id}/telemetry`, '-m', payload],
    ])
  const quarantine = () =>
    server.get<{ code: string; reason: string; bytes: string }[]>(`/quarantine?device=${device().id}`)

  it('is on the board and in the record within a second of mosquitto_pub, right in every part', async ({
    skip,
  }) => {
    needsMosquitto(skip)
    const measured = new Date(Date.now() - 250)
    await publish(JSON.stringify([{ n: 'heart-rate', u: 'beat/min', v: 71, t: measured.getTime() / 1_000 }]))
    const found = await eventually(
      () => newest('http://loinc.org|8867-4'),
      (bundle) => bundle.entry?.length === 1,
      1_000,
    )
    const observation = found.entry![0]!.resource!
    expect(observation).toMatchObject({
      resourceType: 'Observation',
      status: 'final',
      subject: { reference: `Patient/${device().patient}` },
      device: { reference: `Device/${device().id}` },
      valueQuantity: { value: 71, unit: '/min', code: '/min', system: 'http://unitsofmeasure.org' },
    })
    expect(observation.code.coding).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ system: 'http://loinc.org', code: '8867-4' }),
        expect.objectContaining({ system: 'urn:iso:std:iso:11073:10101', code: '147842' }),
      ]),
    )
    expect(new Date(observation.effectiveDateTime!).getTime()).toBe(measured.getTime())
    const board = await server.get<Board>('/api/board')
    const tile = board.tiles.find((t) => t.patient.id === device().patient)!
    expect(tile.readings.find((reading) => reading.metric === 'heart-rate')?.value).toBe(71)
    const byId = await server.get<Observation>(`/fhir/R4/Observation/${observation.id}`)
    expect(byId.valueQuantity?.value).toBe(71)
  })

  it('refuses a wrong password and goes on serving', async ({ skip }) => {
    needsMosquitto(skip)
    await expect(publish('[]', { password: 'wrong' })).rejects.toThrow()
    expect((await fetch(`${server.runtime.url}/readyz`)).status).toBe(200)
  })

  const bad: [what: string, payload: () => string, code: RegExp][] = [
    ['broken JSON', () => '[{"n":"heart-rate"', /senml|json|payload/],
    ['a unit that cannot be converted', () => '[{"n":"heart-rate","u":"kg","v":3}]', /unit/],
    ['a time in 1970', () => '[{"n":"heart-rate","v":70,"t":86400}]', /time/],
    ['a time in 2100', () => `[{"n":"heart-rate","v":70,"t":${Date.UTC(2100, 0, 1) / 1_000}}]`, /time/],
    ['a metric nobody knows', () => '[{"n":"aura","v":70}]', /metric/],
    ['a value no living person has', () => '[{"n":"heart-rate","v":4000}]', /range|plausible/],
  ]
  it.for(bad)('quarantines %s with its bytes and a reason', async ([, payload, code], { skip }) => {
    needsMosquitto(skip)
    const before = (await quarantine()).length
    const text = payload()
    await publish(text)
    const rows = await eventually(quarantine, (now) => now.length > before, 2_000)
    expect(rows[0]!.code).toMatch(code)
    expect(rows[0]!.reason.length).toBeGreaterThan(20)
    expect(Buffer.from(rows[0]!.bytes, 'base64').toString('utf8')).toBe(text)
  })

  it('shows the last refusal in the device list', async () => {
    const client = await server.mqtt(device())
    await client.publishAsync(`vitalwire/${device().id}/telemetry`, 'no senml at all', { qos: 1 })
    await client.endAsync()
    const devices = await eventually(
      () =>
        server.get<{ id: string; quarantined: number; lastRefusal: { reason: string } | null }[]>(
          '/api/devices',
        ),
      (list) => (list.find((d) => d.id === device().id)?.quarantined ?? 0) > 0,
      2_000,
    )
    expect(devices.find((d) => d.id === device().id)?.lastRefusal?.reason).toBeTruthy()
  })

  it('keeps another device out of a topic that is not its own, with a reason, and its connection', async () => {
    const other = server.freeDevice(1)
    const client = await server.mqtt(device())
    await client.publishAsync(`vitalwire/${other.id}/telemetry`, '[{"n":"spo2","v":50}]', { qos: 1 })
    expect((await quarantine())[0]?.code).toBe('topic-not-permitted')
    expect(client.connected).toBe(true)
    await client.endAsync()
    expect((await newest('http://loinc.org|59408-5', other.patient)).entry ?? []).toEqual([])
  })

  it('survives ten megabytes in one message: its connection, and everyone else', async () => {
    const client = await server.mqtt(device())
    const bystander = await server.mqtt(server.freeDevice(2))
    await client.publishAsync(`vitalwire/${device().id}/telemetry`, Buffer.alloc(10 << 20, 0x5b), { qos: 1 })
    expect((await quarantine())[0]?.code).toBe('payload-too-large')
    for (const [one, id] of [
      [client, device().id],
      [bystander, server.freeDevice(2).id],
    ] as const) {
      await one.publishAsync(`vitalwire/${id}/telemetry`, '[{"n":"spo2","v":96}]', { qos: 1 })
      await one.endAsync()
    }
  })

  it('takes SenML over HTTP, one device per token', async () => {
    const answer = await fetch(`${server.runtime.url}/telemetry`, {
      method: 'POST',
      headers: { authorization: `Bearer ${device().http.token}`, 'content-type': 'application/senml+json' },
      body: JSON.stringify([{ n: 'body-temperature', u: '[degF]', v: 99.5 }]),
    })
    expect(answer.status, await answer.text()).toBeLessThan(300)
    const found = await eventually(
      () => newest('http://loinc.org|8310-5'),
      (bundle) => bundle.entry?.length === 1,
      1_000,
    )
    expect(found.entry![0]!.resource!.valueQuantity).toMatchObject({ value: 37.5, code: 'Cel' })
  })

  it('shows a patient only their own record, and says so in an OperationOutcome', async () => {
    const answer = await fetch(`${server.runtime.url}/fhir/R4/Observation?patient=${device().patient}`)
    expect(answer.status).toBe(401)
    expect(await answer.json()).toMatchObject({ resourceType: 'OperationOutcome' })
    const readOnly = server.demo.clients.find((client) => client.scope !== 'system/*.cruds')!
    const refused = await fetch(`${server.runtime.url}/fhir/R4/Patient`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await server.token(readOnly.scope)}`,
        'content-type': 'application/fhir+json',
      },
      body: JSON.stringify({ resourceType: 'Patient' }),
    })
    expect(refused.status).toBe(403)
    expect(await refused.json()).toMatchObject({ resourceType: 'OperationOutcome' })
  })
})
