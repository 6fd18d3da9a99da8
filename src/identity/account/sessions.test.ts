import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type IdentityServer, identityServer, signIn } from '../../../tests/identity-server.ts'
import { nurse, type WebApp, webApp } from '../../../tests/identity-web-app.ts'
import { FakeClock } from '../../platform/clock.ts'
import type { AppAccessView, SessionView } from '../contract.ts'

// Stands where the library's own clock stands, and moves only when told to.
const clock = new FakeClock(Date.now() * 1_000)
let server: IdentityServer
let app: WebApp
beforeAll(async () => {
  server = await identityServer({ clock })
  for (const id of ['nora', 'ned']) {
    const email = id === 'nora' ? nurse.email : 'ned@example.org'
    await server.identity.createPerson({ ...nurse, email, name: id, roles: ['nurse'], id })
  }
  app = await webApp(server)
})
afterAll(() => server.stop())

const account = (token: string, path: string, method = 'GET') =>
  fetch(`${server.url}/api/account/${path}`, { method, headers: { authorization: `Bearer ${token}` } })
const sessionsOf = async (token: string) => (await (await account(token, 'sessions')).json()) as SessionView[]
const signedIn = async (person = nurse) => (await app.signedIn(undefined, person)).tokens
const isOpen = async (token: string) => (await app.me(token)).status === 200

describe('a person', () => {
  it('sees each place where they are signed in, and which one they look from', async () => {
    const first = await signedIn()
    clock.advanceMs(90_000)
    const second = await signedIn()
    const seen = await sessionsOf(second.access_token)
    expect(seen.map(({ current }) => current)).toEqual([true, false])
    expect(seen[0]).toMatchObject({ address: '127.0.0.1', userAgent: expect.stringMatching(/\S/) })
    expect(Date.parse(seen[0]!.beganAt) - Date.parse(seen[1]!.beganAt)).toBe(90_000)

    // The first is used again: it comes to the top.
    clock.advanceMs(61_000)
    const later = await sessionsOf(first.access_token)
    expect(later.map(({ current }) => current)).toEqual([true, false])
    expect(later[0]!.beganAt).toBe(seen[1]!.beganAt)
    expect(Date.parse(later[0]!.lastSeenAt)).toBeGreaterThan(Date.parse(later[1]!.lastSeenAt))
  })

  it('is not told an address that the request made up', async () => {
    const browser = server.browser()
    const plain = browser.fetch
    browser.fetch = (path, init = {}) => {
      const headers = new Headers(init.headers)
      headers.set('x-forwarded-for', '203.0.113.9')
      return plain(path, { ...init, headers })
    }
    const { tokens } = await app.signedIn(browser)
    const seen = await sessionsOf(tokens.access_token)
    expect(seen.map(({ address }) => address)).not.toContain('203.0.113.9')
  })

  it('ends one session: its tokens are refused at once, the others stay', async () => {
    const lost = await signedIn()
    const mine = await signedIn()
    const [lostSession] = (await sessionsOf(lost.access_token)).filter(({ current }) => current)
    expect((await account(mine.access_token, `sessions/${lostSession!.id}`, 'DELETE')).status).toBe(204)
    expect(await isOpen(lost.access_token)).toBe(false)
    expect(await isOpen(mine.access_token)).toBe(true)
    await expect(client.refreshTokenGrant(app.config, lost.refresh_token!)).rejects.toMatchObject({
      error: 'invalid_grant',
    })
    expect((await account(mine.access_token, `sessions/${lostSession!.id}`, 'DELETE')).status).toBe(404)
  })

  it('ends all others with one request', async () => {
    const others = [await signedIn(), await signedIn()]
    const mine = await signedIn()
    const answer = await account(mine.access_token, 'sessions', 'DELETE')
    expect(((await answer.json()) as { ended: number }).ended).toBeGreaterThanOrEqual(2)
    for (const other of others) expect(await isOpen(other.access_token)).toBe(false)
    expect((await sessionsOf(mine.access_token)).map(({ current }) => current)).toEqual([true])
  })

  it('neither sees nor ends a session of someone else', async () => {
    const nora = await signedIn()
    const ned = await signedIn({ ...nurse, email: 'ned@example.org' })
    const [noras] = await sessionsOf(nora.access_token)
    expect((await sessionsOf(ned.access_token)).map(({ id }) => id)).not.toContain(noras!.id)
    expect((await account(ned.access_token, `sessions/${noras!.id}`, 'DELETE')).status).toBe(404)
    expect(await isOpen(nora.access_token)).toBe(true)
  })

  it('must be signed in', async () => {
    for (const [path, method] of [
      ['sessions', 'GET'],
      ['sessions', 'DELETE'],
      ['apps', 'GET'],
    ] as const) {
      const answer = await fetch(`${server.url}/api/account/${path}`, { method })
      expect([path, answer.status]).toEqual([path, 401])
    }
  })
})

describe('an app with lasting access', () => {
  it('is shown with what it may do, may not look at the account itself, and is ended', async () => {
    const redirect = 'http://127.0.0.1:9/back'
    await server.identity.createClient({
      id: 'chart',
      name: 'Chart app',
      scopes: ['user/Observation.rs'],
      redirectUris: [redirect],
    })
    const chart = await client.discovery(new URL(server.url), 'chart', undefined, client.None(), {
      execute: [client.allowInsecureRequests],
    })
    const { url, verifier, state, nonce } = await app.request({
      client_id: 'chart',
      redirect_uri: redirect,
      scope: 'openid offline_access user/Observation.rs',
      prompt: 'consent',
    })
    const back = await signIn(server.browser(), url, nurse)
    const tokens = await client.authorizationCodeGrant(chart, back, {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
    })
    expect((await account(tokens.access_token, 'sessions')).status).toBe(403)

    const mine = await signedIn()
    const apps = (await (await account(mine.access_token, 'apps')).json()) as AppAccessView[]
    expect(apps).toMatchObject([
      { name: 'Chart app', scopes: expect.arrayContaining(['user/Observation.rs']) },
    ])
    // Ending the browser's sessions leaves it, as it was granted to come back without the person.
    await account(mine.access_token, 'sessions', 'DELETE')
    expect(await isOpen(tokens.access_token)).toBe(true)
    expect((await account(mine.access_token, `apps/${apps[0]!.id}`, 'DELETE')).status).toBe(204)
    expect(await isOpen(tokens.access_token)).toBe(false)
    await expect(client.refreshTokenGrant(chart, tokens.refresh_token!)).rejects.toMatchObject({
      error: 'invalid_grant',
    })
    expect(await (await account(mine.access_token, 'apps')).json()).toEqual([])
  })
})
