import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asJson, type IdentityServer, identityServer } from '../../../tests/identity-server.ts'
import { type WebApp, webApp } from '../../../tests/identity-web-app.ts'
import { FakeClock } from '../../platform/clock.ts'
import type { NewProxy, ProxyView } from '../contract.ts'
import { accessEnded } from '../identity.ts'

const clock = new FakeClock(Date.now() * 1_000)
const password = 'a long enough password'
let server: IdentityServer
let app: WebApp
beforeAll(async () => {
  server = await identityServer({ clock })
  const { identity } = server
  const make = (id: string, rest: object) =>
    identity.createPerson({ email: `${id}@example.org`, name: id, id, password, roles: ['patient'], ...rest })
  await make('pat', { patient: 'p1' })
  await make('kid', { patient: 'p2' })
  await make('mum', { fhirUser: 'RelatedPerson/mum' })
  await make('nora', { roles: ['nurse'] })
  await make('priya', { roles: ['privacy'] })
  app = await webApp(server)
})
afterAll(() => server.stop())

const signedIn = async (id: string) =>
  (await app.signedIn(undefined, { email: `${id}@example.org`, password })).tokens.access_token
const send = (token: string, path: string, body?: object, method = body ? 'POST' : 'GET') => {
  const request = body ? asJson(body) : {}
  return fetch(`${server.url}${path}`, {
    ...request,
    method,
    headers: { ...request.headers, authorization: `Bearer ${token}` },
  })
}
const proxyFor = async (token: string) => {
  const actor = await server.identity.authenticate(token)
  return actor?.kind === 'person' ? actor.proxyFor : undefined
}
const inDays = (days: number) => new Date(clock.now() / 1_000 + days * 86_400_000).toISOString()
const grant = (token: string, over: Partial<NewProxy> = {}) =>
  send(token, '/api/proxies', { person: 'mum@example.org', patient: 'p1', relationship: 'POWATT', ...over })

describe('who stands for a patient', () => {
  it('is named by the patient, acts at once, and no more when the patient says so', async () => {
    const [pat, mum] = [await signedIn('pat'), await signedIn('mum')]
    expect(await proxyFor(mum)).toBeUndefined()
    const made = await grant(pat)
    expect(made.status).toBe(201)
    const proxy = (await made.json()) as ProxyView
    expect(await proxyFor(mum)).toEqual(['p1'])
    expect((await grant(pat)).status).toBe(409)
    expect(await (await send(mum, '/api/account/proxies')).json()).toMatchObject([{ patient: 'p1' }])

    const ended: string[] = []
    const stop = server.bus.subscribe(accessEnded, ({ id }) => void ended.push(id))
    expect((await send(pat, `/api/proxies/${proxy.id}`, undefined, 'DELETE')).status).toBe(204)
    stop()
    expect(ended).toEqual(['mum'])
    expect(await proxyFor(mum)).toBeUndefined()
    expect((await send(pat, `/api/proxies/${proxy.id}`, undefined, 'DELETE')).status).toBe(404)
  })

  it('of a minor is named by the privacy officer, begins and ends by its days', async () => {
    const [priya, mum] = [await signedIn('priya'), await signedIn('mum')]
    const over = { patient: 'p2', relationship: 'GUARD', from: inDays(1), until: inDays(3) }
    expect((await grant(priya, over)).status).toBe(201)
    expect(await proxyFor(mum)).toBeUndefined()
    clock.advanceMs(86_400_000 + 1_000)
    expect(await proxyFor(await signedIn('mum'))).toEqual(['p2'])
    clock.advanceMs(2 * 86_400_000)
    expect(await proxyFor(await signedIn('mum'))).toBeUndefined()
    const ended: string[] = []
    const stop = server.bus.subscribe(accessEnded, ({ id }) => void ended.push(id))
    await server.identity.cleanUp()
    stop()
    expect(ended).toEqual(['mum'])
    expect(await (await send(await signedIn('priya'), '/api/proxies')).json()).toEqual([])
  })

  it('may stop by their own word', async () => {
    const proxy = (await (await grant(await signedIn('pat'))).json()) as ProxyView
    const mum = await signedIn('mum')
    expect((await send(mum, `/api/proxies/${proxy.id}`, undefined, 'DELETE')).status).toBe(204)
  })

  it.each([
    ['another patient', 'kid', {}, 403],
    ['a nurse', 'nora', {}, 403],
    ['who would stand for them', 'mum', {}, 403],
    ['the patient, for themselves', 'pat', { person: 'pat' }, 422],
    ['the patient, for an account of staff', 'pat', { person: 'nora@example.org' }, 404],
    ['the patient, until yesterday', 'pat', { until: '2020-01-01T00:00:00Z' }, 422],
    ['the patient, with no code', 'pat', { relationship: 'my best friend' }, 422],
  ])('is not named by %s', async (_who, id, over, status) => {
    expect((await grant(await signedIn(id), over)).status).toBe(status)
  })
})
