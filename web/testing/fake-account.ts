/** The account of the fake server: two sessions and one app, which can be ended. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type {
  AppAccessView,
  PersonView,
  Role,
  SecondFactorView,
  SessionView,
} from '../../src/identity/contract.ts'
import { readBody, sendJson } from './fake-sign-in.ts'

const chrome =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36'
const phone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1'

export interface FakeAccount {
  sessions: readonly SessionView[]
  apps: readonly AppAccessView[]
  /** Ending something asks first who does it. */
  proofNeeded: boolean
  secondFactor: SecondFactorView
}

export function fakeAccount(nowMs: number): FakeAccount {
  const ago = (minutes: number): string => new Date(nowMs - minutes * 60_000).toISOString()
  return {
    sessions: [
      {
        id: 'here',
        current: true,
        address: '10.2.0.14',
        userAgent: chrome,
        beganAt: ago(42),
        lastSeenAt: ago(0),
      },
      {
        id: 'there',
        current: false,
        address: '10.2.7.3',
        userAgent: phone,
        beganAt: ago(300),
        lastSeenAt: ago(95),
      },
    ],
    apps: [{ id: 'chart', name: 'Growth chart', scopes: ['user/Observation.rs'], grantedAt: ago(9_000) }],
    proofNeeded: false,
    secondFactor: { on: false },
  }
}

const refusal = (code: string, text: string) => ({ issue: [{ details: { coding: [{ code }], text } }] })

async function confirm(account: FakeAccount, request: IncomingMessage, response: ServerResponse) {
  const { password } = JSON.parse(await readBody(request)) as { password?: string }
  if (password !== 'demo') return sendJson(response, 403, refusal('confirmation-refused', 'Not right.'))
  account.proofNeeded = false
  return sendJson(response, 200, {})
}

/** The secret of RFC 6238's vectors; the code `123456` is taken. */
const fakeSecret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const fakeCodes = Array.from({ length: 10 }, (_, i) => `ABCD-EFGH-IJKL-MNO${'ABCDEFGHIJ'[i]}`)

async function secondFactor(
  account: FakeAccount,
  request: IncomingMessage,
  step: string,
  response: ServerResponse,
) {
  if (request.method === 'GET') return sendJson(response, 200, account.secondFactor)
  if (request.method === 'DELETE') account.secondFactor = { on: false }
  if (request.method === 'DELETE') return sendJson(response, 200, {})
  if (step === '') {
    const uri = `otpauth://totp/Vitalwire:rosa%40example.org?secret=${fakeSecret}&issuer=Vitalwire`
    return sendJson(response, 200, { secret: fakeSecret, uri })
  }
  if (step === '/confirm') {
    const { code } = JSON.parse(await readBody(request)) as { code?: string }
    if (code !== '123456') return sendJson(response, 422, refusal('code-wrong', 'This is not the code.'))
  }
  account.secondFactor = { on: true, since: new Date().toISOString(), recoveryCodesLeft: fakeCodes.length }
  return sendJson(response, 200, { codes: fakeCodes })
}

const people: PersonView[] = [
  ['bo', 'Bo Boss', 'admin', false],
  ['rosa', 'Rosa Lind', 'nurse', true],
].map(([id, name, role, second]) => ({
  id: String(id),
  name: String(name),
  email: `${id}@example.org`,
  roles: [role as Role],
  disabled: false,
  secondFactor: second === true,
  passkeys: false,
}))

function answerPeople(request: IncomingMessage, url: URL, response: ServerResponse) {
  const reset = /^\/api\/people\/(\w+)\/sign-in-methods$/.exec(url.pathname)
  if (!reset) return sendJson(response, 200, people)
  const at = people.findIndex(({ id }) => id === reset[1])
  if (at >= 0 && request.method === 'DELETE')
    people[at] = { ...people[at]!, secondFactor: false, passkeys: false }
  return sendJson(response, at < 0 ? 404 : 200, {})
}

export async function answerAccount(
  account: FakeAccount,
  request: IncomingMessage,
  url: URL,
  response: ServerResponse,
): Promise<boolean> {
  if (url.pathname === '/api/account/confirm') return confirm(account, request, response)
  const [, step] = /^\/api\/account\/second-factor(\/.+)?$/.exec(url.pathname) ?? []
  if (url.pathname.startsWith('/api/account/second-factor')) {
    return secondFactor(account, request, step ?? '', response)
  }
  if (url.pathname === '/api/account/passkeys') return sendJson(response, 200, { passkeys: [] })
  if (url.pathname.startsWith('/api/people')) return answerPeople(request, url, response)
  const [, what, id] = /^\/api\/account\/(sessions|apps)(?:\/(.+))?$/.exec(url.pathname) ?? []
  if (what === undefined) return false
  if (request.method === 'DELETE') {
    if (account.proofNeeded) return sendJson(response, 401, refusal('sign-in-not-recent', 'Is it you?'))
    const kept = (each: { id: string; current?: boolean }): boolean =>
      id === undefined ? each.current === true : each.id !== id
    if (what === 'sessions') account.sessions = account.sessions.filter(kept)
    else account.apps = account.apps.filter(kept)
    return sendJson(response, 200, {})
  }
  return sendJson(response, 200, what === 'sessions' ? account.sessions : account.apps)
}
