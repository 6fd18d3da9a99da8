import { Readable } from 'node:stream'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterEach, describe, expect, it } from 'vitest'
import { ProblemError } from '../../kernel/problem.ts'
import { FakeClock } from '../../platform/clock.ts'
import type { AuditEntry } from '../model.ts'
import { account, configuration, nothing, patientData } from './declare.ts'
import { actedAs, gave } from './disclosure.ts'
import { auditPlugin } from './plugin.ts'
import { repeatedWithinMs } from './repeats.ts'

const unknown = () => new ProblemError({ code: 'patient-unknown', status: 404, message: 'There is none.' })
const forbidden = () => new ProblemError({ code: 'not-permitted', status: 403, message: 'No.' })
const fail = (error: Error) => async () => {
  throw error
}

async function server(written: AuditEntry[], broken = { now: false }) {
  const clock = new FakeClock()
  const app = Fastify()
  app.setErrorHandler((error, _request, reply) => {
    const { status } = (error as ProblemError).problem
    return reply.code(status).send({ refused: true })
  })
  const write = async (entry: AuditEntry) => {
    if (broken.now) throw new Error('no space')
    written.push(entry)
  }
  await app.register(
    auditPlugin({
      audit: { write, writeIn: async () => {} },
      clock,
      whoIs: ({ headers }) => ({ actor: String(headers['x-who'] ?? 'Practitioner/kim'), purpose: 'TREAT' }),
      ownersOf: async ({ url }) => (url.includes('hidden') ? ['bob'] : []),
    }),
  )
  app.get('/api/patients/:id/trend', patientData(), async () => 'curve')
  app.get('/api/patients/:id/gone', patientData(), fail(unknown()))
  app.get('/list', patientData(), async (request) => {
    gave(request, { patients: ['ada', 'bob'], what: ['Observation'], kind: 'search', action: 'E' })
    return []
  })
  app.get('/hidden', patientData(), fail(new ProblemError({ code: 'x', status: 404, message: '' })))
  app.get('/missing', patientData(), fail(new ProblemError({ code: 'x', status: 404, message: '' })))
  app.get('/board', patientData({ polled: true }), async () => 'board')
  app.get('/settings', configuration(), async () => 'settings')
  app.put('/settings', configuration(), async () => 'changed')
  app.post('/no', configuration(), fail(forbidden()))
  app.post('/sign-in', account('sign-in', 'E'), async (request) => {
    actedAs(request, 'Practitioner/lee')
    return 'in'
  })
  app.get('/alive', nothing('it answers'), async () => 'yes')
  app.get('/file', patientData({ kind: 'export' }), async (_request, reply) =>
    reply.header('content-disposition', 'attachment').send(Readable.from(['secret'])),
  )
  return { app, clock, broken }
}

describe('what an answer leaves behind', () => {
  let app: FastifyInstance
  afterEach(() => app.close())

  it.each([
    [
      'GET',
      '/api/patients/ada/trend?metric=spo2',
      { patients: ['ada'], query: 'metric=spo2', outcome: 'done' },
    ],
    ['GET', '/api/patients/ada/trend', { what: ['/api/patients/ada/trend'], kind: 'read', action: 'R' }],
    ['GET', '/api/patients/bob/gone', { patients: ['bob'], outcome: 'refused', reason: 'patient-unknown' }],
    ['GET', '/list', { patients: ['ada', 'bob'], kind: 'search', action: 'E', what: ['Observation'] }],
    ['GET', '/hidden', { patients: ['bob'], outcome: 'refused' }],
    ['GET', '/missing', undefined],
    ['GET', '/settings', undefined],
    ['PUT', '/settings', { kind: 'configuration', action: 'U', patients: [] }],
    ['POST', '/no', { outcome: 'refused', reason: 'not-permitted' }],
    ['POST', '/sign-in', { kind: 'sign-in', action: 'E', actor: 'Practitioner/lee' }],
    ['GET', '/alive', undefined],
  ] as const)('%s %s: %j', async (method, url, expected) => {
    const written: AuditEntry[] = []
    ;({ app } = await server(written))
    await app.inject({ method, url })
    if (expected) expect(written).toEqual([expect.objectContaining(expected)])
    else expect(written).toEqual([])
  })

  it('is nothing given out where it cannot be written, streams and headers included', async () => {
    const made = await server([], { now: true })
    app = made.app
    for (const url of ['/api/patients/ada/trend', '/list', '/file']) {
      const answer = await app.inject({ url })
      expect([url, answer.statusCode, answer.json().issue[0].details.coding[0].code]).toEqual([
        ...[url, 503, 'audit-unavailable'],
      ])
      expect(answer.body).not.toContain('secret')
      expect(answer.headers['content-disposition']).toBeUndefined()
    }
    const changed = await app.inject({ method: 'PUT', url: '/settings' })
    expect(changed.json().issue[0].details.coding[0].code).toBe('audit-unavailable-after')
    expect((await app.inject({ method: 'POST', url: '/no' })).statusCode).toBe(403)
    expect((await app.inject({ url: '/alive' })).statusCode).toBe(200)
    made.broken.now = false
    expect((await app.inject({ url: '/file' })).body).toBe('secret')
  })

  it('is one entry for the same polled look of the same person within five minutes, and for the same refusal', async () => {
    const written: AuditEntry[] = []
    const made = await server(written)
    app = made.app
    const look = (url: string, who: string) => app.inject({ url, headers: { 'x-who': who } })
    for (let i = 0; i < 3; i++) await look('/board', 'Practitioner/kim')
    await look('/board', 'Practitioner/lee')
    for (let i = 0; i < 3; i++) await look('/hidden', 'Practitioner/kim')
    expect(written.map(({ what }) => what[0])).toEqual(['/board', '/board', '/hidden'])
    made.clock.advanceMs(repeatedWithinMs)
    await look('/board', 'Practitioner/kim')
    expect(written).toHaveLength(4)
    await look('/list', 'Practitioner/kim')
    await look('/list', 'Practitioner/kim')
    expect(written).toHaveLength(6)
  })

  it('keeps a server from starting that has a route which does not say', async () => {
    ;({ app } = await server([]))
    app.get('/silent', async () => 'what?')
    await expect(app.ready()).rejects.toThrow('GET /silent')
  })
})
