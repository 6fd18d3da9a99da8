/** The account of the fake server: two sessions and one app, which can be ended. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AppAccessView, SessionView } from '../../src/identity/contract.ts'
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
  }
}

const refusal = (code: string, text: string) => ({ issue: [{ details: { coding: [{ code }], text } }] })

async function confirm(account: FakeAccount, request: IncomingMessage, response: ServerResponse) {
  const { password } = JSON.parse(await readBody(request)) as { password?: string }
  if (password !== 'demo') return sendJson(response, 403, refusal('confirmation-refused', 'Not right.'))
  account.proofNeeded = false
  return sendJson(response, 200, {})
}

export async function answerAccount(
  account: FakeAccount,
  request: IncomingMessage,
  url: URL,
  response: ServerResponse,
): Promise<boolean> {
  if (url.pathname === '/api/account/confirm') return confirm(account, request, response)
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
