import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type TestGateway, testGateway } from '../../tests/gateway.ts'
import type { Actor, Role } from '../identity/index.ts'
import { ProblemError } from '../kernel/problem.ts'
import type { Micros } from '../kernel/time.ts'
import { gatewayProblem, gatewayRoutes } from './index.ts'

const person = (...roles: Role[]): Actor => ({
  ...{ kind: 'person', id: 'u', name: 'U', roles, fhirUser: 'Practitioner/u', scopes: [] },
})

describe('the device list', () => {
  let gateway: TestGateway
  let app: FastifyInstance
  let actor: Actor | undefined
  beforeAll(async () => {
    gateway = await testGateway()
    app = Fastify()
    app.decorateRequest('actor', undefined)
    app.addHook('onRequest', async (request) => {
      request.actor = actor
    })
    app.setErrorHandler((error, _request, reply) => {
      if (error instanceof ProblemError) return reply.code(error.problem.status).send(error.problem)
      throw error
    })
    const patientName = (id: string) => (id === 'p1' ? { name: 'Ada Lind', bed: '4' } : undefined)
    await app.register(gatewayRoutes({ ...gateway, patientName }))
  })
  afterAll(async () => {
    await app.close()
    await gateway.close()
  })
  beforeEach(() => {
    actor = person('biomed')
  })
  const call = async (method: 'GET' | 'POST', url: string, payload?: object) => {
    const answer = await app.inject({ method, url, ...(payload ? { payload } : {}) })
    return { status: answer.statusCode, body: answer.json(), headers: answer.headers }
  }

  it('takes a device from registration to its readings and back', async () => {
    const made = await call('POST', '/api/devices', {
      id: 'r1',
      name: 'Patch 7',
      profile: 'vitalwire/wearable-patch',
    })
    expect(made).toMatchObject({ status: 201, body: { device: 'r1', username: 'r1' } })
    expect(made.headers['cache-control']).toBe('no-store')
    expect(await gateway.devices.authenticate('r1', made.body.password)).toBeDefined()

    const worn = await call('POST', '/api/devices/r1/associate', {
      patient: 'p1',
      from: '2026-01-01T00:00:00Z',
    })
    expect(worn.body.patient).toEqual({ id: 'p1', name: 'Ada Lind', bed: '4' })

    const device = gateway.devices.find('r1')!
    const now = gateway.clock.now()
    const readings = [
      { metric: 'battery-level', value: 64, measuredAt: now, where: '/0' },
      { metric: 'signal-strength', value: -71, measuredAt: now, where: '/1' },
    ]
    await gateway.ingest.deliver(device, 'mqtt', Buffer.of(), { readings, waveforms: [], problems: [] }, now)
    const problem = gatewayProblem('metric-unknown', { what: '“mood”' })
    await gateway.ingest.quarantine('r1', 'mqtt', Buffer.from('x'), problem, now)
    gateway.devices.connected('r1', 'mqtt')

    expect((await call('GET', '/api/devices')).body).toMatchObject([
      {
        ...{ id: 'r1', name: 'Patch 7', vendor: 'Vitalwire', model: 'Chest patch', connection: 'online' },
        ...{ batteryPercent: 64, signalDbm: -71, quarantined: 1 },
        lastRefusal: { reason: problem.message },
      },
    ])
    expect((await call('GET', '/quarantine?device=r1')).body).toMatchObject([{ code: 'metric-unknown' }])
    expect((await call('POST', '/api/devices/r1/release', {})).body.patient).toBeNull()
    expect((await call('POST', '/api/devices/r1/revoke')).status).toBe(200)
    expect((await call('POST', '/api/devices/r1/associate', { patient: 'p1' })).status).toBe(409)
  })

  it('answers the profiles there are', async () => {
    const { body } = await call('GET', '/api/device-profiles')
    expect(body.map((profile: { id: string }) => profile.id)).toContain('vitalwire/bedside')
  })

  it.each([
    ['GET', '/api/devices/none', undefined, 404],
    ['POST', '/api/devices/none/revoke', undefined, 404],
    ['POST', '/api/devices/none/associate', { patient: 'p1' }, 404],
    ['POST', '/api/devices', {}, 400],
    ['POST', '/api/devices', { name: 'x', profile: 'acme/none' }, 422],
    ['POST', '/api/devices', { name: 'x', profile: 'vitalwire/senml', admin: true }, 400],
    ['POST', '/api/devices/r1/associate', { patient: '../etc' }, 400],
    ['POST', '/api/devices/r1/associate', { patient: 'p1', from: 'yesterday' }, 400],
    ['GET', '/quarantine?limit=100000', undefined, 400],
  ] as const)('%s %s with %j answers %i', async (method, url, payload, status) => {
    expect((await call(method, url, payload)).status).toBe(status)
  })

  it.each([
    ['nobody', undefined, 401, 401, 401],
    ['a patient', person('patient'), 403, 403, 403],
    ['a nurse', person('nurse'), 200, 403, 200],
    ['biomedical engineering', person('biomed'), 200, 404, 200],
    ['a device', { kind: 'device', id: 'r1' } as const, 403, 403, 403],
  ])('lets %s do what they may', async (_, who, list, manage, quarantine) => {
    actor = who
    expect((await call('GET', '/api/devices')).status).toBe(list)
    expect((await call('POST', '/api/devices/none/revoke')).status).toBe(manage)
    expect((await call('GET', '/quarantine')).status).toBe(quarantine)
  })

  it('names a patient the record does not know by id', async () => {
    await gateway.device('r2', 'vitalwire/senml', 'p9')
    const { body } = await call('GET', '/api/devices/r2')
    expect(body.patient).toEqual({ id: 'p9', name: 'p9', bed: null })
    expect(body.connection).toBe('never')
  })

  it('gives each reading to the patient of its time', async () => {
    await gateway.device('r3', 'vitalwire/senml')
    const t = (seconds: number) => (Date.UTC(2026, 0, 1) * 1_000 + seconds * 1e6) as Micros
    await gateway.devices.associate('r3', 'a', t(100))
    await gateway.devices.associate('r3', 'b', t(200))
    const readings = [50, 150, 250].map((s) => ({ metric: 'spo2', value: 97, measuredAt: t(s), where: '' }))
    const decoded = { readings, waveforms: [], problems: [] }
    const batches = gateway.telemetry.batches
    await gateway.ingest.deliver(
      gateway.devices.find('r3')!,
      'mqtt',
      Buffer.of(),
      decoded,
      gateway.clock.now(),
    )
    expect(gateway.telemetry.readings.filter((r) => r.device === 'r3').map((r) => r.patient)).toEqual([
      null,
      'a',
      'b',
    ])
    expect(gateway.telemetry.batches).toBe(batches + 1)
  })

  it('corrects whose a device was, with who and why, for those who manage devices', async () => {
    await call('POST', '/api/devices', { id: 'r9', name: 'Patch 9', profile: 'vitalwire/wearable-patch' })
    await call('POST', '/api/devices/r9/associate', { patient: 'p1', from: '2026-01-01T00:00:00Z' })
    const path = '/api/devices/r9/associations/correct'
    const said = {
      patient: 'p2',
      from: '2026-01-02T00:00:00Z',
      to: '2026-01-03T00:00:00Z',
      reason: 'Swapped',
    }
    expect((await call('POST', path, { ...said, reason: '' })).status).toBe(400)
    expect((await call('POST', path, { ...said, to: said.from })).body.code).toBe('correction-empty')
    actor = person('nurse')
    expect((await call('POST', path, said)).status).toBe(403)
    actor = person('biomed')
    const { status, body } = await call('POST', path, said)
    expect(status).toBe(200)
    expect(body.associations.map((one: { patient: string }) => one.patient)).toEqual(['p1', 'p2', 'p1'])
    expect(body.corrections[1]).toMatchObject({
      ...{ patientBefore: 'p1', patientAfter: 'p2', actor: 'Practitioner/u', reason: 'Swapped', moved: true },
    })
    expect((await call('GET', '/api/devices/r9/associations')).body).toEqual(body)
  })
})
