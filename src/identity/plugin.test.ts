import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type IdentityServer, identityServer } from '../../tests/identity-server.ts'

let server: IdentityServer
beforeAll(async () => {
  server = await identityServer()
})
afterAll(() => server.stop())

const get = (path: string, authorization?: string) =>
  fetch(`${server.url}${path}`, authorization === undefined ? {} : { headers: { authorization } })

describe('a request', () => {
  it.each([
    'Bearer',
    'Bearer ',
    'Bearer x',
    `Bearer ${'x'.repeat(43)}`,
    `bearer ${'x'.repeat(43)}`,
    `Bearer ${'x'.repeat(5_000)}`,
    'Bearer two words of it',
  ])('with a bearer token that is none is refused: %s', async (authorization) => {
    for (const path of ['/open', '/fhir/R4/Observation']) {
      const answer = await get(path, authorization)
      expect(answer.status).toBe(401)
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer .*error="invalid_token"/)
      expect(answer.headers.get('content-type')).toContain(
        path.startsWith('/fhir') ? 'application/fhir+json' : 'json',
      )
      expect(await answer.json()).toMatchObject({ resourceType: 'OperationOutcome' })
    }
  })

  it.each([undefined, 'Basic dTpw', 'Digest x'])('without one is nobody: %s', async (authorization) => {
    expect(await (await get('/open', authorization)).json()).toEqual({ actor: null })
    const answer = await get('/fhir/R4/Observation', authorization)
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="vitalwire"')
  })

  it('of a device keeps its own credential', async () => {
    const answer = await fetch(`${server.url}/telemetry`, {
      method: 'POST',
      headers: { authorization: 'Bearer a-device-credential' },
    })
    expect(await answer.json()).toEqual({ authorization: 'Bearer a-device-credential' })
  })
})
