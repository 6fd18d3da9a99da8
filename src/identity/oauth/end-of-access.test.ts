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

describe('the end of access', () => {
  it('ends at revocation at once', async () => {
    const { tokens } = await app.signedIn()
    expect((await app.me(tokens.access_token)).status).toBe(200)
    await client.tokenRevocation(app.config, tokens.access_token)
    expect((await app.me(tokens.access_token)).status).toBe(401)
    await expect(client.refreshTokenGrant(app.config, tokens.refresh_token!)).rejects.toMatchObject({
      error: 'invalid_grant',
    })
  })

  it('ends at sign-out, with the browser session', async () => {
    const { tokens, browser } = await app.signedIn()
    const answer = await browser.fetch('/api/sign-out', {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens.access_token}` },
    })
    expect(answer.status).toBe(204)
    expect((await app.me(tokens.access_token)).status).toBe(401)
    await expect(client.refreshTokenGrant(app.config, tokens.refresh_token!)).rejects.toMatchObject({
      error: 'invalid_grant',
    })
    expect((await app.firstStep(browser)).pathname).toMatch(/^\/api\/sign-in\//)
  })

  it('ends at the end-session endpoint without a page in between', async () => {
    const { tokens, browser } = await app.signedIn()
    const url = client.buildEndSessionUrl(app.config, {
      id_token_hint: tokens.id_token!,
      post_logout_redirect_uri: `${server.url}/`,
      state: 'x',
    })
    const answer = await browser.fetch(url.href)
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toBe(`${server.url}/?state=x`)
    expect((await app.me(tokens.access_token)).status).toBe(401)
  })

  it('is not ended by a page elsewhere that names no client', async () => {
    const { tokens, browser } = await app.signedIn()
    await browser.fetch('/oauth/end_session?post_logout_redirect_uri=https://evil.example')
    expect((await app.me(tokens.access_token)).status).toBe(200)
  })

  it('ends when the person is disabled', async () => {
    await server.identity.createPerson({
      email: 'leaver@example.org',
      password: nurse.password,
      name: 'Lea Leaver',
      roles: ['physician'],
      id: 'lea',
    })
    const { tokens } = await app.signedIn(undefined, { ...nurse, email: 'LEAVER@example.org' })
    expect((await app.me(tokens.access_token)).status).toBe(200)
    await server.identity.setPersonDisabled('lea', true)
    expect((await app.me(tokens.access_token)).status).toBe(401)
    await expect(client.refreshTokenGrant(app.config, tokens.refresh_token!)).rejects.toMatchObject({
      error: 'invalid_grant',
    })
    await expect(app.authorize(undefined, { ...nurse, email: 'leaver@example.org' })).rejects.toThrow('401')
  })

  it('changes hands when someone else signs in at the same browser', async () => {
    await server.identity.createPerson({
      email: 'next@example.org',
      password: nurse.password,
      name: 'Ned Next',
      roles: ['nurse'],
      id: 'ned',
    })
    const { tokens, browser } = await app.signedIn()
    const { tokens: next } = await app.signedIn(
      browser,
      { ...nurse, email: 'next@example.org' },
      { prompt: 'login' },
    )
    expect(await (await app.me(next.access_token)).json()).toMatchObject({ id: 'ned' })
    expect((await app.me(tokens.access_token)).status).toBe(401)
  })

  it('changes hands in a tab that was opened before, without a page that posts itself', async () => {
    const browser = server.browser()
    const other = await app.firstStep(browser)
    const { tokens } = await app.signedIn(browser)
    const answer = await browser.fetch(other.pathname, asJson({ ...nurse, email: 'next@example.org' }))
    const { redirectTo } = (await answer.json()) as { redirectTo: string }
    const back = await browser.fetch(redirectTo)
    expect(back.status).toBe(303)
    expect(new URL(back.headers.get('location')!).searchParams.get('code')).toBeTruthy()
    expect((await app.me(tokens.access_token)).status).toBe(401)
  })
})
