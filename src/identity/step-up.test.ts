import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asJson, type IdentityServer, identityServer } from '../../tests/identity-server.ts'
import { nurse, type WebApp, webApp } from '../../tests/identity-web-app.ts'
import { FakeClock } from '../platform/clock.ts'
import { signInLimits } from './sign-in.ts'

// Stands where the library's own clock stands, and moves only when told to.
const clock = new FakeClock(Date.now() * 1_000)
let server: IdentityServer
let app: WebApp
const tooLongMs = 301_000
beforeAll(async () => {
  server = await identityServer({ clock })
  await server.identity.createPerson({ ...nurse, name: 'Nora Nurse', roles: ['nurse'], id: 'nora' })
  app = await webApp(server)
})
afterAll(() => server.stop())

const post = (path: string, token?: string, body: object = {}) => {
  const request = asJson(body)
  const headers = { ...request.headers, ...(token ? { authorization: `Bearer ${token}` } : {}) }
  return fetch(`${server.url}${path}`, { ...request, headers })
}
const codeOf = async (answer: Response) => {
  const body = (await answer.json()) as { issue?: { details: { coding: { code: string }[] } }[] }
  return [answer.status, body.issue?.[0]?.details.coding[0]?.code]
}
const confirm = (token: string, password: string) => post('/api/account/confirm', token, { password })

describe('a dangerous act', () => {
  it('is allowed soon after the sign-in, and asks for a proof later', async () => {
    const { tokens } = await app.signedIn()
    expect(await (await post('/dangerous', tokens.access_token)).json()).toEqual({ by: 'nora' })
    clock.advanceMs(tooLongMs)
    const answer = await post('/dangerous', tokens.access_token)
    expect(answer.headers.get('www-authenticate')).toMatch(
      /^Bearer .*error="insufficient_user_authentication".*max_age="300"$/,
    )
    expect(await codeOf(answer)).toEqual([401, 'sign-in-not-recent'])
    // The session itself goes on.
    expect((await app.me(tokens.access_token)).status).toBe(200)

    expect((await confirm(tokens.access_token, nurse.password)).status).toBe(204)
    expect((await post('/dangerous', tokens.access_token)).status).toBe(200)
    clock.advanceMs(tooLongMs)
    expect((await post('/dangerous', tokens.access_token)).status).toBe(401)
  })

  it('is not allowed by the proof that was given in another session', async () => {
    const stale = (await app.signedIn()).tokens
    clock.advanceMs(tooLongMs)
    const fresh = (await app.signedIn()).tokens
    await confirm(fresh.access_token, nurse.password)
    expect((await post('/dangerous', fresh.access_token)).status).toBe(200)
    expect((await post('/dangerous', stale.access_token)).status).toBe(401)
  })

  it('refuses a wrong password without ending the session, and locks after five', async () => {
    const { tokens } = await app.signedIn()
    clock.advanceMs(tooLongMs)
    for (let i = 0; i < signInLimits.perAccount; i += 1) {
      expect(await codeOf(await confirm(tokens.access_token, 'wrong'))).toEqual([403, 'confirmation-refused'])
    }
    expect(await codeOf(await confirm(tokens.access_token, nurse.password))).toEqual([429, 'sign-in-locked'])
    expect((await app.me(tokens.access_token)).status).toBe(200)
    expect((await post('/dangerous', tokens.access_token)).status).toBe(401)
    clock.advanceMs(signInLimits.windowMs)
  })

  it('is for people: nobody signs in, an app on its own cannot', async () => {
    expect(await codeOf(await post('/dangerous'))).toEqual([401, 'not-signed-in'])
    const secret = 's'.repeat(32)
    await server.identity.createClient({ id: 'app', secret, scopes: ['system/*.cruds'] })
    const answer = await fetch(`${server.url}/oauth/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`app:${secret}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    })
    const { access_token } = (await answer.json()) as { access_token: string }
    expect(await codeOf(await post('/dangerous', access_token))).toEqual([403, 'person-needed'])
    expect((await post('/api/account/confirm', access_token, { password: 'x' })).status).toBe(403)
  })
})
