import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asJson, type IdentityServer, identityServer, signIn } from '../../../tests/identity-server.ts'

const password = 'a long enough password'
const redirectUri = 'https://growth.example/callback'
let server: IdentityServer
let config: client.Configuration

beforeAll(async () => {
  server = await identityServer()
  await server.identity.createPerson({
    email: 'pat@example.org',
    name: 'Pat',
    roles: ['patient'],
    password,
    patient: 'p1',
  })
  await server.identity.createPerson({
    email: 'doc@example.org',
    name: 'Doc',
    roles: ['physician'],
    password,
  })
  await server.identity.createClient({
    id: 'growth-chart',
    name: 'Growth chart',
    scopes: ['patient/*.rs', 'user/Observation.rs'],
    redirectUris: [redirectUri],
  })
  config = await client.discovery(new URL(server.url), 'growth-chart', undefined, client.None(), {
    execute: [client.allowInsecureRequests],
  })
})
afterAll(() => server.stop())

async function launch(email: string, scope: string) {
  const verifier = client.randomPKCECodeVerifier()
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope,
    aud: `${server.url}/fhir/R4`,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...(scope.includes('offline_access') ? { prompt: 'consent' } : {}),
  })
  const browser = server.browser()
  const back = await signIn(browser, url, { email, password })
  return {
    browser,
    tokens: await client.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier }),
  }
}
const search = async (token: string, type: string) =>
  (await fetch(`${server.url}/fhir/R4/${type}`, { headers: { authorization: `Bearer ${token}` } })).json()

describe('an app of someone else', () => {
  it('is launched alone, with consent, for the patient who signs in', async () => {
    const { tokens } = await launch(
      'pat@example.org',
      'openid fhirUser launch/patient patient/Observation.rs',
    )
    expect(tokens).toMatchObject({ patient: 'p1' })
    expect(tokens.claims()).toMatchObject({ fhirUser: `${server.url}/fhir/R4/Patient/p1` })
    expect(tokens.refresh_token).toBeUndefined()
    expect(await search(tokens.access_token, 'Observation')).toEqual({ patients: ['p1'], may: true })
    expect(await search(tokens.access_token, 'Condition')).toEqual({ patients: ['p1'], may: false })
  })

  it('is given what it is registered for, not what it asks', async () => {
    const { tokens } = await launch(
      'doc@example.org',
      'openid user/Observation.rs user/*.cruds user/Condition.rs',
    )
    expect(tokens.scope?.split(' ').sort()).toEqual(['openid', 'user/Observation.rs'])
    expect(await search(tokens.access_token, 'Observation')).toEqual({ patients: 'all', may: true })
    expect(await search(tokens.access_token, 'Condition')).toEqual({ patients: 'all', may: false })
  })

  it('in a physician’s name shows the board only where it may read Observations, and acknowledges nothing', async () => {
    const board = async (token: string) =>
      (await fetch(`${server.url}/board`, { headers: { authorization: `Bearer ${token}` } })).status
    const { tokens } = await launch('doc@example.org', 'openid user/Observation.rs')
    expect(await board(tokens.access_token)).toBe(200)
    const { tokens: blind } = await launch('doc@example.org', 'openid')
    expect(await board(blind.access_token)).toBe(403)
    const me = await fetch(`${server.url}/api/me`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    })
    expect(((await me.json()) as { permissions: string[] }).permissions).toEqual(['monitoring.view'])
  })

  it('keeps offline access when the browser session ends, until it is revoked', async () => {
    const { tokens, browser } = await launch('pat@example.org', 'openid offline_access patient/*.rs')
    await browser.fetch('/api/sign-out', { method: 'POST' })
    const renewed = await client.refreshTokenGrant(config, tokens.refresh_token!)
    expect(await search(renewed.access_token, 'Observation')).toEqual({ patients: ['p1'], may: true })
    await client.tokenRevocation(config, renewed.refresh_token!)
    expect((await search(renewed.access_token, 'Observation')) as object).toMatchObject({
      resourceType: 'OperationOutcome',
    })
  })

  it('gets an error, and no code, where the person says no', async () => {
    const browser = server.browser()
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: 'openid patient/*.rs',
      code_challenge: await client.calculatePKCECodeChallenge(client.randomPKCECodeVerifier()),
      code_challenge_method: 'S256',
    })
    const uidOf = (response: Response) => /sign-in\/([^?]+)/.exec(response.headers.get('location')!)![1]
    const uid = uidOf(await browser.fetch(url.href))
    const signed = await browser.fetch(`/api/sign-in/${uid}`, asJson({ email: 'pat@example.org', password }))
    const { redirectTo } = (await signed.json()) as { redirectTo: string }
    const consent = uidOf(await browser.fetch(redirectTo))
    expect(await (await browser.fetch(`/api/sign-in/${consent}`)).json()).toEqual({
      client: { id: 'growth-chart', name: 'Growth chart', firstParty: false },
      prompt: 'consent',
      scopes: ['openid', 'patient/*.rs'],
    })
    const answer = await browser.fetch(`/api/sign-in/${consent}/consent`, asJson({ allow: false }))
    const back = await browser.fetch(((await answer.json()) as { redirectTo: string }).redirectTo)
    const location = new URL(back.headers.get('location')!)
    expect(location.origin + location.pathname).toBe(redirectUri)
    expect(location.searchParams.get('error')).toBe('access_denied')
    expect(location.searchParams.has('code')).toBe(false)
  })
})
