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
})
