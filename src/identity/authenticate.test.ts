import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type IdentityServer, identityServer } from '../../tests/identity-server.ts'
import { createBus } from '../platform/bus.ts'
import { FakeClock } from '../platform/clock.ts'
import { silentLog } from '../platform/log.ts'
import { systemRandom } from '../platform/random.ts'
import { accessEnded, createIdentity, type Identity } from './index.ts'
import { accessTokenTtlS } from './model.ts'

// Stands where the library's own clock stands, and moves only when told to.
const clock = new FakeClock(Date.now() * 1_000)
let server: IdentityServer
let other: Identity
const ended: object[] = []

beforeAll(async () => {
  server = await identityServer({ clock })
  const bus = createBus(() => {})
  bus.subscribe(accessEnded, (event) => void ended.push(event))
  const { db, home } = server
  other = await createIdentity({ db, home, clock, bus, log: silentLog, random: systemRandom })
  await server.identity.createClient({ id: 'app', secret: 's'.repeat(32), scopes: ['system/*.rs'] })
})
afterAll(() => server.stop())

const form = (path: string, body: Record<string, string>) =>
  fetch(`${server.url}/oauth/${path}`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`app:${'s'.repeat(32)}`)}` },
    body: new URLSearchParams(body),
  })
const token = async () =>
  ((await (await form('token', { grant_type: 'client_credentials' })).json()) as { access_token: string })
    .access_token
const app = { kind: 'app', id: 'app', purpose: 'HOPERAT', scopes: ['system/*.rs'] }

describe('an access token', () => {
  it('is known to every process on the same database, and forgotten within a second of its revocation', async () => {
    const value = await token()
    expect(await server.identity.authenticate(value)).toEqual(app)
    expect(await other.authenticate(value)).toEqual(app)
    await form('revoke', { token: value })
    expect(await server.identity.authenticate(value)).toBeUndefined()
    clock.advanceMs(999)
    expect(await other.authenticate(value)).toBeUndefined()
  })

  it('ends at its time', async () => {
    const value = await token()
    clock.advanceMs(accessTokenTtlS * 1_000 - 2_000)
    expect(await server.identity.authenticate(value)).toEqual(app)
    clock.advanceMs(2_001)
    expect(await server.identity.authenticate(value)).toBeUndefined()
  })

  it('of a disabled client ends, and whoever listens is told', async () => {
    const value = await token()
    expect(await other.authenticate(value)).toEqual(app)
    await other.setClientDisabled('app', true)
    expect(await other.authenticate(value)).toBeUndefined()
    expect(ended).toEqual([{ actor: 'app', id: 'app' }])
    await other.setClientDisabled('app', false)
  })

  it('costs no query while it is trusted', async () => {
    const value = await token()
    await server.identity.authenticate(value)
    const start = performance.now()
    for (let i = 0; i < 20_000; i += 1) await server.identity.authenticate(value)
    const perCallUs = ((performance.now() - start) * 1_000) / 20_000
    expect(perCallUs).toBeLessThan(100)
  })

  it.each(['', 'x', 'x'.repeat(129), '\u0000'.repeat(43), "' OR 1=1 --".padEnd(43)])(
    'is not %j',
    async (value) => {
      expect(await server.identity.authenticate(value)).toBeUndefined()
    },
  )

  it('is deleted after its time, with all else that expired', async () => {
    clock.advanceMs(40 * 86_400_000)
    expect(await server.identity.cleanUp()).toBeGreaterThan(0)
    expect(await server.db.query('SELECT * FROM oauth_artifact')).toEqual([])
  })
})
