/** Sign-in of the fake server: any email with the password `demo` is let in, in the role the server was started with. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { rolePermissions } from '../../src/identity/contract.ts'
import type { FakeWard } from './fake-server.ts'

export async function readBody(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}

export function sendJson(response: ServerResponse, status: number, body: unknown): true {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
  return true
}

const goTo = (response: ServerResponse, address: string): true => {
  response.writeHead(303, { location: address }).end()
  return true
}

export async function answerSignIn(
  ward: FakeWard,
  request: IncomingMessage,
  url: URL,
  response: ServerResponse,
): Promise<boolean> {
  if (url.pathname === '/oauth/auth') {
    const back = new URL(url.searchParams.get('redirect_uri') ?? '')
    back.searchParams.set('code', 'fake-code')
    back.searchParams.set('state', url.searchParams.get('state') ?? '')
    return goTo(response, `/sign-in/${Buffer.from(back.href).toString('base64url')}`)
  }
  if (url.pathname === '/oauth/token') {
    return sendJson(response, 200, { access_token: 'fake', expires_in: 900, refresh_token: 'fake-refresh' })
  }
  if (request.method === 'POST' && url.pathname.startsWith('/api/sign-in/')) {
    const body = JSON.parse(await readBody(request)) as { password?: string }
    if (body.password !== 'demo') return sendJson(response, 401, { issue: [{ diagnostics: 'Not right.' }] })
    const uid = url.pathname.split('/').at(-1) ?? ''
    return sendJson(response, 200, { redirectTo: Buffer.from(uid, 'base64url').toString() })
  }
  if (url.pathname === '/api/sign-out') return sendJson(response, 200, {})
  if (url.pathname === '/api/me') {
    return sendJson(response, 200, {
      id: 'demo',
      name: ward.role === 'patient' ? 'Ama Osei' : 'Rosa Lind',
      roles: [ward.role],
      permissions: rolePermissions[ward.role],
      ...(ward.role === 'patient' ? { patient: 'demo-01' } : {}),
    })
  }
  return false
}
