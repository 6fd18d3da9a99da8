import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fromBase32 } from '../../../tests/authenticator-app.ts'
import { asJson, type IdentityServer, identityServer } from '../../../tests/identity-server.ts'
import { nurse, type WebApp, webApp } from '../../../tests/identity-web-app.ts'
import { FakeClock } from '../../platform/clock.ts'
import { systemRandom } from '../../platform/random.ts'
import type { NewSecondFactor, RecoveryCodes } from '../contract.ts'
import { loadKeys } from '../keys.ts'
import { signInLimits } from '../sign-in.ts'
import { stepAt, stepS, totpCode } from './totp.ts'

// Stands where the library's own clock stands, and moves only when told to.
const clock = new FakeClock(Date.now() * 1_000)
const boss = { email: 'boss@example.org', password: nurse.password }
let server: IdentityServer
let app: WebApp
beforeAll(async () => {
  server = await identityServer({ clock })
  await server.identity.createPerson({ ...nurse, name: 'Nora Nurse', roles: ['nurse'], id: 'nora' })
  await server.identity.createPerson({ ...boss, name: 'Bo Boss', roles: ['admin'], id: 'bo' })
  app = await webApp(server)
})
afterAll(() => server.stop())
beforeEach(async () => {
  await server.identity.secondFactor.remove('nora', 'nora')
  clock.advanceMs(signInLimits.windowMs)
})

const codeAt = (secret: string, away = 0) =>
  totpCode(fromBase32(secret), stepAt(Number(clock.now()) / 1_000) + away)
const nextStep = () => clock.advanceMs(stepS * 1_000)
const signIn = async (code?: string, password = nurse.password) => {
  const given = { email: nurse.email, password, address: '10.0.0.1' }
  const answer = await server.identity.checkCredentials(code === undefined ? given : { ...given, code })
  return answer.ok ? answer.value.methods.join(' ') : answer.problem.code
}
const turnedOn = async () => {
  const person = (await server.identity.findPerson('nora'))!
  const { secret } = await server.identity.secondFactor.begin(person)
  const { codes } = await server.identity.secondFactor.confirm('nora', codeAt(secret))
  nextStep()
  return { secret, recovery: codes }
}

describe('a sign-in with an authenticator app', () => {
  it('needs password and code, and says the same whatever was wrong', async () => {
    const { secret } = await turnedOn()
    const answers = [
      await signIn(),
      await signIn('000000'),
      await signIn(codeAt(secret), 'a wrong password'),
      await signIn('', 'a wrong password'),
    ]
    expect(new Set(answers)).toEqual(new Set(['sign-in-refused']))
    // The code that came with the wrong password was not spent by it.
    expect(await signIn(codeAt(secret))).toBe('pwd otp mfa')
  })

  it('takes a code once, also when it is sent twice at the same moment', async () => {
    const { secret } = await turnedOn()
    const code = codeAt(secret)
    const answers = await Promise.all([signIn(code), signIn(code), signIn(code)])
    expect(answers.sort()).toEqual(['pwd otp mfa', 'sign-in-refused', 'sign-in-refused'])
    expect(await signIn(code)).toBe('sign-in-refused')
    // Nor an older one that was not used.
    expect(await signIn(codeAt(secret, -1))).toBe('sign-in-refused')
    nextStep()
    expect(await signIn(codeAt(secret))).toBe('pwd otp mfa')
  })

  it('does not take the code that turned it on', async () => {
    const person = (await server.identity.findPerson('nora'))!
    const { secret } = await server.identity.secondFactor.begin(person)
    const code = codeAt(secret)
    await server.identity.secondFactor.confirm('nora', code)
    expect(await signIn(code)).toBe('sign-in-refused')
  })

  it('locks after five failures, even with the right code', async () => {
    const { secret } = await turnedOn()
    for (let i = 0; i < signInLimits.perAccount; i += 1)
      expect(await signIn('000000')).toBe('sign-in-refused')
    expect(await signIn(codeAt(secret))).toBe('sign-in-locked')
    clock.advanceMs(signInLimits.lockMs + 1)
    expect(await signIn(codeAt(secret))).toBe('pwd otp mfa')
  })

  it('takes each recovery code once, however it is typed', async () => {
    const { recovery } = await turnedOn()
    expect(new Set(recovery).size).toBe(10)
    expect(recovery[0]).toMatch(/^([A-Z2-7]{4}-){3}[A-Z2-7]{4}$/)
    expect(await signIn(recovery[0])).toBe('pwd otp mfa')
    expect(await signIn(recovery[0])).toBe('sign-in-refused')
    expect(await signIn(` ${recovery[1]!.toLowerCase().replaceAll('-', ' ')}`)).toBe('pwd otp mfa')
    const view = await server.identity.secondFactor.view('nora')
    expect(view).toMatchObject({ on: true, recoveryCodesLeft: 8 })
    expect(server.logged.join()).toContain('a recovery code was used')

    const { codes } = await server.identity.secondFactor.renewRecoveryCodes('nora')
    expect(await signIn(recovery[2])).toBe('sign-in-refused')
    expect(await signIn(codes[0])).toBe('pwd otp mfa')
  })

  it('is not asked for before it was confirmed', async () => {
    const person = (await server.identity.findPerson('nora'))!
    const { secret } = await server.identity.secondFactor.begin(person)
    await expect(server.identity.secondFactor.confirm('nora', '000000')).rejects.toThrow(/not the code/)
    expect(await signIn()).toBe('pwd')
    clock.advanceMs(16 * 60_000)
    await expect(server.identity.secondFactor.confirm('nora', codeAt(secret))).rejects.toThrow(/Begin again/)
  })
})

describe('what is kept of it', () => {
  it('is neither the secret nor a recovery code', async () => {
    const { secret, recovery } = await turnedOn()
    const rows = await server.db.query(
      'SELECT p.*, c.* FROM person_totp p JOIN recovery_code c USING (person_id)',
    )
    const kept = JSON.stringify(rows) + server.logged.join()
    expect(rows).toHaveLength(10)
    for (const value of [secret, fromBase32(secret).toString('hex'), ...recovery]) {
      expect(kept).not.toContain(value)
      expect(kept).not.toContain(Buffer.from(value).toString('base64url'))
    }
    expect(kept).not.toContain(fromBase32(secret).toString('base64url'))
  })

  it('does not open for another person', async () => {
    const { secret } = await turnedOn()
    await server.db.query(`INSERT INTO person_totp (person_id, sealed_secret, begun_at, confirmed_at)
      SELECT 'bo', sealed_secret, begun_at, confirmed_at FROM person_totp WHERE person_id = 'nora'`)
    const answer = await server.identity.checkCredentials({
      ...boss,
      code: codeAt(secret),
      address: '10.0.0.2',
    })
    expect(answer.ok).toBe(false)
    await server.identity.secondFactor.remove('bo', 'bo')
  })

  it('is sealed under a key that older installations get at their next start', async () => {
    const file = join(server.home, 'keys', 'identity.json')
    const { sealKey, ...old } = JSON.parse(await readFile(file, 'utf8'))
    await writeFile(file, JSON.stringify(old))
    const made = await loadKeys(server.home, systemRandom)
    expect(made).toEqual({ ...old, sealKey: expect.stringMatching(/^[\w-]{43}$/) })
    expect(await loadKeys(server.home, systemRandom)).toEqual(made)
    await writeFile(file, JSON.stringify({ ...old, sealKey }))
  })
})

describe('over HTTP', () => {
  const call = (token: string, method: string, path: string, body?: object) =>
    fetch(`${server.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
  const own = '/api/account/second-factor'

  it('is begun, confirmed, used at the sign-in page, and turned off', async () => {
    const { tokens } = await app.signedIn()
    const mine = (method: string, path = own, body?: object) => call(tokens.access_token, method, path, body)
    expect(await (await mine('GET')).json()).toEqual({ on: false })
    const { secret, uri } = (await (await mine('POST')).json()) as NewSecondFactor
    expect(uri).toContain(`secret=${secret}`)
    expect((await mine('POST', `${own}/confirm`, { code: '000000' })).status).toBe(422)
    expect((await mine('POST', `${own}/confirm`, {})).status).toBe(400)
    const confirmed = await mine('POST', `${own}/confirm`, { code: codeAt(secret) })
    expect(((await confirmed.json()) as RecoveryCodes).codes).toHaveLength(10)
    expect((await mine('POST')).status).toBe(409)
    nextStep()

    await expect(app.signedIn()).rejects.toThrow('sign-in: 401')
    await app.signedIn(undefined, { ...nurse, code: codeAt(secret) } as typeof nurse)
    expect((await mine('DELETE')).status).toBe(204)
    await app.signedIn()
  })

  it('is changed only soon after a proof, and the proof is with the code too', async () => {
    const { tokens } = await app.signedIn()
    const { secret } = await turnedOn()
    clock.advanceMs(400_000)
    for (const [method, path] of [
      ['POST', own],
      ['POST', `${own}/confirm`],
      ['POST', `${own}/recovery-codes`],
      ['DELETE', own],
    ] as const) {
      const answer = await call(tokens.access_token, method, path)
      expect([path, answer.status]).toEqual([path, 401])
      expect(await answer.text()).toContain('sign-in-not-recent')
    }
    const confirm = (proof: object) => call(tokens.access_token, 'POST', '/api/account/confirm', proof)
    expect((await confirm({ password: nurse.password })).status).toBe(403)
    expect((await confirm({ password: nurse.password, code: codeAt(secret) })).status).toBe(204)
    expect((await call(tokens.access_token, 'DELETE', own)).status).toBe(204)
  })

  it('is reset by an administrator, which is logged and ends the sessions, and by nobody else', async () => {
    const { tokens } = await app.signedIn()
    await turnedOn()
    expect((await call(tokens.access_token, 'DELETE', '/api/people/nora/sign-in-methods')).status).toBe(403)
    expect((await call(tokens.access_token, 'GET', '/api/people')).status).toBe(403)

    const admin = (await app.signedIn(undefined, boss)).tokens.access_token
    const people = async () => (await call(admin, 'GET', '/api/people')).json()
    expect(await people()).toMatchObject([
      { id: 'bo', secondFactor: false },
      { id: 'nora', secondFactor: true, roles: ['nurse'], disabled: false },
    ])
    expect((await call(admin, 'DELETE', '/api/people/nobody/sign-in-methods')).status).toBe(404)
    expect((await call(admin, 'DELETE', '/api/people/nora/sign-in-methods')).status).toBe(204)
    const line = server.logged.filter((each) => each.includes('second factor turned off')).at(-1)
    expect(JSON.parse(line!)).toMatchObject({ level: 'warn', person: 'nora', by: 'bo' })
    expect((await app.me(tokens.access_token)).status).toBe(401)
    expect(await signIn()).toBe('pwd')
    clock.advanceMs(400_000)
    expect((await call(admin, 'DELETE', '/api/people/nora/sign-in-methods')).status).toBe(401)
  })
})

it('a code of more than 64 characters is refused before anything is done with it', async () => {
  const browser = server.browser()
  const page = await app.firstStep(browser)
  expect((await browser.fetch(page.pathname, asJson({ ...nurse, code: '1'.repeat(65) }))).status).toBe(400)
})
