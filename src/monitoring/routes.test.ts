import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../tests/database.ts'
import { simplePermit } from '../../tests/permits.ts'
import type { Actor } from '../identity/index.ts'
import { ProblemError } from '../kernel/problem.ts'
import type { AlarmView } from './contract.ts'
import { monitoringMigrations, monitoringRoutes } from './index.ts'
import { MonitoringWard } from './tests/monitoring-ward.ts'

const person = (id: string, role: 'nurse' | 'patient' | 'admin', patient?: string): Actor => ({
  kind: 'person',
  id,
  name: id,
  roles: [role],
  fhirUser: patient ? `Patient/${patient}` : `Practitioner/${id}`,
  scopes: [],
  ...(patient ? { patient } : {}),
})
const actors: Readonly<Record<string, Actor>> = {
  nurse: person('n1', 'nurse'),
  admin: person('a1', 'admin'),
  p1: person('u1', 'patient', 'p1'),
  p2: person('u2', 'patient', 'p2'),
  device: { kind: 'device', id: 'oximeter-1' },
}

let db: TestDatabase
let ward: MonitoringWard
let app: FastifyInstance

beforeAll(async () => {
  db = await testDatabase([monitoringMigrations])
  ward = new MonitoringWard(db)
  ward.admit('p1', 'oximeter-1', 'Oximeter 1')
  ward.admit('p2', 'oximeter-2', 'Oximeter 2')
  await ward.start()
  app = Fastify()
  app.decorateRequest('actor', undefined)
  app.addHook('onRequest', async (request) => {
    request.actor = actors[String(request.headers['x-actor'])]
    request.permit = request.actor && simplePermit(request.actor)
  })
  app.setErrorHandler((error, _, reply) => {
    if (error instanceof ProblemError) return reply.code(error.problem.status).send(error.problem)
    return reply.code(500).send({ message: String(error) })
  })
  await app.register(monitoringRoutes({ monitoring: ward.monitoring }))
  await ward.stream('oximeter-1', { spo2: 88 }, 15)
  await ward.stream('oximeter-2', { spo2: 97 }, 5)
})
afterAll(async () => {
  await app.close()
  await ward.monitoring.close()
  await db.drop()
})

const ask = async (actor: string, url: string, method: 'GET' | 'POST' | 'PUT' = 'GET', payload?: object) => {
  const answer = await app.inject({
    method,
    url,
    headers: { 'x-actor': actor },
    ...(payload ? { payload } : {}),
  })
  return { status: answer.statusCode, body: answer.json() }
}
const alarmsOf = async (actor: string, query = ''): Promise<readonly AlarmView[]> =>
  (await ask(actor, `/alarms${query}`)).body

describe('GET /alarms', () => {
  it('has every field of the contract', async () => {
    const [alarm] = await alarmsOf('nurse', '?patient=p1&state=active')
    expect(alarm).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      patient: 'p1',
      device: 'oximeter-1',
      rule: 'spo2-low',
      title: 'SpO₂ low',
      kind: 'physiological',
      priority: 'medium',
      state: 'active',
      acknowledged: false,
      acknowledgedBy: null,
      acknowledgedAt: null,
      raisedAt: expect.stringMatching(/Z$/),
      clearedAt: null,
      metric: 'spo2',
      value: 88,
      limit: 90,
      text: 'SpO₂ low 88 < 90 %',
      inhibitedBy: null,
    })
  })

  it.each([
    ['of another patient', '?patient=p2', 0],
    ['of this patient, by reference', '?patient=Patient/p1', 1],
    ['in one of several states', '?state=active,latched', 1],
    ['that are over', '?state=cleared', 0],
    ['since tomorrow', '?since=2030-01-01T00:00:00Z', 0],
    ['since last year', '?since=2025-01-01T00:00:00Z', 1],
  ])('answers those %s', async (_, query, count) => {
    const alarms = await alarmsOf('nurse', query)
    expect(alarms.filter(({ rule }) => rule === 'spo2-low')).toHaveLength(count)
  })

  it.each(['?state=ringing', '?since=yesterday', '?limit=0', '?patient=a/b/c'])(
    'refuses %s',
    async (query) => {
      expect((await ask('nurse', `/alarms${query}`)).status).toBe(400)
    },
  )

  it('shows a patient their own and nothing of others', async () => {
    expect(await alarmsOf('p1')).not.toEqual([])
    expect(await alarmsOf('p2', '?patient=p1')).toEqual([])
    expect((await alarmsOf('p2')).filter(({ patient }) => patient !== 'p2')).toEqual([])
  })

  it.each([
    ['nobody', 401],
    ['device', 200],
  ])('answers %s with %i, and never with an alarm', async (actor, status) => {
    const answer = await ask(actor, '/alarms')
    expect(answer.status).toBe(status)
    if (status === 200) expect(answer.body).toEqual([])
  })
})

describe('POST /alarms/{id}/acknowledge', () => {
  it('is for those who may, answers the alarm, and again the same', async () => {
    const id = (await alarmsOf('nurse', '?patient=p1&state=active')).find(
      ({ rule }) => rule === 'spo2-low',
    )!.id
    expect((await ask('p1', `/alarms/${id}/acknowledge`, 'POST')).status).toBe(403)
    expect((await ask('admin', `/alarms/${id}/acknowledge`, 'POST')).status).toBe(403)
    const first = await ask('nurse', `/alarms/${id}/acknowledge`, 'POST')
    expect(first).toMatchObject({
      status: 200,
      body: { id, acknowledged: true, acknowledgedBy: 'Practitioner/n1' },
    })
    expect(await ask('nurse', `/alarms/${id}/acknowledge`, 'POST')).toEqual(first)
    const trail = await ask('nurse', `/alarms/${id}/trail`)
    expect(trail.body).toMatchObject([
      { event: 'raised', actor: null },
      { event: 'acknowledged', actor: 'Practitioner/n1' },
    ])
  })

  it.each([
    ['00000000-0000-4000-8000-000000000000', 404],
    ['no-uuid', 400],
  ])('of %s is refused with %i', async (id, status) => {
    expect((await ask('nurse', `/alarms/${id}/acknowledge`, 'POST')).status).toBe(status)
  })
})

describe('the board, scores, limits and rules', () => {
  it('show staff everyone and a patient themselves', async () => {
    expect((await ask('nurse', '/api/board')).body.tiles).toHaveLength(2)
    expect((await ask('p2', '/api/board')).body.tiles).toMatchObject([
      { patient: { id: 'p2', ageYears: 75 } },
    ])
    expect((await ask('nobody', '/api/board')).status).toBe(401)
    expect((await ask('p2', '/api/patients/p1/scores')).status).toBe(404)
    expect((await ask('p1', '/api/patients/p1/scores?score=news2')).body).toMatchObject({ complete: false })
    expect((await ask('nurse', '/api/patients/unknown/scores')).status).toBe(404)
  })

  it('let limits be changed within bounds, by those who may, without overwriting each other', async () => {
    const path = '/api/patients/p2/monitoring'
    const body = {
      limits: { 'spo2-low': { limit: 88 } },
      spo2Scale: 2,
      version: 0,
      reason: 'COPD, target 88–92 %',
    }
    expect((await ask('p2', path, 'PUT', body)).status).toBe(403)
    expect((await ask('nurse', path, 'PUT', body)).body).toMatchObject({ spo2Scale: 2, version: 1 })
    expect((await ask('nurse', path, 'PUT', body)).status).toBe(409)
    const tooLow = { ...body, version: 1, limits: { 'spo2-low': { limit: 10 } } }
    expect(await ask('nurse', path, 'PUT', tooLow)).toMatchObject({
      status: 422,
      body: { where: 'spo2-low.limit' },
    })
    expect((await ask('nurse', path, 'PUT', { limits: 'none' })).status).toBe(400)
    expect((await ask('nurse', path)).body).toMatchObject({ limits: { 'spo2-low': { limit: 88 } } })
  })

  it('tell every rule with its reasons and bounds', async () => {
    const { body } = await ask('nurse', '/api/rules')
    expect(body.length).toBeGreaterThanOrEqual(25)
    expect(body.find(({ id }: { id: string }) => id === 'spo2-low')).toMatchObject({
      params: { limit: { unit: '%', default: 90, min: 80, max: 95 } },
      onMissing: 'technical-alarm',
    })
  })
})
