import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Browser, type IdentityServer, identityServer, signIn } from '../../../tests/identity-server.ts'

const nurse = { email: 'nurse@example.org', password: 'a long enough password' }
const scope = 'openid profile fhirUser user/*.cruds'
let server: IdentityServer
let config: client.Configuration

beforeAll(async () => {
  server = await identityServer()
  await server.identity.createPerson({ ...nurse, name: 'Nora Nurse', roles: ['nurse'], id: 'nora' })
  config = await client.discovery(new URL(server.url), 'vitalwire-web', undefined, client.None(), {
    execute: [client.allowInsecureRequests],
  })
})
afterAll(() => server.stop())

async function authorize(browser: Browser = server.browser(), extra: Record<string, string> = {}) {
  const verifier = client.randomPKCECodeVerifier()
  const state = client.randomState()
  const nonce = client.randomNonce()
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: `${server.url}/signed-in`,
    scope,
    state,
    nonce,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...extra,
  })
  const back = await signIn(browser, url, nurse)
  return { browser, verifier, state, nonce, back }
}

async function signedIn(browser?: Browser) {
  const { back, verifier, state, nonce, browser: used } = await authorize(browser)
  const tokens = await client.authorizationCodeGrant(config, back, {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  })
  return { tokens, browser: used }
}

/** Where an authorization request leads first. */
async function authorizationOnly(browser: Browser): Promise<URL> {
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: `${server.url}/signed-in`,
    scope,
    code_challenge: await client.calculatePKCECodeChallenge(client.randomPKCECodeVerifier()),
    code_challenge_method: 'S256',
  })
  const answer = await browser.fetch(url.href)
  return new URL(answer.headers.get('location')!, server.url)
}

const me = (token: string) => fetch(`${server.url}/api/me`, { headers: { authorization: `Bearer ${token}` } })

describe('authorization code with PKCE', () => {
  it('signs a nurse in and answers who they are', async () => {
    const { tokens } = await signedIn()
    expect(tokens.expires_in).toBe(600)
    expect(tokens.claims()).toMatchObject({
      sub: 'nora',
      fhirUser: `${server.url}/fhir/R4/Practitioner/nora`,
      iss: server.url,
    })
    const answer = await me(tokens.access_token)
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({
      id: 'nora',
      name: 'Nora Nurse',
      roles: ['nurse'],
      permissions: ['monitoring.view', 'alarms.acknowledge', 'devices.view'],
    })
    expect(await client.fetchUserInfo(config, tokens.access_token, 'nora')).toMatchObject({
      sub: 'nora',
      name: 'Nora Nurse',
    })
  })

  it('skips the password while the browser session lasts', async () => {
    const first = await signedIn()
    const cookies = [...first.browser.cookies.values()]
    expect(cookies.length).toBeGreaterThan(0)
    for (const { attributes } of cookies) expect(attributes).toMatch(/samesite=lax.*httponly/i)
    const again = await authorizationOnly(first.browser)
    expect(again.searchParams.get('code')).toBeTruthy()
  })

  it('rotates refresh tokens, and a rotated one used again ends all of them', async () => {
    const { tokens } = await signedIn()
    const second = await client.refreshTokenGrant(config, tokens.refresh_token!)
    expect(second.refresh_token).not.toBe(tokens.refresh_token)
    expect((await me(second.access_token)).status).toBe(200)
    await expect(client.refreshTokenGrant(config, tokens.refresh_token!)).rejects.toMatchObject({
      error: 'invalid_grant',
    })
    await expect(client.refreshTokenGrant(config, second.refresh_token!)).rejects.toMatchObject({
      error: 'invalid_grant',
    })
    expect((await me(second.access_token)).status).toBe(401)
  })

  it('lets exactly one of many simultaneous refreshes through', async () => {
    const { tokens } = await signedIn()
    const answers = await Promise.allSettled(
      Array.from({ length: 6 }, () => client.refreshTokenGrant(config, tokens.refresh_token!)),
    )
    expect(answers.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(1)
  })

  it('takes a code once, and ends what it gave when it comes twice', async () => {
    const { back, verifier, state, nonce } = await authorize()
    const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce }
    const tokens = await client.authorizationCodeGrant(config, back, checks)
    await expect(client.authorizationCodeGrant(config, back, checks)).rejects.toMatchObject({
      error: 'invalid_grant',
    })
    expect((await me(tokens.access_token)).status).toBe(401)
  })

  it('refuses a wrong verifier', async () => {
    const { back, state, nonce } = await authorize()
    await expect(
      client.authorizationCodeGrant(config, back, {
        pkceCodeVerifier: client.randomPKCECodeVerifier(),
        expectedState: state,
        expectedNonce: nonce,
      }),
    ).rejects.toMatchObject({ error: 'invalid_grant' })
  })

  const base = { client_id: 'vitalwire-web', response_type: 'code', scope: 'openid' }
  const challenge = {
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  }
  const ask = (params: Record<string, string>, accept = 'text/html') =>
    server.browser().fetch(`/oauth/auth?${new URLSearchParams(params)}`, { headers: { accept } })

  it.each<[string, Record<string, string>, string]>([
    ['no PKCE', {}, 'invalid_request'],
    ['plain PKCE', { code_challenge: 'x'.repeat(43), code_challenge_method: 'plain' }, 'invalid_request'],
    ['PKCE without its method', { code_challenge: 'x'.repeat(43) }, 'invalid_request'],
    ['the implicit flow', { ...challenge, response_type: 'token' }, 'invalid_request'],
    ['a page that posts itself', { ...challenge, response_mode: 'form_post' }, 'unsupported_response_mode'],
  ])('refuses %s', async (_what, params, error) => {
    const answer = await ask({ ...base, redirect_uri: `${server.url}/signed-in`, ...params })
    expect(answer.status).toBe(303)
    const location = new URL(answer.headers.get('location')!, server.url)
    expect(location.origin + location.pathname).toBe(`${server.url}/signed-in`)
    const said = new URLSearchParams(`${location.search.slice(1)}&${location.hash.slice(1)}`)
    expect(said.get('error')).toBe(error)
    expect(said.has('code')).toBe(false)
  })

  it.each([
    'https://evil.example/signed-in',
    'http://127.0.0.1.evil.example/signed-in',
    'http://127.0.0.1:1/elsewhere',
    'http://user@127.0.0.1:1/signed-in',
    'http://localhost:5173/signed-in?next=//evil.example',
    '//evil.example',
    'javascript:alert(1)',
  ])('never redirects to %s', async (redirectUri) => {
    const answer = await ask({ ...base, ...challenge, redirect_uri: redirectUri })
    const location = new URL(answer.headers.get('location') ?? '/', server.url)
    expect(location.origin).toBe(server.url)
    expect(location.searchParams.get('error')).toMatch(/invalid_redirect_uri|invalid_request/)
    expect((await ask({ ...base, ...challenge, redirect_uri: redirectUri }, 'application/json')).status).toBe(
      400,
    )
  })

  it('lets the web app come from another loopback port while it is on loopback itself', async () => {
    const answer = await ask({ ...base, ...challenge, redirect_uri: 'http://localhost:5173/signed-in' })
    expect(answer.headers.get('location')).toMatch(/^\/api\/sign-in\//)
  })

  it('keeps its endpoints whatever Host a request claims', async () => {
    const answer = await fetch(`${server.url}/oauth/.well-known/openid-configuration`, {
      headers: { 'x-forwarded-host': 'evil.example' },
    })
    expect(((await answer.json()) as { token_endpoint: string }).token_endpoint).toBe(
      `${server.url}/oauth/token`,
    )
  })

  it('answers no page with a script in it', async () => {
    const { tokens, browser } = await signedIn()
    for (const path of [
      '/oauth/auth?client_id=nobody',
      '/oauth/end_session',
      `/oauth/end_session?id_token_hint=${tokens.id_token}`,
      '/oauth/end_session?client_id=vitalwire-web',
    ]) {
      const answer = await browser.fetch(path, { headers: { accept: 'text/html' } })
      expect(await answer.text(), path).not.toMatch(/<script|onload=/i)
      expect(answer.status, path).toBe(303)
    }
  })
})

describe('the end of access', () => {
  it('ends at revocation at once', async () => {
    const { tokens } = await signedIn()
    expect((await me(tokens.access_token)).status).toBe(200)
    await client.tokenRevocation(config, tokens.access_token)
    expect((await me(tokens.access_token)).status).toBe(401)
    await expect(client.refreshTokenGrant(config, tokens.refresh_token!)).rejects.toMatchObject({
      error: 'invalid_grant',
    })
  })

  it('ends at sign-out, with the browser session', async () => {
    const { tokens, browser } = await signedIn()
    const answer = await browser.fetch('/api/sign-out', {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens.access_token}` },
    })
    expect(answer.status).toBe(204)
    expect((await me(tokens.access_token)).status).toBe(401)
    await expect(client.refreshTokenGrant(config, tokens.refresh_token!)).rejects.toMatchObject({
      error: 'invalid_grant',
    })
    expect((await authorizationOnly(browser)).pathname).toMatch(/^\/api\/sign-in\//)
  })

  it('ends at the end-session endpoint without a page in between', async () => {
    const { tokens, browser } = await signedIn()
    const url = client.buildEndSessionUrl(config, {
      id_token_hint: tokens.id_token!,
      post_logout_redirect_uri: `${server.url}/`,
      state: 'x',
    })
    const answer = await browser.fetch(url.href)
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toBe(`${server.url}/?state=x`)
    expect((await me(tokens.access_token)).status).toBe(401)
  })

  it('is not ended by a page elsewhere that names no client', async () => {
    const { tokens, browser } = await signedIn()
    await browser.fetch('/oauth/end_session?post_logout_redirect_uri=https://evil.example')
    expect((await me(tokens.access_token)).status).toBe(200)
  })

  it('ends when the person is disabled, and tells who listens', async () => {
    await server.identity.createPerson({
      email: 'leaver@example.org',
      password: nurse.password,
      name: 'Lea Leaver',
      roles: ['physician'],
      id: 'lea',
    })
    const browser = server.browser()
    const verifier = client.randomPKCECodeVerifier()
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: `${server.url}/signed-in`,
      scope,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    })
    const back = await signIn(browser, url, { email: 'LEAVER@example.org', password: nurse.password })
    const tokens = await client.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier })
    expect((await me(tokens.access_token)).status).toBe(200)
    await server.identity.setPersonDisabled('lea', true)
    expect((await me(tokens.access_token)).status).toBe(401)
    await expect(client.refreshTokenGrant(config, tokens.refresh_token!)).rejects.toMatchObject({
      error: 'invalid_grant',
    })
    await expect(
      signIn(server.browser(), url, { email: 'leaver@example.org', password: nurse.password }),
    ).rejects.toThrow('401')
  })

  it('changes hands when someone else signs in at the same browser', async () => {
    await server.identity.createPerson({
      email: 'next@example.org',
      password: nurse.password,
      name: 'Ned Next',
      roles: ['nurse'],
      id: 'ned',
    })
    const { tokens, browser } = await signedIn()
    const verifier = client.randomPKCECodeVerifier()
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: `${server.url}/signed-in`,
      scope,
      prompt: 'login',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    })
    const back = await signIn(browser, url, { email: 'next@example.org', password: nurse.password })
    const next = await client.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier })
    expect(await (await me(next.access_token)).json()).toMatchObject({ id: 'ned' })
    expect((await me(tokens.access_token)).status).toBe(401)
  })
})
