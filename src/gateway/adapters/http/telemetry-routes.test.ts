import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestGateway, testGateway } from '../../../../tests/gateway.ts'
import { senmlCbor } from '../../../../tests/senml.ts'
import { ProblemError } from '../../../kernel/problem.ts'
import { telemetryHttpRoutes } from './telemetry-routes.ts'

describe('POST /telemetry', () => {
  let gateway: TestGateway
  let app: FastifyInstance
  let credential: { username: string; password: string }
  let authorization: string
  beforeAll(async () => {
    gateway = await testGateway()
    app = Fastify()
    app.setErrorHandler((error, _request, reply) => {
      if (error instanceof ProblemError) return reply.code(error.problem.status).send(error.problem)
      throw error
    })
    await app.register(telemetryHttpRoutes(gateway))
    credential = await gateway.device('h1', 'vitalwire/senml', 'p1')
    authorization = `Bearer ${credential.password}`
  })
  afterAll(async () => {
    await app.close()
    await gateway.close()
  })
  const post = (payload: string | Buffer, headers: Record<string, string> = {}) =>
    app.inject({ method: 'POST', url: '/telemetry', payload, headers: { authorization, ...headers } })
  const reading = '[{"n":"heart-rate","v":72}]'

  it.each([
    ['application/senml+json', reading],
    ['application/json', reading],
    ['text/plain', reading],
    ['application/senml+cbor', senmlCbor([{ n: 'heart-rate', v: 72 }])],
    ['application/octet-stream', senmlCbor([{ n: 'heart-rate', v: 72 }])],
  ])('takes %s', async (type, payload) => {
    const answer = await post(payload, { 'content-type': type })
    expect([answer.statusCode, answer.json()]).toEqual([200, { accepted: 1, quarantined: 0, problems: [] }])
    expect(gateway.devices.presence('h1').connection).toBe('online')
  })

  it('answers what became of each record', async () => {
    const answer = await post('[{"n":"heart-rate","v":72},{"n":"spo2","v":130}]')
    expect(answer.statusCode).toBe(200)
    expect(answer.json()).toMatchObject({
      ...{ accepted: 1, quarantined: 1 },
      problems: [{ code: 'value-implausible', where: '/1' }],
    })
  })

  it('answers 400 where nothing could be read, and keeps it all the same', async () => {
    const before = gateway.quarantine.summary('h1').count
    for (const payload of ['', 'hello', '{}']) expect((await post(payload)).statusCode).toBe(400)
    expect(gateway.quarantine.summary('h1').count).toBe(before + 3)
  })

  it.each([
    ['none', ''],
    ['a wrong secret', 'Bearer nonsense'],
    ['a scheme unknown here', 'Digest x'],
    ['no colon', `Basic ${Buffer.from('h1').toString('base64')}`],
    ['the secret of nobody', `Basic ${Buffer.from('h2:x').toString('base64')}`],
  ])('refuses %s with 401, before the body', async (_, given) => {
    const answer = await post('x'.repeat(2 << 20), { authorization: given })
    expect(answer.statusCode).toBe(401)
    expect(answer.headers['www-authenticate']).toContain('Basic')
  })

  it('takes Basic as well as Bearer', async () => {
    const basic = Buffer.from(`${credential.username}:${credential.password}`).toString('base64')
    expect((await post(reading, { authorization: `Basic ${basic}` })).statusCode).toBe(200)
  })

  it('refuses more than a mebibyte with 413, its head in quarantine', async () => {
    expect((await post(reading.padEnd(1 << 20, ' '))).statusCode).toBe(200)
    expect((await post(reading.padEnd(10 << 20, ' '))).statusCode).toBe(413)
    const [entry] = await gateway.quarantine.list({ device: 'h1', limit: 1 })
    expect(entry).toMatchObject({ code: 'payload-too-large', protocol: 'http' })
    expect(entry?.size).toBeGreaterThan(1 << 20)
  })

  it('gets its 413 to a client that is still sending, and hears the next one', async () => {
    const url = await app.listen({ host: '127.0.0.1', port: 0 })
    const send = (bytes: number) =>
      fetch(`${url}/telemetry`, {
        method: 'POST',
        headers: { authorization },
        body: reading.padEnd(bytes, ' '),
      })
    expect((await send(20 << 20)).status).toBe(413)
    expect((await send(100)).status).toBe(200)
  })

  it('asks to wait where too much is waiting already', async () => {
    gateway.telemetry.pendingBytes = 1 << 30
    const answer = await post(reading)
    gateway.telemetry.pendingBytes = 0
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([429, '2'])
  })

  it('answers 503, and when to try again, where storage is down', async () => {
    gateway.telemetry.failing = true
    const answer = await post(reading)
    gateway.telemetry.failing = false
    expect([answer.statusCode, answer.json().code]).toEqual([503, 'storage-down'])
    expect(answer.headers['retry-after']).toBe('2')
  })
})
