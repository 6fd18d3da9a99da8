import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asJson, type IdentityServer, identityServer } from '../../../tests/identity-server.ts'
import { type WebApp, webApp } from '../../../tests/identity-web-app.ts'
import { FakeClock } from '../../platform/clock.ts'
import type { ActivityView, InvitedAccount, PasswordLink } from '../contract.ts'

const clock = new FakeClock(Date.now() * 1_000)
const password = 'a long enough password'
const next = 'kreide regnet übermorgen'
let server: IdentityServer
let app: WebApp
beforeAll(async () => {
  server = await identityServer({ clock })
  for (const id of ['ann', 'ben', 'cleo', 'dan']) {
    const person = { email: `${id}@example.org`, name: id, id, password }
    await server.identity.createPerson({ ...person, roles: [id === 'dan' ? 'admin' : 'nurse'] })
  }
  app = await webApp(server)
})
afterAll(() => server.stop())

const signedIn = async (id: string, secret = password) =>
  (await app.signedIn(undefined, { email: `${id}@example.org`, password: secret })).tokens.access_token
const send = (path: string, body: object, token?: string) => {
  const request = asJson(body)
  const headers = { ...request.headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) }
  return fetch(`${server.url}${path}`, { ...request, headers })
}
const codeOf = async (response: Response) => {
  const outcome = (await response.json()) as { issue: { details: { coding: { code: string }[] } }[] }
  return outcome.issue[0]?.details.coding[0]?.code
}
const change = (token: string, present: string, wanted: string) =>
  send('/api/account/password', { present, next: wanted }, token)

describe('one’s own password', () => {
  it('is changed by who knows it, ends every other session, and is told in the account', async () => {
    const other = await signedIn('ann')
    const mine = await signedIn('ann')
    expect((await change(mine, password, next)).status).toBe(204)
    expect((await app.me(other)).status).toBe(401)
    expect((await app.me(mine)).status).toBe(200)
    await expect(signedIn('ann')).rejects.toThrow('401')
    await signedIn('ann', next)
    const answer = await fetch(`${server.url}/api/account/activity`, {
      headers: { authorization: `Bearer ${mine}` },
    })
    const activity = (await answer.json()) as ActivityView[]
    expect(activity.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['sign-in-done', 'sign-in-refused', 'session-ended', 'password-changed']),
    )
    expect(JSON.stringify(activity)).not.toContain(next)
  })

  it('is not changed by who does not know it, nor to one that is tried first, nor after too long', async () => {
    const token = await signedIn('ben')
    const wrong = await change(token, 'something else', next)
    expect([wrong.status, await codeOf(wrong)]).toEqual([403, 'password-wrong'])
    const common = await change(token, password, 'Password123456!')
    expect([common.status, await codeOf(common)]).toEqual([422, 'password-common'])
    expect(await codeOf(await change(token, password, 'short'))).toBe('password-too-short')
    clock.advanceMs(301_000)
    const late = await change(token, password, next)
    expect([late.status, await codeOf(late)]).toEqual([401, 'sign-in-not-recent'])
    await signedIn('ben')
  })

  it('is not guessed from an open screen: five misses lock it like the sign-in', async () => {
    const token = await signedIn('cleo')
    const answers = []
    for (let i = 0; i < 6; i += 1) answers.push((await change(token, `guess number ${i}`, next)).status)
    expect(answers).toEqual([403, 403, 403, 403, 403, 429])
    expect((await change(token, password, next)).status).toBe(429)
  })
})

describe('a one-time link', () => {
  it('from an administrator sets a first password, works once, and signs nobody in', async () => {
    const admin = await signedIn('dan')
    const invited = await send(
      '/api/people',
      { email: 'eve@example.org', name: 'Eve', roles: ['nurse'] },
      admin,
    )
    const { link } = (await invited.json()) as InvitedAccount
    const path = new URL(link.url).pathname.replace('/new-password/', '/api/new-password/')
    expect((await send(path, { password: 'eve@example.org' })).status).toBe(422)
    const done = await send(path, { password: next })
    expect([done.status, done.headers.getSetCookie()]).toEqual([204, []])
    expect(await codeOf(await send(path, { password: `${next} again` }))).toBe('password-link-spent')
    await signedIn('eve', next)
  })

  it('is replaced by the next, and dies after three days', async () => {
    const admin = await signedIn('dan')
    const make = async () => {
      const made = await send('/api/people/ben/password-link', {}, admin)
      return new URL(((await made.json()) as PasswordLink).url).pathname.replace('/new', '/api/new')
    }
    const [first, second] = [await make(), await make()]
    expect((await send(first, { password: next })).status).toBe(404)
    clock.advanceMs(72 * 3_600_000 + 1)
    expect((await send(second, { password: next })).status).toBe(404)
  })

  it('is made by nobody but who manages accounts', async () => {
    const nurse = await signedIn('ben')
    expect((await send('/api/people/ann/password-link', {}, nurse)).status).toBe(403)
    expect(
      (await send('/api/people', { email: 'x@example.org', name: 'X', roles: ['admin'] }, nurse)).status,
    ).toBe(403)
  })
})
