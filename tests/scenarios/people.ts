/** Demo people signed in at a running server, and what they ask it. */
import WebSocket from 'ws'
import { createBrowser } from '../identity-server.ts'
import { webApp } from '../identity-web-app.ts'
import type { RunningServer } from './server.ts'

export interface SignedIn {
  readonly token: string
  ask(path: string, body?: object, method?: string): Promise<{ status: number; body: unknown }>
  /** The answer, which must be a success. */
  get<T>(path: string): Promise<T>
  post<T>(path: string, body?: object): Promise<T>
}

export async function signInAs(server: RunningServer, role: string): Promise<SignedIn> {
  const { url } = server.runtime
  const person = server.demo.users.find((user) => user.role === role)
  if (!person) throw new Error(`the demo has no ${role}`)
  const app = await webApp({ url, browser: () => createBrowser(url) })
  const { tokens } = await app.signedIn(undefined, person)
  return asking(url, tokens.access_token)
}

export function asking(url: string, token: string): SignedIn {
  const ask: SignedIn['ask'] = async (path, body, method = body === undefined ? 'GET' : 'POST') => {
    const answer = await fetch(new URL(path, url), {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    const isJson = /json\b/.test(answer.headers.get('content-type') ?? '')
    const isLines = /ndjson/.test(answer.headers.get('content-type') ?? '')
    return { status: answer.status, body: text === '' || !isJson || isLines ? text : JSON.parse(text) }
  }
  const good = async <T>(path: string, body?: object): Promise<T> => {
    const { status, body: answer } = await ask(path, body)
    if (status >= 300) throw new Error(`${path}: ${status} ${JSON.stringify(answer)}`)
    return answer as T
  }
  return { token, ask, get: (path) => good(path), post: (path, body = {}) => good(path, body) }
}

export interface Heard {
  readonly atMs: number
  readonly message: { readonly type: string; readonly patient?: string }
}

/** Listens at `/live`; `heard` grows as messages come. */
export async function listen(server: RunningServer, token: string) {
  const heard: Heard[] = []
  const socket = new WebSocket(`${server.runtime.url.replace('http', 'ws')}/live`, {
    headers: { authorization: `Bearer ${token}` },
  })
  socket.on('message', (data, binary) => {
    if (!binary) heard.push({ atMs: performance.now(), message: JSON.parse(String(data)) })
  })
  await new Promise((done, fail) => socket.once('open', done).once('error', fail))
  return { heard, close: () => socket.terminate() }
}
