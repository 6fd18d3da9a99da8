import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { testAuthority } from '../../../tests/device-certificates.ts'
import type { Actor, Role } from '../../identity/index.ts'
import { ProblemError } from '../../kernel/problem.ts'
import { FakeClock } from '../../platform/clock.ts'
import type { DeviceIdentityView } from '../contract.ts'
import { deviceIdentityRoutes } from './identity-routes.ts'

const person = (...roles: Role[]): Actor => ({
  ...{ kind: 'person', id: 'u', name: 'U', roles, fhirUser: 'Practitioner/u', scopes: [] },
})
const dayMs = 86_400_000

describe('how devices prove who they are', () => {
  const clock = new FakeClock()
  let test: Awaited<ReturnType<typeof testAuthority>>
  let app: FastifyInstance
  let actor: Actor | undefined
  let provenAgoMs = 0
  beforeAll(async () => {
    test = await testAuthority(clock)
    app = Fastify()
    app.decorateRequest('actor', undefined)
    app.decorateRequest('provenAgoMs', undefined)
    app.decorateRequest('wantedMaxAgeS', undefined)
    app.addHook('onRequest', async (request) => void Object.assign(request, { actor, provenAgoMs }))
    app.setErrorHandler((error, _request, reply) => {
      if (error instanceof ProblemError) return reply.code(error.problem.status).send(error.problem)
      throw error
    })
    const ports = () => ({ mqtts: 8_883, https: null })
    await app.register(deviceIdentityRoutes({ ...test, clock, ports }))
  })
  afterAll(async () => {
    await app.close()
    await test.close()
  })
  beforeEach(() => {
    actor = person('biomed')
    provenAgoMs = 0
  })
  const call = async (method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object) => {
    const answer = await app.inject({ method, url, ...(payload ? { payload } : {}) })
    return { status: answer.statusCode, body: answer.json(), headers: answer.headers }
  }
  const own = async (): Promise<DeviceIdentityView> =>
    (await call('GET', '/api/device-certificates')).body.devices[0]

  it('a certificate goes from its code to its end on the page', async () => {
    const made = await call('POST', '/api/devices/monitor-1/enrolment-code')
    expect(made).toMatchObject({ status: 200, body: { device: 'monitor-1' } })
    expect(made.headers['cache-control']).toBe('no-store')
    const { serial } = await test.enrol('monitor-1')
    expect(await own()).toMatchObject({ wantsRenewal: false, certificates: [{ serial, state: 'valid' }] })
    clock.advanceMs(76 * dayMs)
    expect(await own()).toMatchObject({ wantsRenewal: true, certificates: [{ state: 'ends-soon' }] })
    await test.enrol('monitor-1')
    const [newer, older] = (await own()).certificates
    expect([newer?.state, older?.state, older?.renewed]).toEqual(['valid', 'ends-soon', true])
    const revoked = await call('POST', `/api/device-certificates/${serial}/revoke`, {
      ...{ reason: 'superseded', note: 'renewed early' },
    })
    expect(revoked.body.certificates[1]).toMatchObject({
      ...{ state: 'revoked', revoked: { reason: 'superseded', note: 'renewed early' } },
    })
    expect((await own()).wantsRenewal).toBe(false)
  })

  it('a secret is rotated with an overlap, replaced at once, and taken away', async () => {
    await call('POST', '/api/devices/monitor-1/credential')
    const rotated = await call('POST', '/api/devices/monitor-1/credential', { overlapHours: 24 })
    expect(rotated.body.password.length).toBeGreaterThan(40)
    expect((await own()).secret?.previousUntil).not.toBeNull()
    await call('POST', '/api/devices/monitor-1/credential')
    expect((await own()).secret).toMatchObject({ previousUntil: null })
    expect((await call('DELETE', '/api/devices/monitor-1/credential')).body.secret).toBeNull()
    expect(test.events.slice(-2).map(({ what, by }) => [what, by])).toEqual([
      ['secret-rotated', 'Practitioner/u'],
      ['secret-revoked', 'Practitioner/u'],
    ])
  })

  const acts = [
    ['POST', '/api/devices/monitor-1/enrolment-code'],
    ['POST', '/api/devices/monitor-1/credential'],
    ['DELETE', '/api/devices/monitor-1/credential'],
    ['POST', '/api/device-certificates/00/revoke'],
  ] as const
  it.each(acts)('%s %s wants a fresh sign-in, and the permission to manage devices', async (method, url) => {
    provenAgoMs = 301_000
    expect(await call(method, url)).toMatchObject({ status: 401, body: { code: 'sign-in-not-recent' } })
    provenAgoMs = 0
    actor = person('nurse')
    expect((await call(method, url)).status).toBe(403)
    actor = undefined
    expect((await call(method, url)).status).toBe(401)
  })

  it.each([
    ['POST', '/api/devices/none/enrolment-code', undefined, 404],
    ['POST', '/api/devices/monitor-1/credential', { overlapHours: 337 }, 422],
    ['POST', '/api/devices/monitor-1/credential', { overlapHours: -1 }, 400],
    ['POST', '/api/device-certificates/00/revoke', { reason: 'superseded' }, 404],
    ['POST', '/api/device-certificates/00/revoke', { reason: 'boredom' }, 400],
  ] as const)('%s %s with %j answers %i', async (method, url, payload, status) => {
    expect((await call(method, url, payload)).status).toBe(status)
  })

  it('is shown to who may see devices, and to no patient', async () => {
    actor = person('patient')
    expect((await call('GET', '/api/device-certificates')).status).toBe(403)
    actor = person('biomed')
    expect((await call('GET', '/api/device-certificates')).body).toMatchObject({
      ...{ mqttsPort: 8_883, httpsPort: null },
      authority: { fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) },
    })
  })
})
