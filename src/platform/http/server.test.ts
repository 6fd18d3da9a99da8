import { Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { ProblemError } from '../../kernel/problem.ts'
import type { Log } from '../log.ts'
import { systemRandom } from '../random.ts'
import { createHttpServer, type HttpServerDeps } from './server.ts'

function serverWith(options: Partial<HttpServerDeps> = {}) {
  const lines: unknown[] = []
  const write = (fields: object, message: string) => lines.push({ ...fields, message })
  const log: Log = { debug: write, info: write, warn: write, error: write, child: () => log }
  const metrics = new Registry()
  const app = createHttpServer({ log, metrics, random: systemRandom, ...options })
  app.get('/things/:id', async () => ({ ok: true }))
  app.post('/things', async (request) => request.body)
  app.get('/refused', async () => {
    throw new ProblemError({ code: 'not-signed-in', status: 401, message: 'Sign in.', where: '/actor' })
  })
  app.get('/broken', async () => {
    throw new Error('SELECT secret inside')
  })
  const schema = {
    querystring: { type: 'object', required: ['patient'], properties: { patient: { type: 'string' } } },
  }
  app.get('/checked', { schema }, async () => ({}))
  return { app, metrics, lines }
}

const json = { 'content-type': 'application/json' }

describe('what is refused is an OperationOutcome', () => {
  const table = [
    ['a problem with its own status', { url: '/refused' }, 401, 'login', 'not-signed-in'],
    ['an unknown path', { url: '/nowhere' }, 404, 'not-found', 'path-not-found'],
    ['an unknown method', { url: '/things', method: 'PUT' }, 404, 'not-found', 'path-not-found'],
    ['a failed schema', { url: '/checked' }, 400, 'invalid', 'request-not-valid'],
    [
      'broken JSON',
      { url: '/things', method: 'POST', body: '{', headers: json },
      400,
      'invalid',
      'body-not-json',
    ],
    ['an empty JSON body', { url: '/things', method: 'POST', headers: json }, 400, 'invalid', 'body-empty'],
    [
      'a media type nobody takes',
      { url: '/things', method: 'POST', body: 'x', headers: { 'content-type': 'text/csv' } },
      415,
      'not-supported',
      'media-type-not-supported',
    ],
    [
      'a body beyond the limit',
      { url: '/things', method: 'POST', body: `"${'x'.repeat(100)}"`, headers: json },
      413,
      'too-long',
      'body-too-large',
    ],
    ['a bug', { url: '/broken' }, 500, 'exception', 'internal-error'],
  ] as const
  it.each(table)('%s', async (_name, request, status, issueType, code) => {
    const { app } = serverWith({ bodyLimitBytes: 64 })
    const answer = await app.inject(request as { url: string })
    expect(answer.statusCode).toBe(status)
    expect(answer.headers['content-type']).toMatch(/^application\/fhir\+json/)
    expect(answer.json()).toMatchObject({
      resourceType: 'OperationOutcome',
      issue: [{ code: issueType, details: { coding: [{ code }] } }],
    })
  })

  it('names a scheme with every 401', async () => {
    const answer = await serverWith().app.inject('/refused')
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="vitalwire"')
  })

  it('tells nothing of the inside of a bug, and logs it under the request id it gives', async () => {
    const { app, lines } = serverWith()
    const answer = await app.inject('/broken')
    expect(answer.body).not.toContain('secret')
    const id = answer.headers['x-request-id']
    expect(answer.body).toContain(id)
    expect(lines).toContainEqual(expect.objectContaining({ request: id, message: 'request failed' }))
  })
})

describe('every answer', () => {
  it('carries a strict policy that allows live sockets of this host only', async () => {
    const answer = await serverWith().app.inject({ url: '/things/1', headers: { host: 'localhost:8080' } })
    const policy = String(answer.headers['content-security-policy'])
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("connect-src 'self' ws://localhost:8080 wss://localhost:8080")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(answer.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' })
    expect(answer.headers).not.toHaveProperty('x-powered-by')
    expect(answer.headers).not.toHaveProperty('strict-transport-security')
  })

  it('is counted and logged by path pattern: no id and no query', async () => {
    const { app, metrics, lines } = serverWith()
    await app.inject('/things/pat-4711?name=Jane')
    const figures = await metrics.metrics()
    expect(figures).toContain('route="/things/:id",status="200"')
    expect(figures + JSON.stringify(lines)).not.toMatch(/4711|Jane/)
  })
})

describe('who it is addressed to', () => {
  const publicUrl = 'https://ward.example'
  const table: [string, Partial<HttpServerDeps>, Record<string, string>, number][] = [
    ['localhost is ours', {}, { host: 'localhost:8080' }, 200],
    ['127.0.0.1 is ours', {}, { host: '127.0.0.1' }, 200],
    ['[::1] is ours', {}, { host: '[::1]:8080' }, 200],
    ['a name rebound to loopback is not', {}, { host: 'evil.example' }, 421],
    ['a host that is no host is not', {}, { host: 'localhost/x' }, 421],
    ['the public address is ours', { publicUrl }, { host: 'ward.example' }, 200],
    ['loopback stays ours with a public address', { publicUrl }, { host: 'localhost:8080' }, 200],
    [
      'beyond loopback, only the public address',
      { publicUrl, listenHost: '0.0.0.0' },
      { host: 'x.example' },
      421,
    ],
    ['beyond loopback without one, any name', { listenHost: '0.0.0.0' }, { host: 'x.example' }, 200],
    [
      'a socket from our own page',
      {},
      { host: 'localhost:1', upgrade: 'websocket', origin: 'http://localhost:1' },
      200,
    ],
    ['a socket from a program', {}, { host: 'localhost:1', upgrade: 'websocket' }, 200],
    [
      'a socket from a foreign page',
      {},
      { host: 'localhost:1', upgrade: 'websocket', origin: 'https://evil.example' },
      403,
    ],
  ]
  it.each(table)('%s', async (_name, options, headers, status) => {
    const answer = await serverWith(options).app.inject({ url: '/things/1', headers })
    expect(answer.statusCode).toBe(status)
  })
})
