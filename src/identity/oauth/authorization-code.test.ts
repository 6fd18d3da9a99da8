import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asJson, type IdentityServer, identityServer } from '../../../tests/identity-server.ts'
import { nurse, type WebApp, webApp } from '../../../tests/identity-web-app.ts'

let server: IdentityServer
let app: WebApp
beforeAll(async () => {
  server = await identityServer()
  await server.identity.createPerson({ ...nurse, name: 'Nora Nurse', roles: ['nurse'], id: 'nora' })
  app = await webApp(server)
})
afterAll(() => server.stop())

describe('authorization code with PKCE', () => {
  it('signs a nurse in and answers who they are', async () => {
    const { tokens } = await app.signedIn()
    expect(tokens.expires_in).toBe(600)
    expect(tokens.claims()).toMatchObject({
      sub: 'nora',
      fhirUser: `${server.url}/fhir/R4/Practitioner/nora`,
      iss: server.url,
    })
    const answer = await app.me(tokens.access_token)
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({
      id: 'nora',
      name: 'Nora Nurse',
      roles: ['nurse'],
      permissions: ['monitoring.view', 'alarms.acknowledge', 'readings.withdraw', 'devices.view'],
    })
    expect(await client.fetchUserInfo(app.config, tokens.access_token, 'nora')).toMatchObject({
      sub: 'nora',
      name: 'Nora Nurse',
    })
  })

  it('skips the password while the browser session lasts', async () => {
    const first = await app.signedIn()
    const cookies = [...first.browser.cookies.values()]
    expect(cookies.length).toBeGreaterThan(0)
    for (const { attributes } of cookies) expect(attributes).toMatch(/samesite=lax.*httponly/i)
    const again = await app.firstStep(first.browser)
    expect(again.searchParams.get('code')).toBeTruthy()
  })

  it('goes on in several tabs at once', async () => {
    const { browser } = await app.signedIn()
    const steps = await Promise.all(Array.from({ length: 6 }, () => app.firstStep(browser)))
    for (const step of steps) expect(step.searchParams.get('code')).toBeTruthy()
  })

  it('goes on in a tab that was opened before another was signed in', async () => {
    const browser = server.browser()
    const uids = [await app.firstStep(browser), await app.firstStep(browser)].map((url) => url.pathname)
    for (const path of uids) {
      const answer = await browser.fetch(path, asJson(nurse))
      const { redirectTo } = (await answer.json()) as { redirectTo: string }
      const back = (await browser.fetch(redirectTo)).headers.get('location')!
      expect(new URL(back).searchParams.get('code')).toBeTruthy()
    }
  })

  it('keeps neither cookies nor tokens in the database in the clear', async () => {
    const { tokens, browser } = await app.signedIn()
    await app.authorize(browser, nurse, { prompt: 'login' })
    await browser.fetch((await app.request({ prompt: 'login' })).url.href)
    const [row] = await server.db.query<{ all: string }>(
      `SELECT string_agg(a::text, '') AS all FROM oauth_artifact a`,
    )
    expect(browser.cookies.has('vitalwire_session')).toBe(true)
    for (const value of [
      tokens.access_token,
      tokens.refresh_token!,
      browser.cookies.get('vitalwire_session')!.value,
    ]) {
      expect(row?.all).not.toContain(value)
      expect(server.logged.join('\n')).not.toContain(value)
    }
  })

  it('rotates refresh tokens, and a rotated one used again ends all of them', async () => {
    const { tokens } = await app.signedIn()
    const second = await client.refreshTokenGrant(app.config, tokens.refresh_token!)
    expect(second.refresh_token).not.toBe(tokens.refresh_token)
    expect((await app.me(second.access_token)).status).toBe(200)
    await expect(client.refreshTokenGrant(app.config, tokens.refresh_token!)).rejects.toMatchObject({
      error: 'invalid_grant',
    })
    await expect(client.refreshTokenGrant(app.config, second.refresh_token!)).rejects.toMatchObject({
      error: 'invalid_grant',
    })
    expect((await app.me(second.access_token)).status).toBe(401)
  })

  it('lets exactly one of many simultaneous refreshes through', async () => {
    const { tokens } = await app.signedIn()
    const answers = await Promise.allSettled(
      Array.from({ length: 6 }, () => client.refreshTokenGrant(app.config, tokens.refresh_token!)),
    )
    expect(answers.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(1)
  })

  it('takes a code once, and ends what it gave when it comes twice', async () => {
    const { back, checks } = await app.authorize()
    const tokens = await client.authorizationCodeGrant(app.config, back, checks)
    await expect(client.authorizationCodeGrant(app.config, back, checks)).rejects.toMatchObject({
      error: 'invalid_grant',
    })
    expect((await app.me(tokens.access_token)).status).toBe(401)
  })

  it('refuses a wrong verifier', async () => {
    const { back, checks } = await app.authorize()
    await expect(
      client.authorizationCodeGrant(app.config, back, {
        ...checks,
        pkceCodeVerifier: client.randomPKCECodeVerifier(),
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

  it.each([
    ['its own page', () => server.url, 200],
    ['another loopback port', () => 'http://localhost:5173', 200],
    ['a stranger', () => 'https://evil.example', 400],
  ])('answers a token to a script of %s: %#', async (_who, origin, status) => {
    const { tokens } = await app.signedIn()
    const answer = await fetch(`${server.url}/oauth/token`, {
      method: 'POST',
      headers: { origin: origin() },
      body: new URLSearchParams({
        client_id: 'vitalwire-web',
        grant_type: 'refresh_token',
        refresh_token: tokens.refresh_token!,
      }),
    })
    expect(answer.status).toBe(status)
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
    const { tokens, browser } = await app.signedIn()
    for (const path of [
      '/oauth/auth?client_id=nobody',
      '/oauth/end_session',
      `/oauth/end_session?id_token_hint=${tokens.id_token}`,
      '/oauth/end_session?client_id=vitalwire-web',
    ]) {
      const answer = await browser.fetch(path, { headers: { accept: 'text/html' } })
      expect(await answer.text(), path).not.toMatch(/<script|onload=/i)
      expect(answer.status, path).toBe(303)
      expect(answer.headers.get('content-security-policy')).toContain("script-src 'self'")
    }
  })
})

describe('behind a proxy that ends TLS', () => {
  it('marks every cookie secure and answers with the public URL', async () => {
    const behind = await identityServer({ publicUrl: 'https://ward.example' })
    const query = new URLSearchParams({
      client_id: 'vitalwire-web',
      response_type: 'code',
      scope: 'openid',
      redirect_uri: 'https://ward.example/signed-in',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    })
    const browser = behind.browser()
    await browser.fetch(`/oauth/auth?${query}`)
    const cookies = [...browser.cookies.values()]
    expect(cookies.length).toBeGreaterThan(0)
    for (const { attributes } of cookies) expect(attributes).toMatch(/secure.*httponly/i)

    query.set('redirect_uri', 'http://localhost:5173/signed-in')
    const refused = await browser.fetch(`/oauth/auth?${query}`, { headers: { accept: 'text/html' } })
    expect(refused.headers.get('location')).toMatch(/^\/signed-in\?error=invalid_redirect_uri/)
    await behind.stop()
  })
})
