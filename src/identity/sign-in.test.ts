import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { asJson, type IdentityServer, identityServer } from '../../tests/identity-server.ts'
import { FakeClock } from '../platform/clock.ts'
import { systemRandom } from '../platform/random.ts'
import { hashPassword, unmatchable, verifyPassword } from './passwords/password.ts'
import { signInLimits } from './sign-in.ts'

const clock = new FakeClock()
const password = 'correct horse battery'
let server: IdentityServer
beforeAll(async () => {
  server = await identityServer({ clock })
  await server.identity.createPerson({
    email: 'Ann@Example.org',
    name: 'Ann',
    roles: ['nurse'],
    password,
    id: 'ann',
  })
})
afterAll(() => server.stop())
afterEach(() => clock.advanceMs(signInLimits.windowMs + signInLimits.lockMs + 1))

const attempt = (email: string, given: string, address = '10.0.0.1') =>
  server.identity.checkCredentials({ email, password: given, address })
const codeOf = async (answer: ReturnType<typeof attempt>) => {
  const result = await answer
  return result.ok ? 'signed in' : result.problem.code
}

describe('passwords', () => {
  it('are kept as argon2id with their parameters', async () => {
    const hash = await hashPassword(password, systemRandom)
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
    expect(await verifyPassword(password, hash)).toEqual({ matches: true, outdated: false })
    expect(await verifyPassword(`${password}.`, hash)).toEqual({ matches: false, outdated: false })
    expect(await hashPassword(password, systemRandom)).not.toBe(hash)
  })

  it('match however the keyboard composed the letters', async () => {
    const hash = await hashPassword('caf\u00e9 caf\u00e9 caf\u00e9', systemRandom)
    expect((await verifyPassword('cafe\u0301 cafe\u0301 cafe\u0301', hash)).matches).toBe(true)
  })

  it('made at a lower cost are hashed anew at the next sign-in', async () => {
    const old = '$argon2id$v=19$m=8192,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$'
    const { argon2Sync } = await import('node:crypto')
    const tag = argon2Sync('argon2id', {
      message: password,
      nonce: Buffer.alloc(16),
      parallelism: 1,
      tagLength: 32,
      memory: 8192,
      passes: 1,
    })
    await server.db.query(`UPDATE person SET password_hash = $1 WHERE id = 'ann'`, [
      old + tag.toString('base64').replace('=', ''),
    ])
    expect(await codeOf(attempt('ann@example.org', password))).toBe('signed in')
    const [row] = await server.db.query<{ password_hash: string }>(`SELECT password_hash FROM person`)
    expect(row?.password_hash).toContain('m=19456,t=2')
    expect(await codeOf(attempt('ann@example.org', password))).toBe('signed in')
  })

  it('cost an unknown account the work of a known one', async () => {
    expect(unmatchable.split('$').slice(0, 4)).toEqual(
      (await hashPassword(password, systemRandom)).split('$').slice(0, 4),
    )
    const tookMs: Record<string, number[]> = { 'ann@example.org': [], 'nobody@example.org': [] }
    // In turns, so that whatever else the machine does slows both.
    for (let i = 0; i < 14; i += 1) {
      clock.advanceMs(signInLimits.windowMs + signInLimits.lockMs + 1)
      const email = i % 2 === 0 ? 'ann@example.org' : 'nobody@example.org'
      const start = performance.now()
      await attempt(email, 'a wrong password')
      tookMs[email]?.push(performance.now() - start)
    }
    const [known, unknown] = Object.values(tookMs).map((all) => all.sort((x, y) => x - y)[3]!) as [
      number,
      number,
    ]
    expect(unknown / known).toBeGreaterThan(0.4)
    expect(unknown / known).toBeLessThan(2.5)
  })
})

describe('a sign-in', () => {
  it.each([
    ['the right password', 'ann@example.org', password, 'signed in'],
    ['the address in other letters', ' ANN@EXAMPLE.ORG ', password, 'signed in'],
    ['a wrong password', 'ann@example.org', 'wrong', 'sign-in-refused'],
    ['an unknown account', 'bob@example.org', password, 'sign-in-refused'],
  ])('with %s', async (_what, email, given, expected) => {
    expect(await codeOf(attempt(email, given))).toBe(expected)
  })

  it.each(['ann@example.org', 'nobody@example.org'])(
    'of %s is locked after five failures, even with the right password, for five minutes',
    async (email) => {
      for (let i = 0; i < signInLimits.perAccount; i += 1) {
        expect(await codeOf(attempt(email, 'wrong', `10.0.1.${i}`))).toBe('sign-in-refused')
      }
      expect(await codeOf(attempt(email, password, '10.0.2.1'))).toBe('sign-in-locked')
      clock.advanceMs(signInLimits.lockMs - 1)
      expect(await codeOf(attempt(email, password, '10.0.2.1'))).toBe('sign-in-locked')
      clock.advanceMs(2)
      expect(await codeOf(attempt(email, password, '10.0.2.1'))).toBe(
        email.startsWith('ann') ? 'signed in' : 'sign-in-refused',
      )
    },
  )

  it('counts guesses that arrive side by side', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) => codeOf(attempt('ann@example.org', `guess ${i}`))),
    )
    expect(answers.filter((code) => code === 'sign-in-refused')).toHaveLength(signInLimits.perAccount)
  })

  it('is locked for an address that tries many accounts, and for no other address', async () => {
    for (let i = 0; i < signInLimits.perAddress; i += 1)
      await attempt(`p${i}@example.org`, 'wrong', '10.9.9.9')
    expect(await codeOf(attempt('ann@example.org', password, '10.9.9.9'))).toBe('sign-in-locked')
    expect(await codeOf(attempt('ann@example.org', password, '10.9.9.8'))).toBe('signed in')
  })

  it('clears its failures', async () => {
    for (let round = 0; round < 3; round += 1) {
      for (let i = 0; i < signInLimits.perAccount - 1; i += 1) await attempt('ann@example.org', 'wrong')
      expect(await codeOf(attempt('ann@example.org', password))).toBe('signed in')
    }
  })

  it('needs an authorization that is under way', async () => {
    const answer = await server.browser().fetch('/api/sign-in/unknown', asJson({ email: 'a', password: 'b' }))
    expect(answer.status).toBe(404)
  })
})

describe('accounts', () => {
  it('are one for each address, whatever its letters', async () => {
    await expect(
      server.identity.createPerson({ email: 'ANN@example.org', name: 'Other', roles: ['nurse'], password }),
    ).rejects.toMatchObject({ problem: { code: 'person-exists', status: 409 } })
  })

  it('are refused with the fields named and no value repeated', async () => {
    const answer = server.identity.createPerson({
      email: 'x',
      name: '',
      roles: ['patient'],
      password: 'tooshort',
    })
    await expect(answer).rejects.toMatchObject({ problem: { code: 'person-invalid', status: 422 } })
    await expect(answer).rejects.not.toThrow(/tooshort/)
  })

  it('never show a hash or a password in an answer or a log line', async () => {
    await attempt('ann@example.org', 'a wrong secret guess')
    const person = await server.identity.createPerson({
      email: 'eve@example.org',
      name: 'Eve',
      roles: ['admin'],
      password: 'eves own password',
    })
    const said = JSON.stringify([person, await server.identity.listPeople(), server.logged])
    expect(said).not.toMatch(/argon2|password_?hash/i)
    expect(said).not.toContain('eves own password')
    expect(said).not.toContain('a wrong secret guess')
    expect(server.logged.join()).not.toContain('@example.org')
  })
})

describe('keys', () => {
  it('are made once, for the owner alone, and stay', async () => {
    const folder = join(server.home, 'keys')
    expect(await readdir(folder)).toEqual(['identity.json'])
    const file = join(folder, 'identity.json')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const { loadKeys } = await import('./keys.ts')
    expect(await loadKeys(server.home, systemRandom)).toEqual(JSON.parse(await readFile(file, 'utf8')))
  })
})
