import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asJson, type IdentityServer, identityServer } from '../../../tests/identity-server.ts'
import { nurse, type WebApp, webApp } from '../../../tests/identity-web-app.ts'
import { type Ceremony, softwareAuthenticator } from '../../../tests/software-authenticator.ts'
import { FakeClock } from '../../platform/clock.ts'
import type { PasskeysView } from '../contract.ts'
import { challengeTtlMs, type Occasion } from './challenges.ts'

// Stands where the library's own clock stands, and moves only when told to.
const clock = new FakeClock(Date.now() * 1_000)
let server: IdentityServer
let app: WebApp
let origin: string
beforeAll(async () => {
  server = await identityServer({ clock })
  for (const id of ['nora', 'ned']) {
    const email = id === 'nora' ? nurse.email : 'ned@example.org'
    await server.identity.createPerson({ ...nurse, email, name: id, roles: ['nurse'], id })
  }
  app = await webApp(server)
  origin = server.url.replace('127.0.0.1', 'localhost')
})
afterAll(() => server.stop())

type Wrong = Partial<Ceremony>
const here = (challenge: string, wrong: Wrong = {}): Ceremony => ({
  challenge,
  rpId: 'localhost',
  origin,
  ...wrong,
})

async function register(personId = 'nora', wrong: Wrong = {}) {
  const authenticator = softwareAuthenticator()
  const person = (await server.identity.findPerson(personId))!
  const options = await server.identity.passkeys.beginRegistration(person)
  const response = authenticator.register(here(options.challenge, wrong)) as RegistrationResponseJSON
  const view = await server.identity.passkeys.register(personId, 'My key', response)
  return { ...authenticator, view, options, response }
}

const signIn: Occasion = { purpose: 'sign-in', subject: 'an interaction' }
async function prove(
  authenticator: { sign(ceremony: Ceremony): object },
  wrong: Wrong = {},
  occasion = signIn,
): Promise<string> {
  const { challenge } = await server.identity.passkeys.beginProof(signIn)
  const response = authenticator.sign(here(challenge, wrong)) as AuthenticationResponseJSON
  const answer = await server.identity.passkeys.prove(occasion, response)
  return answer.ok ? `${answer.value.person.id}: ${answer.value.methods.join(' ')}` : answer.problem.code
}

describe('a passkey is added', () => {
  it('for a person whom the device verifies and can find again', async () => {
    const { options, view } = await register()
    expect(options.rp).toEqual({ name: 'Vitalwire', id: 'localhost' })
    expect(options.authenticatorSelection).toMatchObject({
      residentKey: 'required',
      userVerification: 'required',
    })
    expect(view).toMatchObject({ name: 'My key', synced: false })
    const again = await server.identity.passkeys.beginRegistration(
      (await server.identity.findPerson('nora'))!,
    )
    expect(again.excludeCredentials?.map(({ id }) => id)).toContain(view.id)
    // The handle tells who holds the device nothing of the person.
    expect(Buffer.from(options.user.id, 'base64url').toString('latin1')).not.toContain('nora')
  })

  it.each<[string, Wrong]>([
    ['for another challenge', { challenge: Buffer.from('another challenge').toString('base64url') }],
    ['for another site', { rpId: 'evil.example' }],
    ['by the page of another site', { origin: 'https://evil.example' }],
    ['by the page of another port', { origin: 'http://localhost:1' }],
    ['by a device that did not verify the person', { verified: false }],
  ])('not where it was made %s', async (_how, wrong) => {
    await expect(register('nora', wrong)).rejects.toMatchObject({ problem: { code: 'passkey-refused' } })
  })

  it('once for each challenge, and for who asked', async () => {
    const { response } = await register()
    await expect(server.identity.passkeys.register('nora', 'Again', response)).rejects.toMatchObject({
      problem: { code: 'passkey-refused' },
    })
    const authenticator = softwareAuthenticator()
    const { challenge } = await server.identity.passkeys.beginRegistration(
      (await server.identity.findPerson('nora'))!,
    )
    const stolen = authenticator.register(here(challenge)) as RegistrationResponseJSON
    await expect(server.identity.passkeys.register('ned', 'Not mine', stolen)).rejects.toMatchObject({
      problem: { code: 'passkey-refused' },
    })
    clock.advanceMs(challengeTtlMs)
    await expect(server.identity.passkeys.register('nora', 'Too late', stolen)).rejects.toMatchObject({
      problem: { code: 'passkey-refused' },
    })
  })
})

describe('a passkey proves who someone is', () => {
  it('without address, password or code', async () => {
    const key = await register()
    expect(await prove(key)).toBe('nora: hwk user mfa')
    expect(await prove(key, { userHandle: key.options.user.id })).toBe('nora: hwk user mfa')
  })

  it.each<[string, Wrong]>([
    ['for another challenge', { challenge: Buffer.from('another challenge').toString('base64url') }],
    ['for another site', { rpId: 'evil.example' }],
    ['by the page of another site', { origin: 'https://evil.example' }],
    ['by a device that did not verify the person', { verified: false }],
    ['with the handle of someone else', { userHandle: Buffer.alloc(32).toString('base64url') }],
  ])('not where it signed %s', async (_how, wrong) => {
    expect(await prove(await register(), wrong)).toBe('sign-in-refused')
  })

  it('not for another sign-in than the one that asked, nor twice, nor late', async () => {
    const key = await register()
    expect(await prove(key, {}, { purpose: 'sign-in', subject: 'another' })).toBe('sign-in-refused')
    expect(await prove(key, {}, { purpose: 'confirm', subject: signIn.subject })).toBe('sign-in-refused')

    const { challenge } = await server.identity.passkeys.beginProof(signIn)
    const response = key.sign(here(challenge)) as AuthenticationResponseJSON
    const answers = await Promise.all([1, 2].map(() => server.identity.passkeys.prove(signIn, response)))
    expect(answers.map(({ ok }) => ok).sort()).toEqual([false, true])

    const late = await server.identity.passkeys.beginProof(signIn)
    clock.advanceMs(challengeTtlMs)
    const tooLate = key.sign(here(late.challenge)) as AuthenticationResponseJSON
    expect((await server.identity.passkeys.prove(signIn, tooLate)).ok).toBe(false)
  })

  it('not where its counter went backwards: it was copied', async () => {
    const key = await register()
    expect(await prove(key, { counter: 7 })).toBe('nora: hwk user mfa')
    expect(await prove(key, { counter: 7 })).toBe('sign-in-refused')
    expect(await prove(key, { counter: 6 })).toBe('sign-in-refused')
    expect(await prove(key, { counter: 8 })).toBe('nora: hwk user mfa')
  })

  it('not for who signs with another key, is unknown, removed, or disabled', async () => {
    const key = await register('ned')
    const other = softwareAuthenticator()
    const forged = { sign: (ceremony: Ceremony) => ({ ...other.sign(ceremony), id: key.id, rawId: key.id }) }
    expect(await prove(forged)).toBe('sign-in-refused')
    expect(await prove(other)).toBe('sign-in-refused')
    await server.identity.setPersonDisabled('ned', true)
    expect(await prove(key)).toBe('sign-in-refused')
    await server.identity.setPersonDisabled('ned', false)
    expect(await prove(key)).toBe('ned: hwk user mfa')
    expect(await server.identity.passkeys.remove('nora', key.view.id)).toBe(false)
    expect(await server.identity.passkeys.remove('ned', key.view.id)).toBe(true)
    expect(await prove(key)).toBe('sign-in-refused')
  })
})

describe('over HTTP', () => {
  const call = (token: string, method: string, path: string, body?: object) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    return fetch(`${server.url}${path}`, { method, headers, body: JSON.stringify(body ?? {}) })
  }
  const own = '/api/account/passkeys'
  const challengeOf = async (answer: Response) => ((await answer.json()) as { challenge: string }).challenge
  const view = async (token: string) => {
    const headers = { authorization: `Bearer ${token}` }
    return (await (await fetch(server.url + own, { headers })).json()) as PasskeysView
  }

  it('is added, named, used at the sign-in page and for a proof, and removed', async () => {
    const token = (await app.signedIn()).tokens.access_token
    const key = softwareAuthenticator()
    const challenge = await challengeOf(await call(token, 'POST', `${own}/options`))
    const response = key.register(here(challenge))
    expect((await call(token, 'POST', own, { name: '', response })).status).toBe(400)
    expect((await call(token, 'POST', own, { name: 'Laptop', response })).status).toBe(201)
    expect((await call(token, 'PATCH', `${own}/${key.id}`, { name: 'Ward laptop' })).status).toBe(204)
    const seen = await view(token)
    expect(seen).toMatchObject({ host: 'localhost', origin })
    expect(seen.passkeys.find(({ id }) => id === key.id)).toMatchObject({ name: 'Ward laptop' })

    const browser = server.browser()
    const page = (await app.firstStep(browser)).pathname
    expect(await (await browser.fetch(page)).json()).toMatchObject({ passkeyHost: 'localhost' })
    const asked = await challengeOf(await browser.fetch(`${page}/passkey-options`, asJson({})))
    expect((await browser.fetch(`${page}/passkey`, asJson({ id: 1 }))).status).toBe(401)
    const answer = await browser.fetch(`${page}/passkey`, asJson(key.sign(here(asked))))
    const { redirectTo } = (await answer.json()) as { redirectTo: string }
    const back = await browser.fetch(redirectTo)
    expect(new URL(back.headers.get('location')!).searchParams.get('code')).toBeTruthy()

    clock.advanceMs(400_000)
    expect((await call(token, 'DELETE', `${own}/${key.id}`)).status).toBe(401)
    const confirm = '/api/account/confirm'
    const proof = await challengeOf(await call(token, 'POST', `${confirm}/passkey-options`))
    expect((await call(token, 'POST', confirm, { passkey: key.sign(here(proof)) })).status).toBe(204)
    expect((await call(token, 'POST', confirm, { passkey: key.sign(here(proof)) })).status).toBe(403)
    expect((await call(token, 'DELETE', `${own}/${key.id}`)).status).toBe(204)
    expect((await call(token, 'DELETE', `${own}/${key.id}`)).status).toBe(404)
  })

  it("is no proof in someone else's session", async () => {
    const neds = await register('ned')
    const token = (await app.signedIn()).tokens.access_token
    clock.advanceMs(400_000)
    const confirm = '/api/account/confirm'
    const proof = await challengeOf(await call(token, 'POST', `${confirm}/passkey-options`))
    expect((await call(token, 'POST', confirm, { passkey: neds.sign(here(proof)) })).status).toBe(403)
    expect((await call(token, 'POST', '/dangerous')).status).toBe(401)
  })

  it('goes with the second factor when an administrator resets a sign-in', async () => {
    const key = await register('ned')
    await server.identity.resetSignIn('ned', 'bo')
    expect(await prove(key)).toBe('sign-in-refused')
    const line = server.logged.find((each) => each.includes('passkeys removed'))
    expect(JSON.parse(line!)).toMatchObject({ level: 'warn', person: 'ned', by: 'bo' })
  })
})

it('there are none under an address that is no host name', async () => {
  const bare = await identityServer({ publicUrl: 'https://10.1.2.3' })
  await bare.identity.createPerson({ ...nurse, name: 'Nora', roles: ['nurse'], id: 'nora' })
  expect(await bare.identity.passkeys.view('nora')).toEqual({ passkeys: [] })
  const person = (await bare.identity.findPerson('nora'))!
  await expect(bare.identity.passkeys.beginRegistration(person)).rejects.toThrow(/PUBLIC_URL/)
  await bare.stop()
})
