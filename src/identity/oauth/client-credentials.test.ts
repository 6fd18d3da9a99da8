import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type IdentityServer, identityServer } from '../../../tests/identity-server.ts'

let server: IdentityServer
let secret: string
beforeAll(async () => {
  server = await identityServer()
  const made = await server.identity.createClient({ id: 'engine', scopes: ['system/*.cruds'] })
  secret = made.secret!
  await server.identity.createClient({
    id: 'reader',
    secret: 'r'.repeat(32),
    scopes: ['system/*.rs', 'system/Task.cru'],
  })
})
afterAll(() => server.stop())

const connect = (id: string, auth: client.ClientAuth) =>
  client.discovery(new URL(server.url), id, undefined, auth, { execute: [client.allowInsecureRequests] })
const search = (token: string, type = 'Observation') =>
  fetch(`${server.url}/fhir/R4/${type}`, { headers: { authorization: `Bearer ${token}` } })
const asReader = () => connect('reader', client.ClientSecretBasic('r'.repeat(32)))

describe('client credentials', () => {
  it.each([
    ['client_secret_basic', (value: string) => client.ClientSecretBasic(value)],
    ['client_secret_post', (value: string) => client.ClientSecretPost(value)],
  ])('gives a token by %s', async (_name, auth) => {
    const config = await connect('engine', auth(secret))
    const tokens = await client.clientCredentialsGrant(config, { scope: 'system/*.cruds' })
    expect(tokens).toMatchObject({ token_type: 'bearer', scope: 'system/*.cruds' })
    expect(tokens.expires_in).toBeGreaterThanOrEqual(300)
    expect(tokens.expires_in).toBeLessThanOrEqual(900)
    expect(tokens.refresh_token).toBeUndefined()
    expect(await (await search(tokens.access_token)).json()).toEqual({ patients: 'all', may: true })
  })

  it.each(['RS384', 'ES384'])('gives a token by private_key_jwt, %s', async (alg) => {
    const { privateKey, publicKey } = await generateKeyPair(alg)
    const id = `signer-${alg}`
    const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg, use: 'sig' }
    const made = await server.identity.createClient({ id, jwks: { keys: [jwk] }, scopes: ['system/*.rs'] })
    expect(made.secret).toBeUndefined()
    const config = await connect(id, client.PrivateKeyJwt({ key: privateKey, kid: 'k1' }))
    const tokens = await client.clientCredentialsGrant(config, { scope: 'system/Observation.rs' })
    expect((await search(tokens.access_token)).status).toBe(200)

    const { privateKey: stranger } = await generateKeyPair(alg)
    const forged = await connect(id, client.PrivateKeyJwt({ key: stranger, kid: 'k1' }))
    await expect(client.clientCredentialsGrant(forged)).rejects.toMatchObject({ error: 'invalid_client' })
  })

  it('takes a signed assertion once', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES384')
    const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES384' }
    await server.identity.createClient({ id: 'replayed', jwks: { keys: [jwk] }, scopes: ['system/*.rs'] })
    const config = await connect('replayed', client.PrivateKeyJwt({ key: privateKey, kid: 'k1' }))
    let sent = ''
    config[client.customFetch] = (url, options) => {
      sent = String(options.body)
      return fetch(url, options as RequestInit)
    }
    await client.clientCredentialsGrant(config)
    const again = await Promise.all(
      Array.from({ length: 4 }, () =>
        fetch(`${server.url}/oauth/token`, {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: sent,
        }),
      ),
    )
    expect(again.map(({ status }) => status)).toEqual([401, 401, 401, 401])
  })

  it.each([
    ['five minutes', 299, {}, 200],
    ['an hour', 3_600, {}, 401],
    ['a minute, for another server', 60, { audience: 'https://other.example' }, 401],
    ['a minute, by another client', 60, { issuer: 'engine' }, 401],
  ])('looks at an assertion for %s', async (_what, lifeS, claims, status) => {
    const { privateKey, publicKey } = await generateKeyPair('RS384')
    const id = `asserting-${lifeS}-${Object.keys(claims).join()}`.replaceAll(',', '-')
    const jwk = { ...(await exportJWK(publicKey)), kid: 'k1' }
    await server.identity.createClient({ id, jwks: { keys: [jwk] }, scopes: ['system/*.rs'] })
    const { audience = `${server.url}/oauth/token`, issuer = id } = claims as {
      audience?: string
      issuer?: string
    }
    const assertion = await new SignJWT()
      .setProtectedHeader({ alg: 'RS384', kid: 'k1', typ: 'JWT' })
      .setIssuer(issuer)
      .setSubject(id)
      .setAudience(audience)
      .setJti(id)
      .setExpirationTime(Math.floor(Date.now() / 1_000) + lifeS)
      .sign(privateKey)
    const answer = await fetch(`${server.url}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        scope: 'system/*.rs',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      }),
    })
    expect(answer.status).toBe(status)
  })

  it('refuses a wrong secret and an unknown client in the same words', async () => {
    const answers = await Promise.all(
      ['engine', 'nobody'].map((id) =>
        fetch(`${server.url}/oauth/token`, {
          method: 'POST',
          headers: { authorization: `Basic ${btoa(`${id}:wrong`)}` },
          body: new URLSearchParams({ grant_type: 'client_credentials' }),
        }),
      ),
    )
    for (const answer of answers) {
      expect(answer.status).toBe(401)
      expect(answer.headers.get('www-authenticate')).toMatch(/^Basic/)
      expect(await answer.json()).toEqual({
        error: 'invalid_client',
        error_description: 'client authentication failed',
      })
    }
  })

  it.each([
    'system/*.cruds',
    'system/Observation.c',
    'system/Task.cruds',
    'system/Observation.rs system/Patient.u',
    'system/*.sr',
    'system/*.',
    'system/*.read',
    'user/*.rs',
    'patient/*.rs',
    'openid',
    'everything',
  ])('refuses the reader %s', async (scope) => {
    await expect(client.clientCredentialsGrant(await asReader(), { scope })).rejects.toMatchObject({
      error: 'invalid_scope',
      status: 400,
    })
  })

  it.each([
    'system/*.rs',
    'system/*.r',
    'system/Observation.rs',
    'system/Task.cu',
    'system/Task.rs system/Patient.s',
  ])('grants the reader %s, and no more', async (scope) => {
    const tokens = await client.clientCredentialsGrant(await asReader(), { scope })
    expect(tokens.scope).toBe(scope)
    expect(await server.identity.authenticate(tokens.access_token)).toEqual({
      kind: 'app',
      purpose: 'HOPERAT',
      id: 'reader',
      scopes: scope.split(' '),
    })
  })

  it('grants the whole registration where no scope is named', async () => {
    const tokens = await client.clientCredentialsGrant(await asReader())
    expect(tokens.scope).toBe('system/*.rs system/Task.cru')
  })

  it('says by introspection what a token is, and nothing of one that is none', async () => {
    const config = await connect('engine', client.ClientSecretBasic(secret))
    const tokens = await client.clientCredentialsGrant(config, { scope: 'system/Observation.rs' })
    expect(await client.tokenIntrospection(config, tokens.access_token)).toMatchObject({
      active: true,
      client_id: 'engine',
      scope: 'system/Observation.rs',
    })
    expect(await client.tokenIntrospection(config, 'x'.repeat(43))).toEqual({ active: false })
  })

  it('ends a token at its revocation at once, and all of a disabled client', async () => {
    const config = await asReader()
    const one = await client.clientCredentialsGrant(config)
    const other = await client.clientCredentialsGrant(config)
    expect((await search(one.access_token)).status).toBe(200)
    await client.tokenRevocation(config, one.access_token)
    expect((await search(one.access_token)).status).toBe(401)
    expect((await search(other.access_token)).status).toBe(200)

    await server.identity.createClient({ id: 'gone', secret: 'g'.repeat(32), scopes: ['system/*.rs'] })
    const gone = await connect('gone', client.ClientSecretBasic('g'.repeat(32)))
    const tokens = await client.clientCredentialsGrant(gone)
    await server.identity.setClientDisabled('gone', true)
    expect((await search(tokens.access_token)).status).toBe(401)
    await expect(client.clientCredentialsGrant(gone)).rejects.toMatchObject({ status: 401 })
  })

  it('keeps no token and no secret in the database in the clear', async () => {
    const config = await connect('engine', client.ClientSecretBasic(secret))
    const { access_token: token } = await client.clientCredentialsGrant(config)
    const rows = await server.db.query<{ all: string }>(
      `SELECT (SELECT coalesce(string_agg(a::text, ''), '') FROM oauth_artifact a)
         || (SELECT string_agg(c::text, '') FROM oauth_client c) AS all`,
    )
    expect(rows[0]?.all).not.toContain(token)
    expect(rows[0]?.all).not.toContain(secret)
    expect(server.logged.join('\n')).not.toContain(secret)
  })
})

describe('discovery', () => {
  it.each(['', '/fhir', '/fhir/R4'])('lies at the root and below the FHIR base: %s', async (base) => {
    const smart = await (await fetch(`${server.url}${base}/.well-known/smart-configuration`)).json()
    expect(smart).toMatchObject({
      issuer: server.url,
      jwks_uri: `${server.url}/oauth/jwks`,
      authorization_endpoint: `${server.url}/oauth/auth`,
      token_endpoint: `${server.url}/oauth/token`,
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_signing_alg_values_supported: ['RS384', 'ES384'],
    })
    expect((smart as { capabilities: string[] }).capabilities).toContain('permission-v2')
    const openid = await fetch(`${server.url}${base}/.well-known/openid-configuration`)
    expect(await openid.json()).toMatchObject({ issuer: server.url })
  })

  it('says nothing that the authorisation server itself does not', async () => {
    const ours = (await (await fetch(`${server.url}/.well-known/openid-configuration`)).json()) as object
    const own = (await (
      await fetch(`${server.url}/oauth/.well-known/openid-configuration`)
    ).json()) as Record<string, unknown>
    const shared = Object.entries(ours).filter(
      ([name]) =>
        ![
          'scopes_supported',
          'response_modes_supported',
          'claims_supported',
          'grant_types_supported',
        ].includes(name),
    )
    expect(own).toMatchObject(Object.fromEntries(shared))
  })

  it('publishes public keys only', async () => {
    const { keys } = (await (await fetch(`${server.url}/oauth/jwks`)).json()) as { keys: object[] }
    expect(keys).toHaveLength(2)
    for (const key of keys) expect(key).not.toHaveProperty('d')
  })
})
